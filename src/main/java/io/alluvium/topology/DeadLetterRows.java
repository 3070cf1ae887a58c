package io.alluvium.topology;

import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.TableName;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rows of a table of errors, the newest, as many as the bounds allow. Readers take views of [#store] at any
/// time; changes come from one thread at a time.
final class DeadLetterRows {

    private static final int[] KEY = {0};

    private final TableStore store;
    private final DeadLetterBounds bounds;
    private final RowBatch row = RowBatch.forSchema(ErrorTable.SCHEMA, 1);
    private final ChangeBatch change = new ChangeBatch(row, 1);
    private final KeyCodec codec =
            new KeyCodec(List.of(ErrorTable.SCHEMA.column(0).type()));
    /// By place, the oldest first.
    private final SequencedMap<String, Kept> kept = new LinkedHashMap<>();

    private long bytes;

    private record Kept(Instant at, long bytes) {}

    DeadLetterRows(TableName owner, DeadLetterBounds bounds) {
        this.store = new TableStore(ErrorTable.of(owner), ErrorTable.SCHEMA, KEY);
        this.bounds = bounds;
    }

    TableStore store() {
        return store;
    }

    /// Whether there was one of this place.
    boolean put(DeadLetter letter) {
        BadRecord bad = letter.bad();
        boolean isKnown = forget(bad.place());
        kept.put(bad.place(), new Kept(letter.at(), letter.bytes()));
        bytes += letter.bytes();
        row.column(0).setObject(0, bad.place());
        row.column(1).setLong(0, letter.at().toEpochMilli() * 1_000);
        set(2, bad.category().name());
        set(3, bad.column());
        set(4, bad.reason());
        set(5, bad.key());
        set(6, bad.raw());
        apply(true);
        return isKnown;
    }

    private void set(int column, @Nullable Object value) {
        if (value == null) {
            row.column(column).setNull(0);
        } else {
            row.column(column).setObject(0, value);
        }
    }

    /// Whether it was there.
    boolean remove(String place) {
        if (!forget(place)) {
            return false;
        }
        row.column(0).setObject(0, place);
        for (int column = 1; column < row.columns().size(); column++) {
            row.column(column).setNull(0);
        }
        apply(false);
        return true;
    }

    private boolean forget(String place) {
        Kept before = kept.remove(place);
        if (before != null) {
            bytes -= before.bytes();
        }
        return before != null;
    }

    private void apply(boolean isThere) {
        row.setSize(1);
        byte[] key = codec.encode(row, KEY, 0);
        if (isThere) {
            change.upsert(key);
        } else {
            change.delete(key);
        }
        store.apply(0, change);
        change.clear();
    }

    /// Removes those that are beyond the bounds.
    ///
    /// @return their places
    List<String> removeSurplus(Instant now) {
        List<String> gone = new ArrayList<>();
        while (!kept.isEmpty()) {
            var oldest = kept.firstEntry();
            if (kept.size() <= bounds.rows()
                    && bytes <= DeadLetterBounds.MOST_BYTES
                    && oldest.getValue().at().plus(bounds.age()).isAfter(now)) {
                break;
            }
            gone.add(oldest.getKey());
            remove(oldest.getKey());
        }
        return gone;
    }

    /// The places that are meant.
    List<String> places(Predicate<String> meant) {
        return kept.keySet().stream().filter(meant).toList();
    }
}

package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableChangesTest {

    private static final Schema SCHEMA =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("amount", ColumnType.BIGINT));

    private final TableStore store = new TableStore(new TableName("t"), SCHEMA, new int[] {0});
    private final RowBatch rows = RowBatch.forSchema(SCHEMA, RowBatch.DEFAULT_ROWS);
    private final ChangeBatch batch = new ChangeBatch(rows, RowBatch.DEFAULT_ROWS);

    @Test
    void aNewKeyHasARowAfterAnUpdateBothAndADeletionARowBefore() {
        List<String> seen = new ArrayList<>();
        try (var _ = store.listen(changes -> seen.addAll(texts(changes)))) {
            apply(upsert("a", 1));
            apply(upsert("a", 2), upsert("b", 7));
            apply(delete("a"), delete("never"));
        }
        apply(upsert("c", 9));

        assertThat(seen).containsExactly("a: null > 1", "a: 1 > 2", "b: null > 7", "a: 2 > null");
    }

    @Test
    void aKeyThatABatchChangesTwiceIsThereTwice() {
        List<String> seen = new ArrayList<>();
        try (var _ = store.listen(changes -> seen.addAll(texts(changes)))) {
            apply(upsert("a", 1), upsert("a", 2), delete("a"), upsert("a", 3));
        }

        assertThat(seen).containsExactly("a: null > 1", "a: 1 > 2", "a: 2 > null", "a: null > 3");
    }

    @Test
    void changesLeadFromOneStateToTheNextWhileChunksAreGivenUp() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        Map<String, Long> model = new TreeMap<>();
        Map<String, Long> followed = new TreeMap<>();
        try (var _ = store.listen(changes -> follow(changes, followed, seed))) {
            for (int i = 0; i < 300; i++) {
                List<Change> some = new ArrayList<>();
                for (int j = random.nextInt(RowBatch.DEFAULT_ROWS); j >= 0; j--) {
                    String key = "k" + random.nextInt(3000);
                    some.add(random.nextInt(5) == 0 ? delete(key) : upsert(key, random.nextInt(1000)));
                }
                apply(some.toArray(Change[]::new));
                some.forEach(change -> put(model, change));
                assertThat(followed).as("seed " + seed).isEqualTo(model);
            }
        }
        store.checkInvariants();
    }

    private void follow(TableChanges changes, Map<String, Long> state, long seed) {
        for (int i = 0; i < changes.size(); i++) {
            String key = new String(changes.key(i), StandardCharsets.UTF_8);
            assertThat(before(changes, i)).as("seed " + seed).isEqualTo(state.get(key));
            put(state, new Change(key, after(changes, i)));
        }
    }

    private static void put(Map<String, Long> state, Change change) {
        if (change.amount == null) {
            state.remove(change.key);
        } else {
            state.put(change.key, change.amount);
        }
    }

    private List<String> texts(TableChanges changes) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            texts.add(new String(changes.key(i), StandardCharsets.UTF_8) + ": " + before(changes, i) + " > "
                    + after(changes, i));
        }
        return texts;
    }

    private static @Nullable Long before(TableChanges changes, int change) {
        RowBatch one = RowBatch.forSchema(SCHEMA, 1);
        if (!changes.hasBefore(change)) {
            return null;
        }
        changes.copyBefore(change, one, 0, new int[] {0, 1});
        return one.column(1).getLong(0);
    }

    private static @Nullable Long after(TableChanges changes, int change) {
        RowBatch one = RowBatch.forSchema(SCHEMA, 1);
        if (!changes.hasAfter(change)) {
            return null;
        }
        changes.copyAfter(change, one, 0, new int[] {0, 1});
        return one.column(1).getLong(0);
    }

    private record Change(String key, @Nullable Long amount) {}

    private static Change upsert(String key, long amount) {
        return new Change(key, amount);
    }

    private static Change delete(String key) {
        return new Change(key, null);
    }

    private void apply(Change... changes) {
        batch.clear();
        for (Change change : changes) {
            byte[] key = change.key.getBytes(StandardCharsets.UTF_8);
            if (change.amount == null) {
                batch.delete(key);
            } else {
                rows.column(0).setObject(batch.size(), change.key);
                rows.column(1).setLong(batch.size(), change.amount);
                batch.upsert(key);
            }
        }
        store.apply(0, batch);
    }
}

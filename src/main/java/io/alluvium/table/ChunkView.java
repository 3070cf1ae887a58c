package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What views see of a chunk: its first `rows` versions, and when which of them died. Immutable but for deaths that
/// come after the views that have it.
///
/// What a look-up by key touches is copied here from where the chunk keeps it: each step saved on the way to a row
/// is a wait for memory saved.
final class ChunkView {

    private static final long OBJECT_BYTES = HeapSizes.object(5, 2 * Integer.BYTES + Long.BYTES);

    final Chunk chunk;
    final ColumnData[] columns;
    final int rows;
    final @Nullable Deaths deaths;

    private final byte[] keys;
    private final int @Nullable [] keyEnds;
    private final int keyLength;
    /// What [#bytes] has found; of two threads that look for it both find the same.
    private long bytes;

    /// @param deaths null as long as no version has died
    ChunkView(Chunk chunk, int rows, @Nullable Deaths deaths) {
        this.chunk = chunk;
        this.columns = chunk.columns;
        this.keys = chunk.keys.bytes().array();
        this.keyEnds = chunk.keys.bytes().ends();
        this.keyLength = chunk.keys.bytes().oneLength();
        this.rows = rows;
        this.deaths = deaths;
    }

    /// Whether a version is alive for a view that ends with `batch`.
    boolean isAlive(int place, long batch) {
        return deaths == null || !deaths.isDead(place, batch);
    }

    boolean hasKey(int place, byte[] key) {
        return Bytes.equal(keys, keyEnds, keyLength, place, key);
    }

    long keyHash(int place) {
        int start = place * keyLength;
        int end = start + keyLength;
        if (keyEnds != null) {
            start = place == 0 ? 0 : keyEnds[place - 1];
            end = keyEnds[place];
        }
        return KeyIndex.hash(keys, start, end - start);
    }

    /// What the view, its chunk and its deaths take. What the chunk is filled with later is in the view that comes
    /// with it.
    long bytes() {
        long known = bytes;
        if (known == 0) {
            known = versionBytes() + chunk.bytes() - chunk.versionBytes();
            bytes = known;
        }
        return known;
    }

    /// As [#bytes], without keys and columns.
    long versionBytes() {
        return OBJECT_BYTES + chunk.versionBytes() + (deaths == null ? 0 : Deaths.heapBytes());
    }

    /// What this view takes that a later one of the chunk does not have, null when the chunk was given up.
    ///
    /// @param counted the objects that were counted before, which are not counted again
    @SuppressWarnings("ReferenceEquality") // Whether it is the same object is the question.
    long bytesBeside(@Nullable ChunkView later, Set<Object> counted) {
        if (this == later || !counted.add(this)) {
            return 0;
        }
        boolean hasKeys = later != null && later.chunk.keys == chunk.keys;
        long sum = OBJECT_BYTES;
        if (!hasKeys && counted.add(chunk.keys)) {
            sum += chunk.versionBytes() + chunk.keys.heapBytes();
        } else if (hasKeys && keys != chunk.keys.bytes().array() && counted.add(keys)) {
            sum += HeapSizes.bytes(keys.length);
        }
        if (deaths != null && (later == null || later.deaths != deaths) && counted.add(deaths)) {
            sum += Deaths.heapBytes();
        }
        for (int c = 0; c < columns.length; c++) {
            if ((later == null || later.columns[c] != columns[c]) && counted.add(columns[c])) {
                sum += columns[c].bytes();
            }
        }
        return sum;
    }

    /// The first byte of the key at a place, 0 for an empty key.
    byte firstKeyByte(int place) {
        int start = place * keyLength;
        if (keyEnds != null) {
            start = place == 0 ? 0 : keyEnds[place - 1];
        }
        return start < keys.length ? keys[start] : 0;
    }
}

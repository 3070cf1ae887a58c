package io.alluvium.table;

import org.jspecify.annotations.Nullable;

/// What views see of a chunk: its first `rows` versions, and when which of them died. Immutable but for deaths that
/// come after the views that have it.
///
/// What a look-up by key touches is copied here from where the chunk keeps it: each step saved on the way to a row
/// is a wait for memory saved.
final class ChunkView {

    final Chunk chunk;
    final ColumnData[] columns;
    final int rows;
    final @Nullable Deaths deaths;

    private final byte[] keys;
    private final int @Nullable [] keyEnds;
    private final int keyLength;

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

    /// The first byte of the key at a place, 0 for an empty key.
    byte firstKeyByte(int place) {
        int start = place * keyLength;
        if (keyEnds != null) {
            start = place == 0 ? 0 : keyEnds[place - 1];
        }
        return start < keys.length ? keys[start] : 0;
    }
}

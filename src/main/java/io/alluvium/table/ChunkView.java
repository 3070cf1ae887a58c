package io.alluvium.table;

import org.jspecify.annotations.Nullable;

/// What one view sees of a chunk: its first `rows` versions without those whose bit in `dead` is set. Immutable.
///
/// What a look-up by key touches is copied here from where the chunk keeps it: each step saved on the way to a row
/// is a wait for memory saved.
final class ChunkView {

    final Chunk chunk;
    final ColumnData[] columns;
    final int rows;
    final long @Nullable [] dead;
    final int alive;

    private final byte[] keys;
    private final int @Nullable [] keyEnds;
    private final int keyLength;

    ChunkView(Chunk chunk, int rows, long @Nullable [] dead, int alive) {
        this.chunk = chunk;
        this.columns = chunk.columns;
        this.keys = chunk.keys.bytes().array();
        this.keyEnds = chunk.keys.bytes().ends();
        this.keyLength = chunk.keys.bytes().oneLength();
        this.rows = rows;
        this.dead = dead;
        this.alive = alive;
    }

    boolean isAlive(int place) {
        return dead == null || (dead[place >>> 6] & (1L << place)) == 0;
    }

    boolean hasKey(int place, byte[] key) {
        return Bytes.equal(keys, keyEnds, keyLength, place, key);
    }

    /// Collects the places of the rows alive in `[from, to)`, and returns how many there are.
    int collectAlive(int from, int to, int[] places) {
        int count = 0;
        for (int place = from; place < to; place++) {
            if (isAlive(place)) {
                places[count++] = place;
            }
        }
        return count;
    }
}

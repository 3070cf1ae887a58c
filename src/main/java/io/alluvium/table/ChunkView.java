package io.alluvium.table;

import org.jspecify.annotations.Nullable;

/// What one view sees of a chunk: its first `rows` versions without those whose bit in `dead` is set.
/// Immutable.
final class ChunkView {

    final Chunk chunk;
    final int rows;
    final long @Nullable [] dead;
    final int alive;

    ChunkView(Chunk chunk, int rows, long @Nullable [] dead, int alive) {
        this.chunk = chunk;
        this.rows = rows;
        this.dead = dead;
        this.alive = alive;
    }

    boolean isAlive(int place) {
        return dead == null || (dead[place >>> 6] & (1L << place)) == 0;
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

package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.util.BitSet;

/// When the versions of a chunk died: for each the batch, counted from `base`, 0 for one that is alive.
///
/// The writer stores into it in place. A view asks with the number of the batch that it ends with, so that what
/// dies later makes no difference to it; what died before was stored before the view was published.
final class Deaths {

    private final long base;
    private final int[] batches = new int[Chunk.ROWS];

    /// @param base a batch before any in which a version of the chunk dies
    Deaths(long base) {
        this.base = base;
    }

    /// As `earlier`, for a chunk whose deaths have become too many batches apart: all of them are before `base`.
    Deaths(long base, Deaths earlier) {
        this.base = base - 1;
        for (int place = 0; place < Chunk.ROWS; place++) {
            batches[place] = earlier.batches[place] == 0 ? 0 : 1;
        }
    }

    /// Of the first `rows` versions those are dead before `batch` whose bit is set.
    static Deaths before(long batch, BitSet dead, int rows) {
        var deaths = new Deaths(batch - 2);
        for (int place = 0; place < rows; place++) {
            if (dead.get(place)) {
                deaths.set(place, batch - 1);
            }
        }
        return deaths;
    }

    boolean reaches(long batch) {
        return batch - base <= Integer.MAX_VALUE;
    }

    boolean isDead(int place, long batch) {
        int at = batches[place];
        return at != 0 && base + at <= batch;
    }

    /// Writer: whether it has died at all.
    boolean isDead(int place) {
        return batches[place] != 0;
    }

    void set(int place, long batch) {
        batches[place] = (int) (batch - base);
    }

    /// Collects the places in `[from, to)` that are alive for a view which ends with `batch`, and returns how
    /// many there are.
    int collectAlive(int from, int to, long batch, int[] places) {
        int limit = (int) Math.min(Integer.MAX_VALUE, batch - base);
        int count = 0;
        for (int place = from; place < to; place++) {
            int at = batches[place];
            places[count] = place;
            count += at == 0 || at > limit ? 1 : 0;
        }
        return count;
    }

    static long heapBytes() {
        return HeapSizes.object(1, Long.BYTES) + HeapSizes.ints(Chunk.ROWS);
    }
}

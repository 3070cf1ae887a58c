package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import org.jspecify.annotations.Nullable;

/// The rows of one view by key: open addressing with linear probing over ids counted from the view's first one.
/// Immutable.
///
/// A view makes one when the partition's index has left it behind and it would otherwise go through all of its rows
/// for each of many keys.
final class ViewIndex {

    private final long base;
    private final int[] slots;

    /// @param chunks by number from `firstChunk` on
    ViewIndex(@Nullable ChunkView[] chunks, long firstChunk, long batch, long rows) {
        base = (firstChunk << Chunk.ROWS_LOG2) - 1;
        slots = new int[(int) Math.min(1 << 30, Long.highestOneBit(rows * 4 / 3 + 1) * 2)];
        for (ChunkView chunk : chunks) {
            if (chunk == null) {
                continue;
            }
            for (int place = 0; place < chunk.rows; place++) {
                if (chunk.isAlive(place, batch)) {
                    add(chunk.keyHash(place), chunk.chunk.id(place));
                }
            }
        }
    }

    private void add(long hash, long id) {
        int at = place(hash);
        while (slots[at] != 0) {
            at = next(at);
        }
        slots[at] = (int) (id - base);
    }

    long find(PartitionView view, byte[] key, long hash) {
        for (int at = place(hash); slots[at] != 0; at = next(at)) {
            long id = base + Integer.toUnsignedLong(slots[at]);
            if (view.holder(id).hasKey((int) id & Chunk.PLACE_MASK, key)) {
                return id;
            }
        }
        return PartitionView.ABSENT;
    }

    long heapBytes() {
        return HeapSizes.object(1, Long.BYTES) + HeapSizes.ints(slots.length);
    }

    private int place(long hash) {
        return (int) (((hash >>> 32) * 0x9E3779B97F4A7C15L) >>> 32) & (slots.length - 1);
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }
}

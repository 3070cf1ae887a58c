package io.alluvium.table;

import java.util.Arrays;

/// Byte strings one after the other in one growing array. One writer; a reader may read the rows that its
/// view covers.
final class Bytes {

    private volatile byte[] bytes = {};
    private volatile int[] ends = {};

    /// Writer: stores a byte string as row `row`, which must be the next one.
    void append(int row, byte[] source, int from, int length) {
        int start = row == 0 ? 0 : ends[row - 1];
        int end = start + length;
        if (row >= ends.length) {
            ends = Arrays.copyOf(ends, ColumnData.grownCapacity(ends.length, row + 1));
        }
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, grown(row, end));
        }
        System.arraycopy(source, from, bytes, start, length);
        ends[row] = end;
    }

    /// Past half of the chunk the final size is foreseen from the average length, so that little is left
    /// over.
    private int grown(int row, int needed) {
        if (row < Chunk.ROWS / 8) {
            return Math.max(needed, bytes.length * 2);
        }
        long foreseen = (long) needed * (Chunk.ROWS + Chunk.ROWS / 64) / (row + 1);
        return (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, foreseen));
    }

    int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    int length(int row) {
        return ends[row] - start(row);
    }

    byte[] array() {
        return bytes;
    }

    boolean equal(int row, byte[] other) {
        int start = start(row);
        return Arrays.equals(bytes, start, ends[row], other, 0, other.length);
    }

    byte[] copy(int row) {
        return Arrays.copyOfRange(bytes, start(row), ends[row]);
    }

    long heapBytes() {
        return bytes.length + 4L * ends.length;
    }
}

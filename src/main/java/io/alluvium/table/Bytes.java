package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Byte strings one after the other in one growing array. One writer; a reader may read the rows that its view
/// covers.
///
/// As long as all are of one length, their places follow from it; from the first that differs on, the end of each
/// is kept. Both ways give the same places, so that it does not matter which of them a reader sees.
final class Bytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private volatile byte[] bytes = {};
    private volatile int @Nullable [] ends;
    /// The length that all have while there are no `ends`.
    private int oneLength;

    /// Writer: stores a byte string as row `row`, which must be the next one.
    void append(int row, byte[] source, int from, int length) {
        if (row == 0) {
            oneLength = length;
        }
        int start = start(row);
        int end = start + length;
        int[] known = ends;
        if (known == null && length != oneLength) {
            known = endsOf(row);
            ends = known;
        }
        if (known != null) {
            if (row >= known.length) {
                known = Arrays.copyOf(known, ColumnData.grownCapacity(known.length, row + 1));
                ends = known;
            }
            known[row] = end;
        }
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, grown(row, end));
        }
        copy(source, from, bytes, start, length);
    }

    /// Most are short: two words, the last of which overlaps the first, are there before a copy of any length would
    /// have begun.
    private static void copy(byte[] source, int from, byte[] target, int at, int length) {
        if (length < 8 || length > 16) {
            System.arraycopy(source, from, target, at, length);
            return;
        }
        long last = (long) LONGS.get(source, from + length - 8);
        LONGS.set(target, at, (long) LONGS.get(source, from));
        LONGS.set(target, at + length - 8, last);
    }

    private int[] endsOf(int rows) {
        int[] made = new int[ColumnData.grownCapacity(rows, rows + 1)];
        for (int row = 0; row < rows; row++) {
            made[row] = (row + 1) * oneLength;
        }
        return made;
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
        int[] known = ends;
        if (known == null) {
            return row * oneLength;
        }
        return row == 0 ? 0 : known[row - 1];
    }

    int length(int row) {
        int[] known = ends;
        if (known == null) {
            return oneLength;
        }
        return row == 0 ? known[0] : known[row] - known[row - 1];
    }

    byte[] array() {
        return bytes;
    }

    int @Nullable [] ends() {
        return ends;
    }

    int oneLength() {
        return oneLength;
    }

    boolean equal(int row, byte[] other) {
        return equal(bytes, ends, oneLength, row, other);
    }

    static boolean equal(byte[] bytes, int @Nullable [] ends, int oneLength, int row, byte[] other) {
        int start = row * oneLength;
        int length = oneLength;
        if (ends != null) {
            start = row == 0 ? 0 : ends[row - 1];
            length = ends[row] - start;
        }
        return length == other.length && equal(bytes, start, other, 0, length);
    }

    /// Compares eight bytes at a time; the last word overlaps the one before it. Most keys are short: the two words
    /// of such a one are compared before [Arrays#equals(byte[], int, int, byte[], int, int)] would have begun.
    static boolean equal(byte[] one, int start, byte[] other, int from, int length) {
        if (length < 8 || length > 16) {
            return Arrays.equals(one, start, start + length, other, from, from + length);
        }
        return (long) LONGS.get(one, start) == (long) LONGS.get(other, from)
                && (long) LONGS.get(one, start + length - 8) == (long) LONGS.get(other, from + length - 8);
    }

    /// The order of two byte strings, by their bytes without sign.
    int compare(int row, Bytes other, int otherRow) {
        int start = start(row);
        int otherStart = other.start(otherRow);
        return Arrays.compareUnsigned(
                bytes, start, start + length(row), other.bytes, otherStart, otherStart + other.length(otherRow));
    }

    int compare(int row, byte[] other) {
        int start = start(row);
        return Arrays.compareUnsigned(bytes, start, start + length(row), other, 0, other.length);
    }

    byte[] copy(int row) {
        int start = start(row);
        return Arrays.copyOfRange(bytes, start, start + length(row));
    }

    /// Writes the first `rows` byte strings, which the caller's view covers. From any thread.
    void write(BlockWriter out, int rows) {
        int[] known = ends;
        out.putByte(known == null ? 0 : 1);
        if (known == null) {
            out.putInt(oneLength);
        } else {
            out.putInts(known, rows);
        }
        int length = start(rows);
        out.putInt(length);
        out.putBytes(bytes, 0, length);
    }

    static Bytes read(BlockReader in, int rows) {
        var read = new Bytes();
        if (in.getByte() == 0) {
            read.oneLength = in.getInt();
        } else {
            read.ends = in.getInts(rows);
        }
        int length = in.getInt();
        read.bytes = in.getBytes(length);
        if (read.start(rows) != length) {
            throw new IllegalStateException(length + " bytes in place of " + read.start(rows));
        }
        return read;
    }

    long heapBytes() {
        int[] known = ends;
        return HeapSizes.object(2, Integer.BYTES)
                + HeapSizes.bytes(bytes.length)
                + (known == null ? 0 : HeapSizes.ints(known.length));
    }
}

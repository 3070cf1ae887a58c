package io.alluvium.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that a snapshot writes, gathered in memory: numbers little-endian, arrays as a whole. Used by one thread;
/// [#clear] makes it ready for the next block.
final class BlockWriter {

    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    private ByteBuffer buffer = allocated(64 << 10);

    private static ByteBuffer allocated(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void clear() {
        buffer.clear();
    }

    int size() {
        return buffer.position();
    }

    /// What was written; good until the next [#clear].
    ByteBuffer bytes() {
        return buffer.duplicate().flip();
    }

    void putByte(int value) {
        room(1).put((byte) value);
    }

    void putInt(int value) {
        room(4).putInt(value);
    }

    /// Puts another number in the place of one that was written.
    void setInt(int at, int value) {
        buffer.putInt(at, value);
    }

    void putLong(long value) {
        room(8).putLong(value);
    }

    void putDouble(double value) {
        room(8).putDouble(value);
    }

    void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putInt(bytes.length);
        putBytes(bytes, 0, bytes.length);
    }

    void putBytes(byte[] bytes, int from, int length) {
        room(length).put(bytes, from, length);
    }

    void putChars(char[] values, int count) {
        ByteBuffer into = room(2L * count);
        into.asCharBuffer().put(values, 0, count);
        into.position(into.position() + 2 * count);
    }

    void putInts(int[] values, int count) {
        ByteBuffer into = room(4L * count);
        into.asIntBuffer().put(values, 0, count);
        into.position(into.position() + 4 * count);
    }

    void putLongs(long[] values, int count) {
        ByteBuffer into = room(8L * count);
        into.asLongBuffer().put(values, 0, count);
        into.position(into.position() + 8 * count);
    }

    void putDoubles(double[] values, int count) {
        ByteBuffer into = room(8L * count);
        into.asDoubleBuffer().put(values, 0, count);
        into.position(into.position() + 8 * count);
    }

    /// Bits by row, `count` of them; those of later rows are left out.
    void putBits(long[] bits, int count) {
        int words = words(count);
        long[] known = Arrays.copyOf(bits, words);
        if (count % Long.SIZE != 0) {
            known[words - 1] &= (1L << count) - 1;
        }
        putLongs(known, words);
    }

    static int words(int bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE;
    }

    private ByteBuffer room(long more) {
        if (more > buffer.remaining()) {
            long needed = buffer.position() + more;
            if (needed > MAX_BYTES) {
                throw new IllegalStateException(
                        needed + " bytes in " + Chunk.ROWS + " rows, and a block has " + MAX_BYTES + " at the most");
            }
            ByteBuffer grown = allocated((int) Math.min(MAX_BYTES, Math.max(needed, 2L * buffer.capacity())));
            buffer = grown.put(buffer.flip());
        }
        return buffer;
    }
}

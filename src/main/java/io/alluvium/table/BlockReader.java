package io.alluvium.table;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads what a [BlockWriter] wrote, out of bytes whose checksum has been looked at. Used by one thread.
///
/// A number that cannot be right ends in a RuntimeException before memory is taken for it.
final class BlockReader {

    private final ByteBuffer buffer;

    BlockReader(ByteBuffer bytes) {
        this.buffer = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    int remaining() {
        return buffer.remaining();
    }

    int getByte() {
        return buffer.get();
    }

    int getInt() {
        return buffer.getInt();
    }

    long getLong() {
        return buffer.getLong();
    }

    double getDouble() {
        return buffer.getDouble();
    }

    /// How many of something follow that take `bytesEach` at the least.
    int getCount(int bytesEach) {
        int count = getInt();
        check(count, bytesEach);
        return count;
    }

    String getText() {
        return new String(getBytes(getCount(1)), StandardCharsets.UTF_8);
    }

    byte[] getBytes(int length) {
        check(length, 1);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    char[] getChars(int count) {
        check(count, 2);
        char[] values = new char[count];
        buffer.asCharBuffer().get(values);
        skip(2 * count);
        return values;
    }

    int[] getInts(int count) {
        check(count, 4);
        int[] values = new int[count];
        buffer.asIntBuffer().get(values);
        skip(4 * count);
        return values;
    }

    long[] getLongs(int count) {
        check(count, 8);
        long[] values = new long[count];
        buffer.asLongBuffer().get(values);
        skip(8 * count);
        return values;
    }

    double[] getDoubles(int count) {
        check(count, 8);
        double[] values = new double[count];
        buffer.asDoubleBuffer().get(values);
        skip(8 * count);
        return values;
    }

    /// Bits by row in an array with room for a whole chunk.
    long[] getBits(int count) {
        int words = BlockWriter.words(count);
        check(words, 8);
        long[] bits = new long[Chunk.ROWS / Long.SIZE];
        buffer.asLongBuffer().get(bits, 0, words);
        skip(8 * words);
        return bits;
    }

    private void skip(int bytes) {
        buffer.position(buffer.position() + bytes);
    }

    private void check(int count, int bytesEach) {
        if (count < 0 || (long) count * bytesEach > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
    }
}

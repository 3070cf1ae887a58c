package io.alluvium.format;

import io.alluvium.format.ValueReader.BadValueException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Reads the parts of Avro's binary encoding from a value, never beyond its end. Belongs to one thread.
final class AvroInput {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int DEEPEST = 200;
    /// Items that take no bytes, of which a few bytes may promise any number.
    private static final int MOST_ITEMS = 1_000_000;

    private byte[] data = {};
    private int at;
    private int depth;
    private long items;
    private @Nullable String column;

    void open(byte[] value, int from) {
        data = value;
        at = from;
        depth = 0;
        items = 0;
        column = null;
    }

    /// Says which column is being read, for what may be wrong with it.
    void column(String name) {
        column = name;
    }

    byte[] data() {
        return data;
    }

    int at() {
        return at;
    }

    boolean readBoolean() throws BadValueException {
        need(1);
        byte value = data[at++];
        if (value != 0 && value != 1) {
            throw bad("a boolean is the byte " + (value & 0xFF));
        }
        return value == 1;
    }

    long readLong() throws BadValueException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte part = data[at++];
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw bad("a whole number has more than 64 bits");
    }

    int readInt() throws BadValueException {
        long value = readLong();
        if (value != (int) value) {
            throw bad("an int has more than 32 bits");
        }
        return (int) value;
    }

    float readFloat() throws BadValueException {
        need(4);
        at += 4;
        return Float.intBitsToFloat((int) INT.get(data, at - 4));
    }

    double readDouble() throws BadValueException {
        need(8);
        at += 8;
        return Double.longBitsToDouble((long) LONG.get(data, at - 8));
    }

    /// Passes over the length of a text or of bytes, and over these themselves.
    ///
    /// @return how many they are; they end at [#at()]
    int readLength() throws BadValueException {
        long length = readLong();
        if (length < 0 || length > data.length - at) {
            throw bad("a length is " + length + ", and " + (data.length - at) + " bytes are left");
        }
        at += (int) length;
        return (int) length;
    }

    void skip(int bytes) throws BadValueException {
        need(bytes);
        at += bytes;
    }

    /// The number of items in the next block of an array or a map; 0 after the last.
    long readBlock() throws BadValueException {
        long count = readLong();
        if (count < 0) {
            count = -count;
            readLong();
        }
        if (count < 0 || count > MOST_ITEMS || (items += count) > Math.max(MOST_ITEMS, data.length)) {
            throw bad("an array or a map has more items than " + MOST_ITEMS);
        }
        return count;
    }

    void enter() throws BadValueException {
        if (++depth > DEEPEST) {
            throw bad("it is nested deeper than " + DEEPEST);
        }
    }

    void leave() {
        depth--;
    }

    /// Checks that everything was read.
    void end() throws BadValueException {
        if (at != data.length) {
            column = null;
            throw bad((data.length - at) + " bytes follow what the schema describes");
        }
    }

    private void need(int bytes) throws BadValueException {
        if (data.length - at < bytes) {
            throw bad("the value is cut off");
        }
    }

    BadValueException bad(String reason) {
        return new BadValueException(column, reason);
    }
}

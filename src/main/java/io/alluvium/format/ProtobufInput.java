package io.alluvium.format;

import io.alluvium.format.ValueReader.BadValueException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Reads the parts of Protobuf's wire format from a value, never beyond the end that it is given. Belongs to one
/// thread.
final class ProtobufInput {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int GROUP = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int DEEPEST = 100;

    private byte[] data;
    private int at;
    private int end;
    private int depth;
    private @Nullable String column;

    ProtobufInput(byte[] data) {
        this.data = data;
    }

    void open(byte[] value) {
        data = value;
        depth = 0;
        column = null;
    }

    /// Goes to a place from which nothing behind `to` is read.
    void range(int from, int to) {
        at = from;
        end = to;
    }

    /// Says which column is being read, for what may be wrong with it.
    void column(@Nullable String name) {
        column = name;
    }

    byte[] data() {
        return data;
    }

    int at() {
        return at;
    }

    boolean hasMore() {
        return at < end;
    }

    long varint() throws BadValueException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            need(1);
            byte part = data[at++];
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw bad("a whole number has more than 64 bits");
    }

    int fixed32() throws BadValueException {
        need(4);
        at += 4;
        return (int) INT.get(data, at - 4);
    }

    long fixed64() throws BadValueException {
        need(8);
        at += 8;
        return (long) LONG.get(data, at - 8);
    }

    /// The length of what follows, which is there.
    int length() throws BadValueException {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw bad("a length is " + length + ", and " + (end - at) + " bytes are left");
        }
        return (int) length;
    }

    /// Passes over a field's value.
    void skip(int wireType, int number) throws BadValueException {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> fixed64();
            case LENGTH -> {
                int length = length();
                at += length;
            }
            case FIXED32 -> fixed32();
            case GROUP -> skipGroup(number);
            default -> throw bad("there is no wire type " + wireType);
        }
    }

    private void skipGroup(int number) throws BadValueException {
        enter();
        while (true) {
            int tag = tag();
            if ((tag & 7) == GROUP_END) {
                if (tag >>> 3 != number) {
                    throw bad("a group ends that did not begin");
                }
                leave();
                return;
            }
            skip(tag & 7, tag >>> 3);
        }
    }

    /// The number of a field, shifted by 3, and its wire type.
    int tag() throws BadValueException {
        long tag = varint();
        if (tag >>> 3 < 1 || tag >>> 3 > 0x1FFF_FFFF) {
            throw bad("there is no field number " + (tag >>> 3));
        }
        return (int) tag;
    }

    void enter() throws BadValueException {
        if (++depth > DEEPEST) {
            throw bad("it is nested deeper than " + DEEPEST);
        }
    }

    void leave() {
        depth--;
    }

    /// Reads bytes of their own as part of this value.
    ProtobufInput within(byte[] bytes) {
        var inner = new ProtobufInput(bytes);
        inner.depth = depth;
        inner.column = column;
        return inner;
    }

    private void need(int bytes) throws BadValueException {
        if (end - at < bytes) {
            throw bad("the value is cut off");
        }
    }

    BadValueException bad(String reason) {
        return new BadValueException(column, reason);
    }
}

package io.alluvium.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Bytes of a Protobuf message, written field by field as the wire format has them.
public final class ProtobufBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ProtobufBytes varint(int number, long value) {
        raw((long) number << 3);
        return raw(value);
    }

    public ProtobufBytes fixed64(int number, long value) {
        raw((long) number << 3 | 1);
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    public ProtobufBytes fixed32(int number, int value) {
        raw((long) number << 3 | 5);
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    public ProtobufBytes bytes(int number, byte[] value) {
        raw((long) number << 3 | 2);
        raw(value.length);
        out.writeBytes(value);
        return this;
    }

    public ProtobufBytes text(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtobufBytes message(int number, ProtobufBytes value) {
        return bytes(number, value.toByteArray());
    }

    /// A whole number without the number of a field.
    public ProtobufBytes raw(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }
}

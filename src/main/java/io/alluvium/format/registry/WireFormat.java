package io.alluvium.format.registry;

import java.nio.ByteBuffer;

/// What the registry's serializers write before a value: the byte 0 and the schema's id in four bytes, big-endian.
public final class WireFormat {

    public static final int HEADER_BYTES = 5;

    private static final byte MAGIC = 0;

    private WireFormat() {}

    /// Whether a value begins as the serializers begin it.
    public static boolean isFramed(byte[] value) {
        return value.length >= HEADER_BYTES && value[0] == MAGIC;
    }

    /// The id of the schema that a framed value was written with.
    public static int schemaId(byte[] value) {
        return ByteBuffer.wrap(value).getInt(1);
    }

    /// Why a value is not framed.
    public static String whyNot(byte[] value) {
        return value.length < HEADER_BYTES
                ? "the value has " + value.length + " bytes; the registry's wire format has at least " + HEADER_BYTES
                : "the value begins with the byte " + (value[0] & 0xFF)
                        + " and not with the 0 of the registry's wire format";
    }
}

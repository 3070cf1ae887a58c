package io.alluvium.format;

import io.alluvium.format.SchemaValueReader.Typed;
import io.alluvium.format.ValueReader.BadValueException;

/// What the registry's serializers write between a schema's id and a message of Protobuf: which of the schema's
/// messages it is, as the number of the following numbers and these, one for each level, in zigzag; a single 0 for
/// the first message.
final class ProtobufTypes {

    private static final int DEEPEST = 50;

    private ProtobufTypes() {}

    /// @param from where they begin
    static Typed read(byte[] value, int from) throws BadValueException {
        if (value.length > from && value[from] == 0) {
            return new Typed("0", from + 1);
        }
        var in = new ProtobufInput(value);
        in.range(from, value.length);
        long count = zigzag(in.varint());
        if (count < 1 || count > DEEPEST) {
            throw in.bad("the value does not say which message it is");
        }
        var place = new StringBuilder();
        for (int i = 0; i < count; i++) {
            long index = zigzag(in.varint());
            if (index < 0 || index > Short.MAX_VALUE) {
                throw in.bad("the value does not say which message it is");
            }
            place.append(place.isEmpty() ? "" : ".").append(index);
        }
        return new Typed(place.toString(), in.at());
    }

    private static long zigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }
}

package io.alluvium.format;

import io.alluvium.format.registry.WireFormat;
import java.util.Arrays;

/// JSON objects behind the id of their schema, which is not needed to read them.
final class FramedValueReader implements ValueReader {

    @Override
    public byte[] read(byte[] value) throws BadValueException {
        if (!WireFormat.isFramed(value)) {
            throw new BadValueException(null, WireFormat.whyNot(value));
        }
        return Arrays.copyOfRange(value, WireFormat.HEADER_BYTES, value.length);
    }
}

package io.alluvium.format;

import io.alluvium.data.Column;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A type of a schema that was understood. Immutable.
interface ParsedSchema {

    /// The columns that its values have, in their order.
    List<Column> columns();

    /// @param target decides which fields are of use
    Decoder decoder(TargetColumns target);

    /// Turns what the schema has written into JSON objects. Belongs to one thread.
    @FunctionalInterface
    interface Decoder {

        /// @param from where the schema's bytes begin; they end with the value
        /// @return null when the value says that its row is gone
        byte @Nullable [] decode(byte[] value, int from) throws BadValueException;
    }
}

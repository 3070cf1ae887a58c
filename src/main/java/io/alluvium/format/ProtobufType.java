package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;

/// The type of a Protobuf field, and how its values are written as JSON. Immutable once its schema is linked.
sealed interface ProtobufType permits ProtobufScalar, ProtobufEnum, ProtobufMessage, ProtobufWellKnown {

    /// The type of a column with one such value.
    ColumnType columnType();

    /// How values are delimited.
    int wireType();

    /// Writes the value in `[from, to)`, which has no length before it.
    void write(ProtobufInput in, int from, int to, JsonBytes out) throws BadValueException;

    /// Writes what stands for a value that was not written because it is 0 or empty.
    void writeDefault(JsonBytes out);

    /// Whether many values may stand one after the other behind one length.
    default boolean isPackable() {
        return wireType() != ProtobufInput.LENGTH;
    }
}

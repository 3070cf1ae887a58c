package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.Locale;
import java.util.Optional;

/// The types that Protobuf itself has. Whole numbers are numbers in JSON, whatever their size.
@SuppressWarnings("Immutable") // A column's type is a record of an enum and two numbers.
enum ProtobufScalar implements ProtobufType {
    DOUBLE(ColumnType.DOUBLE, ProtobufInput.FIXED64),
    FLOAT(ColumnType.REAL, ProtobufInput.FIXED32),
    INT32(ColumnType.INTEGER, ProtobufInput.VARINT),
    INT64(ColumnType.BIGINT, ProtobufInput.VARINT),
    UINT32(ColumnType.BIGINT, ProtobufInput.VARINT),
    UINT64(ColumnType.decimal(20, 0), ProtobufInput.VARINT),
    SINT32(ColumnType.INTEGER, ProtobufInput.VARINT),
    SINT64(ColumnType.BIGINT, ProtobufInput.VARINT),
    FIXED32(ColumnType.BIGINT, ProtobufInput.FIXED32),
    FIXED64(ColumnType.decimal(20, 0), ProtobufInput.FIXED64),
    SFIXED32(ColumnType.INTEGER, ProtobufInput.FIXED32),
    SFIXED64(ColumnType.BIGINT, ProtobufInput.FIXED64),
    BOOL(ColumnType.BOOLEAN, ProtobufInput.VARINT),
    STRING(ColumnType.VARCHAR, ProtobufInput.LENGTH),
    BYTES(ColumnType.BYTEA, ProtobufInput.LENGTH);

    private final ColumnType columnType;
    private final int wireType;

    ProtobufScalar(ColumnType columnType, int wireType) {
        this.columnType = columnType;
        this.wireType = wireType;
    }

    /// The type of a name such as `sint32`.
    static Optional<ProtobufScalar> named(String name) {
        for (ProtobufScalar scalar : values()) {
            if (scalar.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(scalar);
            }
        }
        return Optional.empty();
    }

    @Override
    public ColumnType columnType() {
        return columnType;
    }

    @Override
    public int wireType() {
        return wireType;
    }

    @Override
    public void write(ProtobufInput in, int from, int to, JsonBytes out) throws BadValueException {
        in.range(from, to);
        switch (this) {
            case DOUBLE -> {
                double value = Double.longBitsToDouble(in.fixed64());
                write(Double.isFinite(value), Double.toString(value), out);
            }
            case FLOAT -> {
                float value = Float.intBitsToFloat(in.fixed32());
                write(Float.isFinite(value), Float.toString(value), out);
            }
            case INT32 -> {
                int value = (int) in.varint();
                out.write(value);
            }
            case INT64 -> out.write(in.varint());
            case UINT32 -> out.write(in.varint() & 0xFFFF_FFFFL);
            case UINT64 -> out.write(Long.toUnsignedString(in.varint()));
            case SINT32 -> {
                int value = (int) in.varint();
                out.write((value >>> 1) ^ -(value & 1));
            }
            case SINT64 -> {
                long value = in.varint();
                out.write((value >>> 1) ^ -(value & 1));
            }
            case FIXED32 -> out.write(in.fixed32() & 0xFFFF_FFFFL);
            case FIXED64 -> out.write(Long.toUnsignedString(in.fixed64()));
            case SFIXED32 -> out.write(in.fixed32());
            case SFIXED64 -> out.write(in.fixed64());
            case BOOL -> out.write(in.varint() != 0);
            case STRING -> {
                if (!Utf8.isValid(in.data(), from, to)) {
                    throw in.bad("a text is not UTF-8");
                }
                out.writeString(in.data(), from, to);
            }
            case BYTES -> out.writeBase64(in.data(), from, to);
        }
    }

    /// What is no number, such as NaN, is a text: JSON has no name for it.
    private static void write(boolean isNumber, String text, JsonBytes out) {
        if (isNumber) {
            out.write(text);
        } else {
            out.writeQuoted(text);
        }
    }

    @Override
    public void writeDefault(JsonBytes out) {
        switch (this) {
            case BOOL -> out.write(false);
            case STRING, BYTES -> out.writeQuoted("");
            case DOUBLE, FLOAT -> out.write("0.0");
            default -> out.write(0);
        }
    }
}

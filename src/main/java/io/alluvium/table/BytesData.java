package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Values of varying length as bytes: text with many distinct values and JSON as UTF-8, BYTEA as it is, UUID as 16
/// bytes, DECIMAL beyond 18 digits as the two's complement of the unscaled value.
final class BytesData extends ColumnData {

    private static final byte[] NOTHING = {};

    /// Set once, before anybody else has this.
    private Bytes values = new Bytes();

    BytesData(ColumnType type) {
        super(type);
    }

    @Override
    void ensureCapacity(int rows) {
        // Bytes grows by itself.
    }

    @Override
    void setNull(int row) {
        super.setNull(row);
        values.append(row, NOTHING, 0, 0);
    }

    @Override
    void appendAll(Vector source, int[] sources, int count, int at) {
        for (int i = 0; i < count; i++) {
            int row = sources[i];
            if (row < 0 || source.isNull(row)) {
                setNull(at + i);
            } else if (source.isUtf8(row)) {
                values.append(at + i, source.utf8Source(row), source.utf8From(row), source.utf8Length(row));
            } else {
                byte[] encoded = encode(source.getObject(row));
                values.append(at + i, encoded, 0, encoded.length);
            }
        }
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        if (source instanceof BytesData other) {
            values.append(row, other.values.array(), other.values.start(sourceRow), other.values.length(sourceRow));
        } else {
            byte[] encoded = encode(source.getObject(sourceRow));
            values.append(row, encoded, 0, encoded.length);
        }
    }

    @Override
    Object getObject(int row) {
        return decode(values.array(), values.start(row), values.length(row));
    }

    @Override
    Bytes byteStrings() {
        return values;
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setObject(targetRow, getObject(row));
    }

    private static byte[] encode(Object value) {
        return switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            case BigDecimal decimal -> decimal.unscaledValue().toByteArray();
            case UUID uuid ->
                ByteBuffer.allocate(16)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .array();
            default -> throw new IllegalStateException("no column holds a " + value.getClass());
        };
    }

    private Object decode(byte[] array, int from, int length) {
        return switch (type.kind()) {
            case VARCHAR, JSON -> new String(array, from, length, StandardCharsets.UTF_8);
            case BYTEA -> java.util.Arrays.copyOfRange(array, from, from + length);
            case UUID ->
                new UUID(
                        ByteBuffer.wrap(array).getLong(from),
                        ByteBuffer.wrap(array).getLong(from + 8));
            case DECIMAL -> new BigDecimal(new BigInteger(array, from, length), type.scale());
            case BOOLEAN, INTEGER, BIGINT, REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ ->
                throw new IllegalStateException("a " + type + " column has no bytes");
        };
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.BYTES, out);
        writeNulls(out, rows);
        values.write(out, rows);
    }

    static BytesData read(BlockReader in, ColumnType type, int rows) {
        var read = new BytesData(type);
        read.readNulls(in, rows);
        read.values = Bytes.read(in, rows);
        return read;
    }

    @Override
    long bytes() {
        return shellBytes(1, 0) + values.heapBytes();
    }
}

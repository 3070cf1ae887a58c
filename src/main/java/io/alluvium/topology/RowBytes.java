package io.alluvium.topology;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// Rows of known column types as bytes, for the stores and internal topics of jobs.
///
/// Per column: `00` for NULL, else `01` and the value: 8 bytes big-endian for LONG and DOUBLE storage; for OBJECT a
/// 4-byte length and the bytes (text and JSON UTF-8, wide DECIMAL the unscaled two's complement, UUID 16 bytes,
/// BYTEA as it is).
final class RowBytes {

    private final List<ColumnType> types;

    RowBytes(List<ColumnType> types) {
        this.types = List.copyOf(types);
    }

    List<ColumnType> types() {
        return types;
    }

    /// The columns from `first` on of row `row`, as many as there are types.
    byte[] encode(RowBatch batch, int first, int row) {
        byte[][] objects = new byte[types.size()][];
        int length = 0;
        for (int c = 0; c < types.size(); c++) {
            Vector vector = batch.column(first + c);
            length++;
            if (!vector.isNull(row)) {
                if (types.get(c).storage() == ColumnType.Storage.OBJECT) {
                    objects[c] = vector.isUtf8(row) ? vector.getUtf8(row) : bytes(vector.getObject(row));
                    length += 4 + objects[c].length;
                } else {
                    length += 8;
                }
            }
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (int c = 0; c < types.size(); c++) {
            put(out, batch.column(first + c), row, objects[c]);
        }
        return out.array();
    }

    private static void put(ByteBuffer out, Vector vector, int row, byte[] object) {
        if (vector.isNull(row)) {
            out.put((byte) 0);
            return;
        }
        out.put((byte) 1);
        switch (vector.storage()) {
            case LONG -> out.putLong(vector.getLong(row));
            case DOUBLE -> out.putDouble(vector.getDouble(row));
            case OBJECT -> out.putInt(object.length).put(object);
        }
    }

    /// Reads what [#encode] wrote, from `in`'s position on, into the columns from `first` on of row `row`.
    void decode(ByteBuffer in, RowBatch batch, int first, int row) {
        for (int c = 0; c < types.size(); c++) {
            Vector vector = batch.column(first + c);
            if (in.get() == 0) {
                vector.setNull(row);
                continue;
            }
            switch (types.get(c).storage()) {
                case LONG -> vector.setLong(row, in.getLong());
                case DOUBLE -> vector.setDouble(row, in.getDouble());
                case OBJECT -> {
                    byte[] object = new byte[in.getInt()];
                    in.get(object);
                    vector.setObject(row, object(types.get(c), object));
                }
            }
        }
    }

    private static byte[] bytes(Object value) {
        return switch (value) {
            case byte[] raw -> raw;
            case BigDecimal decimal -> decimal.unscaledValue().toByteArray();
            case UUID uuid ->
                ByteBuffer.allocate(16)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .array();
            case Object text -> text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    private static Object object(ColumnType type, byte[] bytes) {
        return switch (type.kind()) {
            case VARCHAR, JSON -> new String(bytes, StandardCharsets.UTF_8);
            case DECIMAL -> new BigDecimal(new BigInteger(bytes), type.scale());
            case UUID ->
                new UUID(
                        ByteBuffer.wrap(bytes).getLong(), ByteBuffer.wrap(bytes).getLong(8));
            case BYTEA -> bytes;
            case BOOLEAN, INTEGER, BIGINT, REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ ->
                throw new IllegalStateException(type + " is not kept as bytes");
        };
    }
}

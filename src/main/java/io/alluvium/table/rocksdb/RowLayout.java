package io.alluvium.table.rocksdb;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The bytes of a row whose table had these columns. Immutable. Numbers are little-endian:
///
/// | part | bytes |
/// |---|---|
/// | the version of the schema | 2 |
/// | NULL bits, the first column in the lowest bit of the first byte; 1 is NULL | one for each 8 columns |
/// | the columns of fixed width in order, also those that are NULL | 1: BOOLEAN; 4: INTEGER, DATE, REAL; 16: UUID; 8:
/// other |
/// | for each column of varying length in order where it ends, counted from the end of this list | 4 |
/// | the values of varying length one after the other | |
///
/// VARCHAR and JSON are UTF-8, BYTEA is as it is, DECIMAL beyond 18 digits is the two's complement of the unscaled
/// value, big-endian. A value of fixed width is as [ColumnType.Storage] has it. `docs/formats/rocksdb-row.md` is
/// the same for readers outside.
final class RowLayout {

    static final int MAX_VERSIONS = 0xFFFF;
    private static final VarHandle SHORTS = handle(short[].class);
    private static final VarHandle INTS = handle(int[].class);
    private static final VarHandle LONGS = handle(long[].class);
    private static final byte[] NOTHING = {};
    private static final int VERSION_BYTES = 2;
    private static final int END_BYTES = 4;

    private final int version;
    private final Schema schema;
    /// For a column of fixed width where it begins, for one of varying length which of these it is.
    private final int[] places;
    private final int[] widths;
    private final int endsFrom;
    private final int valuesFrom;
    private final int varying;

    RowLayout(int version, Schema schema) {
        this.version = version;
        this.schema = schema;
        this.places = new int[schema.size()];
        this.widths = new int[schema.size()];
        int at = VERSION_BYTES + (schema.size() + 7) / 8;
        int variables = 0;
        for (int c = 0; c < places.length; c++) {
            widths[c] = width(schema.column(c).type());
            places[c] = widths[c] == 0 ? variables++ : at;
            at += widths[c];
        }
        this.endsFrom = at;
        this.valuesFrom = at + variables * END_BYTES;
        this.varying = variables;
    }

    private static VarHandle handle(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    private static int width(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> 1;
            case INTEGER, DATE, REAL -> 4;
            case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMPTZ -> 8;
            case DECIMAL -> type.storage() == ColumnType.Storage.LONG ? 8 : 0;
            case UUID -> 16;
            case VARCHAR, BYTEA, JSON -> 0;
        };
    }

    int version() {
        return version;
    }

    Schema schema() {
        return schema;
    }

    /// The version of the schema that a row was written with.
    static int versionOf(byte[] row) {
        return (short) SHORTS.get(row, 0) & 0xFFFF;
    }

    byte[] encode(RowBatch batch, int row) {
        byte[][] values = new byte[varying][];
        int length = valuesFrom;
        for (int c = 0; c < places.length; c++) {
            if (widths[c] == 0) {
                Vector vector = batch.column(c);
                byte[] value = vector.isNull(row) ? NOTHING : encoded(vector.getObject(row));
                values[places[c]] = value;
                length += value.length;
            }
        }
        byte[] bytes = new byte[length];
        SHORTS.set(bytes, 0, (short) version);
        for (int c = 0; c < places.length; c++) {
            if (batch.column(c).isNull(row)) {
                bytes[VERSION_BYTES + (c >>> 3)] |= (byte) (1 << (c & 7));
            } else if (widths[c] > 0) {
                putFixed(bytes, c, batch.column(c), row);
            }
        }
        int end = 0;
        for (int v = 0; v < varying; v++) {
            System.arraycopy(values[v], 0, bytes, valuesFrom + end, values[v].length);
            end += values[v].length;
            INTS.set(bytes, endsFrom + v * END_BYTES, end);
        }
        return bytes;
    }

    private void putFixed(byte[] bytes, int column, Vector vector, int row) {
        int at = places[column];
        switch (schema.column(column).type().kind()) {
            case BOOLEAN -> bytes[at] = (byte) vector.getLong(row);
            case INTEGER, DATE -> INTS.set(bytes, at, (int) vector.getLong(row));
            case REAL -> INTS.set(bytes, at, Float.floatToRawIntBits((float) vector.getDouble(row)));
            case DOUBLE -> LONGS.set(bytes, at, Double.doubleToRawLongBits(vector.getDouble(row)));
            case UUID -> {
                var uuid = (UUID) vector.getObject(row);
                LONGS.set(bytes, at, uuid.getMostSignificantBits());
                LONGS.set(bytes, at + 8, uuid.getLeastSignificantBits());
            }
            case BIGINT, DECIMAL, TIME, TIMESTAMP, TIMESTAMPTZ -> LONGS.set(bytes, at, vector.getLong(row));
            case VARCHAR, BYTEA, JSON -> throw new IllegalStateException("the width varies");
        }
    }

    private static byte[] encoded(Object value) {
        return switch (value) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            case BigDecimal decimal -> decimal.unscaledValue().toByteArray();
            default -> throw new IllegalStateException("no column of varying length holds a " + value.getClass());
        };
    }

    boolean isNull(byte[] row, int column) {
        return (row[VERSION_BYTES + (column >>> 3)] & (1 << (column & 7))) != 0;
    }

    /// A value that is not NULL of a column whose storage is LONG.
    long getLong(byte[] row, int column) {
        int at = places[column];
        return switch (widths[column]) {
            case 1 -> row[at];
            case 4 -> (int) INTS.get(row, at);
            default -> (long) LONGS.get(row, at);
        };
    }

    double getDouble(byte[] row, int column) {
        int at = places[column];
        return widths[column] == 4
                ? Float.intBitsToFloat((int) INTS.get(row, at))
                : Double.longBitsToDouble((long) LONGS.get(row, at));
    }

    Object getObject(byte[] row, int column) {
        int place = places[column];
        if (widths[column] > 0) {
            return new UUID((long) LONGS.get(row, place), (long) LONGS.get(row, place + 8));
        }
        int from = valuesFrom + (place == 0 ? 0 : (int) INTS.get(row, endsFrom + (place - 1) * END_BYTES));
        int to = valuesFrom + (int) INTS.get(row, endsFrom + place * END_BYTES);
        ColumnType type = schema.column(column).type();
        return switch (type.kind()) {
            case VARCHAR, JSON -> new String(row, from, to - from, StandardCharsets.UTF_8);
            case BYTEA -> Arrays.copyOfRange(row, from, to);
            case DECIMAL -> new BigDecimal(new BigInteger(row, from, to - from), type.scale());
            case BOOLEAN, INTEGER, BIGINT, REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID ->
                throw new IllegalStateException("a " + type + " column has a fixed width");
        };
    }

    /// Copies a value, or NULL, into a vector of the column's type.
    void read(byte[] row, int column, Vector target, int targetRow) {
        if (isNull(row, column)) {
            target.setNull(targetRow);
            return;
        }
        switch (target.storage()) {
            case LONG -> target.setLong(targetRow, getLong(row, column));
            case DOUBLE -> target.setDouble(targetRow, getDouble(row, column));
            case OBJECT -> target.setObject(targetRow, getObject(row, column));
        }
    }

    /// The columns as the database keeps them: how many, then of each name, SQL type and whether it may be NULL.
    static byte[] schemaBytes(Schema schema) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(schema.size());
            for (Column column : schema.columns()) {
                byte[] name = column.name().getBytes(StandardCharsets.UTF_8);
                out.writeInt(name.length);
                out.write(name);
                out.writeUTF(column.type().sql());
                out.writeBoolean(column.nullable());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /// @param bytes what [#schemaBytes] made; null when there are none
    static @Nullable Schema schemaOf(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int size = in.readInt();
            var columns = new ArrayList<Column>();
            for (int i = 0; i < size; i++) {
                String name = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                columns.add(new Column(name, ColumnType.parse(in.readUTF()), in.readBoolean()));
            }
            return new Schema(columns);
        } catch (IOException e) {
            throw new UncheckedIOException("the columns of a table are cut short in " + ByteBuffer.wrap(bytes), e);
        }
    }
}

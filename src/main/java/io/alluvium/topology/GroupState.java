package io.alluvium.topology;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a job knows of one group: how many rows it has, and for each aggregate how many values are not NULL and
/// their exact sum. Sums are kept as decimals for every type, a double as the decimal that it equals, so that
/// taking a value back leaves exactly what was there before. Of a MIN or MAX it knows the present extreme, encoded
/// as the values are in their own store.
///
/// Bytes: 8 rows; per aggregate 8 values, three times 8 for how many are NaN, +∞ and −∞, 4 scale, 4 length and the
/// unscaled sum, 4 length (-1 for none) and the extreme.
final class GroupState {

    private static final int AVERAGE_DIGITS = 16;

    private long rows;
    private final long[] values;
    private final long[][] notFinite;
    private final BigDecimal[] sums;
    private final byte[] @Nullable [] extremes;

    private static final int NAN = 0;
    private static final int POSITIVE = 1;
    private static final int NEGATIVE = 2;

    GroupState(int aggregates) {
        values = new long[aggregates];
        notFinite = new long[aggregates][3];
        sums = new BigDecimal[aggregates];
        extremes = new byte[aggregates][];
        java.util.Arrays.fill(sums, BigDecimal.ZERO);
    }

    static GroupState read(byte[] bytes, int aggregates) {
        var state = new GroupState(aggregates);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        state.rows = in.getLong();
        for (int a = 0; a < aggregates; a++) {
            state.values[a] = in.getLong();
            for (int i = 0; i < 3; i++) {
                state.notFinite[a][i] = in.getLong();
            }
            int scale = in.getInt();
            byte[] unscaled = new byte[in.getInt()];
            in.get(unscaled);
            state.sums[a] = new BigDecimal(new BigInteger(unscaled), scale);
            int length = in.getInt();
            if (length >= 0) {
                byte[] extreme = new byte[length];
                in.get(extreme);
                state.extremes[a] = extreme;
            }
        }
        return state;
    }

    byte[] write() {
        byte[][] unscaled = new byte[sums.length][];
        int length = 8;
        for (int a = 0; a < sums.length; a++) {
            unscaled[a] = sums[a].unscaledValue().toByteArray();
            byte[] extreme = extremes[a];
            length += 8 + 24 + 4 + 4 + unscaled[a].length + 4 + (extreme == null ? 0 : extreme.length);
        }
        ByteBuffer out = ByteBuffer.allocate(length).putLong(rows);
        for (int a = 0; a < sums.length; a++) {
            out.putLong(values[a]);
            for (long count : notFinite[a]) {
                out.putLong(count);
            }
            out.putInt(sums[a].scale()).putInt(unscaled[a].length).put(unscaled[a]);
            byte[] extreme = extremes[a];
            if (extreme == null) {
                out.putInt(-1);
            } else {
                out.putInt(extreme.length).put(extreme);
            }
        }
        return out.array();
    }

    long rows() {
        return rows;
    }

    long values(int aggregate) {
        return values[aggregate];
    }

    /// The encoded least or greatest value, or null when there is none.
    byte @Nullable [] extreme(int aggregate) {
        return extremes[aggregate];
    }

    void setExtreme(int aggregate, byte @Nullable [] encoded) {
        extremes[aggregate] = encoded;
    }

    /// @param sign 1 to add a row, -1 to take it back
    void countRow(int sign) {
        rows += sign;
    }

    void countValue(int aggregate, int sign) {
        values[aggregate] += sign;
    }

    /// Adds or takes back the value at `row`, which is not NULL.
    void sum(int aggregate, Vector vector, int row, int sign) {
        BigDecimal value;
        if (vector.storage() == ColumnType.Storage.DOUBLE) {
            double number = vector.getDouble(row);
            if (!Double.isFinite(number)) {
                notFinite[aggregate][Double.isNaN(number) ? NAN : number > 0 ? POSITIVE : NEGATIVE] += sign;
                return;
            }
            value = new BigDecimal(number);
        } else {
            value = decimal(vector, row);
        }
        sums[aggregate] = sign > 0 ? sums[aggregate].add(value) : sums[aggregate].subtract(value);
    }

    private static BigDecimal decimal(Vector vector, int row) {
        return vector.type().kind() == ColumnType.Kind.DECIMAL
                ? vector.getDecimal(row)
                : BigDecimal.valueOf(vector.getLong(row));
    }

    void putSum(int aggregate, Vector target, int row) {
        if (values[aggregate] == 0) {
            target.setNull(row);
        } else {
            put(aggregate, sums[aggregate], target, row);
        }
    }

    void putAverage(int aggregate, Vector target, int row) {
        if (values[aggregate] == 0) {
            target.setNull(row);
            return;
        }
        int scale = Math.max(sums[aggregate].scale(), target.type().scale()) + AVERAGE_DIGITS;
        BigDecimal mean = sums[aggregate].divide(BigDecimal.valueOf(values[aggregate]), scale, RoundingMode.HALF_UP);
        put(aggregate, mean, target, row);
    }

    private void put(int aggregate, BigDecimal value, Vector target, int row) {
        ColumnType type = target.type();
        switch (type.kind()) {
            case REAL, DOUBLE -> target.setDouble(row, number(aggregate, value));
            case DECIMAL -> {
                BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
                if (scaled.precision() > type.precision()) {
                    throw outOfRange(value, type);
                }
                target.setDecimal(row, scaled);
            }
            case INTEGER, BIGINT -> {
                BigInteger whole = value.setScale(0, RoundingMode.HALF_UP).toBigInteger();
                if (whole.bitLength() > 63) {
                    throw outOfRange(value, type);
                }
                target.setLong(row, whole.longValue());
            }
            case BOOLEAN, VARCHAR, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON ->
                throw new IllegalStateException("no sum has the type " + type);
        }
    }

    private double number(int aggregate, BigDecimal value) {
        long[] special = notFinite[aggregate];
        if (special[NAN] > 0 || (special[POSITIVE] > 0 && special[NEGATIVE] > 0)) {
            return Double.NaN;
        }
        if (special[POSITIVE] > 0) {
            return Double.POSITIVE_INFINITY;
        }
        return special[NEGATIVE] > 0 ? Double.NEGATIVE_INFINITY : value.doubleValue();
    }

    private static AlluviumException outOfRange(BigDecimal value, ColumnType type) {
        return new AlluviumException(
                ErrorCode.NUMERIC_OUT_OF_RANGE,
                "the sum " + value.toPlainString() + " does not fit " + type,
                "cast the summed column to DECIMAL(38,2) or DOUBLE");
    }
}

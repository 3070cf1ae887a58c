package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// Exact numbers: reading any numeric value as a BigDecimal, and fitting one into a DECIMAL column.
final class Decimals {

    private static final long[] POWERS_OF_TEN = new long[ColumnType.MAX_LONG_DIGITS + 1];

    static {
        long power = 1;
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = power;
            power *= 10;
        }
    }

    private Decimals() {}

    /// 10 to the power of 0 to 18.
    static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    /// The number at `row`, which is not NULL, of a vector of any numeric type.
    static BigDecimal read(Vector vector, int row) {
        return switch (vector.type().kind()) {
            case DECIMAL -> vector.getDecimal(row);
            case REAL -> fromReal((float) vector.getDouble(row));
            case DOUBLE -> fromDouble(vector.getDouble(row));
            default -> BigDecimal.valueOf(vector.getLong(row));
        };
    }

    static BigDecimal fromDouble(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw outOfRange(value, "DECIMAL");
        }
        return BigDecimal.valueOf(value);
    }

    private static BigDecimal fromReal(float value) {
        return Float.isFinite(value) ? new BigDecimal(Float.toString(value)) : fromDouble(value);
    }

    /// `value` rounded half away from zero to the scale of `type`.
    ///
    /// @throws AlluviumException NUMERIC_OUT_OF_RANGE when it has more whole digits than the type
    static BigDecimal fit(BigDecimal value, ColumnType type) {
        BigDecimal rounded = value.scale() == type.scale() ? value : round(value, type.scale(), type);
        if (rounded.precision() > type.precision()) {
            throw outOfRange(value, type.sql());
        }
        return rounded;
    }

    /// Refuses numbers too large for any type and takes the tiniest as zero before their digits are written
    /// out.
    private static BigDecimal round(BigDecimal value, int scale, ColumnType type) {
        long wholeDigits = (long) value.precision() - value.scale();
        if (wholeDigits > ColumnType.MAX_DIGITS + 1 && value.signum() != 0) {
            throw outOfRange(value, type.sql());
        }
        return value.signum() == 0 || wholeDigits < -ColumnType.MAX_DIGITS - 1
                ? BigDecimal.valueOf(0, scale)
                : value.setScale(scale, RoundingMode.HALF_UP);
    }

    /// Stores a number in a column of any numeric type, rounded and checked.
    static void store(BigDecimal value, Vector out, int row) {
        switch (out.type().kind()) {
            case DECIMAL -> out.setDecimal(row, fit(value, out.type()));
            case REAL, DOUBLE -> out.setDouble(row, value.doubleValue());
            default -> out.setLong(row, toLong(value, out.type()));
        }
    }

    /// The whole number nearest to `value`, halves away from zero.
    static long toLong(BigDecimal value, ColumnType type) {
        BigDecimal rounded = round(value, 0, type);
        if (rounded.unscaledValue().bitLength() > 63) {
            throw outOfRange(value, type.sql());
        }
        return checkRange(rounded.longValueExact(), type);
    }

    static long checkRange(long value, ColumnType type) {
        if (type.kind() == ColumnType.Kind.INTEGER && (int) value != value) {
            throw outOfRange(value, type.sql());
        }
        return value;
    }

    static AlluviumException outOfRange(Object value, String type) {
        return new AlluviumException(
                ErrorCode.NUMERIC_OUT_OF_RANGE,
                "the value " + value + " is out of range for " + type,
                "cast to a wider type before calculating, such as CAST(x AS DECIMAL(38,2)) or CAST(x AS BIGINT)");
    }

    static AlluviumException divisionByZero() {
        return new AlluviumException(
                ErrorCode.DIVISION_BY_ZERO,
                "division by zero",
                "write NULLIF(x, 0) for the divisor to get NULL instead");
    }
}

package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// Stores results of aggregates, whose type can be too small for them.
final class Numbers {

    private Numbers() {}

    /// @throws AlluviumException NUMERIC_OUT_OF_RANGE when the number does not fit the vector's type
    static void store(BigDecimal value, Vector out, int row) {
        ColumnType type = out.type();
        switch (type.kind()) {
            case REAL, DOUBLE -> out.setDouble(row, value.doubleValue());
            case DECIMAL -> {
                BigDecimal rounded = value.setScale(type.scale(), RoundingMode.HALF_UP);
                if (rounded.precision() > type.precision()) {
                    throw outOfRange(value.toPlainString(), type);
                }
                out.setDecimal(row, rounded);
            }
            default -> {
                BigDecimal rounded = value.setScale(0, RoundingMode.HALF_UP);
                if (rounded.unscaledValue().bitLength() > 63) {
                    throw outOfRange(value.toPlainString(), type);
                }
                out.setLong(row, rounded.longValueExact());
            }
        }
    }

    static AlluviumException outOfRange(String value, ColumnType type) {
        return new AlluviumException(
                ErrorCode.NUMERIC_OUT_OF_RANGE,
                "the aggregate's value " + value + " is out of range for " + type.sql(),
                "cast the argument to a wider type, such as DOUBLE");
    }
}

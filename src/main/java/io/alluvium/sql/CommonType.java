package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;

/// The type in which values of two types compare.
final class CommonType {

    private CommonType() {}

    static ColumnType of(ColumnType a, ColumnType b) {
        if (a.equals(b)) {
            return a;
        }
        if (a.isNumeric() && b.isNumeric()) {
            return ofNumbers(a, b);
        }
        if (isMoment(a) && isMoment(b)) {
            return a.kind() == Kind.TIMESTAMPTZ || b.kind() == Kind.TIMESTAMPTZ
                    ? ColumnType.TIMESTAMPTZ
                    : ColumnType.TIMESTAMP;
        }
        if (isText(a) && isText(b)) {
            return ColumnType.VARCHAR;
        }
        throw new AlluviumException(
                ErrorCode.DATATYPE_MISMATCH,
                "a value of type " + a.sql() + " cannot be compared with one of type " + b.sql(),
                "convert one of them with CAST(value AS type)");
    }

    private static ColumnType ofNumbers(ColumnType a, ColumnType b) {
        if (isFloating(a) || isFloating(b)) {
            return ColumnType.DOUBLE;
        }
        if (a.kind() != Kind.DECIMAL && b.kind() != Kind.DECIMAL) {
            return ColumnType.BIGINT;
        }
        ColumnType x = SqlTypes.asDecimal(a);
        ColumnType y = SqlTypes.asDecimal(b);
        int scale = Math.max(x.scale(), y.scale());
        int whole = Math.max(x.precision() - x.scale(), y.precision() - y.scale());
        return whole + scale <= ColumnType.MAX_DIGITS ? SqlTypes.decimal(whole + scale, scale) : ColumnType.DOUBLE;
    }

    private static boolean isFloating(ColumnType type) {
        return type.kind() == Kind.REAL || type.kind() == Kind.DOUBLE;
    }

    private static boolean isMoment(ColumnType type) {
        return type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMPTZ;
    }

    private static boolean isText(ColumnType type) {
        return type.kind() == Kind.VARCHAR || type.kind() == Kind.JSON;
    }
}

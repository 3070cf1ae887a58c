package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;

/// Which type holds the values of two others: whole numbers become decimals, decimals with more than 38 digits of
/// which more than 18 are behind the point become doubles, what has nothing in common becomes text, and what is
/// nested on one side JSON. The table is in `docs/reference/types.md`.
public final class Widening {

    private static final int BIGINT_DIGITS = 19;

    private Widening() {}

    public static ColumnType of(ColumnType a, ColumnType b) {
        if (a.equals(b)) {
            return a;
        }
        if (a.kind() == Kind.JSON || b.kind() == Kind.JSON) {
            return ColumnType.JSON;
        }
        if (a.isNumeric() && b.isNumeric()) {
            return number(a, b);
        }
        if (isDateOrTimestamp(a) && isDateOrTimestamp(b)) {
            return ColumnType.TIMESTAMP;
        }
        return ColumnType.VARCHAR;
    }

    private static boolean isDateOrTimestamp(ColumnType type) {
        return type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP;
    }

    private static ColumnType number(ColumnType a, ColumnType b) {
        if (isApproximate(a) || isApproximate(b)) {
            return ColumnType.DOUBLE;
        }
        if (a.kind() != Kind.DECIMAL && b.kind() != Kind.DECIMAL) {
            return ColumnType.BIGINT;
        }
        int scale = Math.max(a.scale(), b.scale());
        int digits = Math.max(wholeDigits(a), wholeDigits(b)) + scale;
        return scale <= ColumnType.MAX_LONG_DIGITS && digits > ColumnType.MAX_DIGITS
                ? ColumnType.decimal(ColumnType.MAX_DIGITS, scale)
                : decimal(digits - scale, scale);
    }

    private static boolean isApproximate(ColumnType type) {
        return type.kind() == Kind.DOUBLE || type.kind() == Kind.REAL;
    }

    private static int wholeDigits(ColumnType type) {
        return type.kind() == Kind.DECIMAL ? type.precision() - type.scale() : BIGINT_DIGITS;
    }

    /// The DECIMAL for numbers with so many digits before and after the point: 18 digits where they suffice, else
    /// 38, else DOUBLE.
    static ColumnType decimal(int wholeDigits, int scale) {
        int digits = wholeDigits + scale;
        if (digits <= ColumnType.MAX_LONG_DIGITS) {
            return ColumnType.decimal(ColumnType.MAX_LONG_DIGITS, scale);
        }
        return digits <= ColumnType.MAX_DIGITS ? ColumnType.decimal(ColumnType.MAX_DIGITS, scale) : ColumnType.DOUBLE;
    }
}

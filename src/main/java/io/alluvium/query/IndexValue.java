package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Parameters;
import io.alluvium.sql.Selection;
import io.alluvium.table.IndexRange.Bound;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/// A value that an indexed column is compared with, made of literals and parameters alone, in the form that the
/// index has for the column. Only for comparisons that mean the same in the column's own type: those where the
/// value is cast to it anyway, and those of exact numbers. Owned by one thread.
final class IndexValue {

    private static final RowBatch ONE_ROW = new RowBatch(List.of(), 1);
    private static final Selection FIRST = Selection.all(1);

    private final Expression value;
    private final ColumnType column;
    private final boolean isNumber;

    private IndexValue(Expression value, ColumnType column, boolean isNumber) {
        this.value = value;
        this.column = column;
        this.isNumber = isNumber;
    }

    /// @param column the column's type
    /// @param compared the type that the column is compared in, which it may be cast to
    /// @return null when an index over the column does not answer the comparison
    static @Nullable IndexValue of(RexNode node, ColumnType column, ColumnType compared, Parameters parameters) {
        ColumnType common;
        try {
            common = ExpressionCompiler.comparisonType(compared, ExpressionCompiler.valueType(node.getType()));
        } catch (AlluviumException e) {
            return null;
        }
        if ((compared.equals(column) && common.equals(column)) || (isFloating(column) && isFloating(common))) {
            return new IndexValue(ExpressionCompiler.compileAs(node, common, List.of(), parameters), column, false);
        }
        if (isExact(column) && isExact(compared) && isExact(common)) {
            return new IndexValue(ExpressionCompiler.compile(node, List.of(), parameters), column, true);
        }
        return null;
    }

    /// Whether casting a column keeps what its values are and how they compare.
    static boolean keepsValues(ColumnType column, ColumnType cast) {
        if (column.equals(cast) || (column.kind() == Kind.REAL && cast.kind() == Kind.DOUBLE)) {
            return true;
        }
        if (!isExact(column) || !isExact(cast)) {
            return false;
        }
        return wholeDigits(cast) >= wholeDigits(column) && cast.scale() >= column.scale();
    }

    private static int wholeDigits(ColumnType type) {
        return switch (type.kind()) {
            case INTEGER -> 10;
            case BIGINT -> 19;
            default -> type.precision() - type.scale();
        };
    }

    private static boolean isExact(ColumnType type) {
        return type.kind() == Kind.INTEGER || type.kind() == Kind.BIGINT || type.kind() == Kind.DECIMAL;
    }

    private static boolean isFloating(ColumnType type) {
        return type.kind() == Kind.REAL || type.kind() == Kind.DOUBLE;
    }

    /// The value that the column equals; null when it can equal none, because the value is NULL or none of the
    /// column's type.
    @Nullable
    Object equal() {
        Vector now = value.evaluate(ONE_ROW, FIRST);
        if (now.isNull(0)) {
            return null;
        }
        if (!isNumber) {
            return plain(now);
        }
        BigDecimal number = number(now);
        BigDecimal floor = number.setScale(column.scale(), RoundingMode.FLOOR);
        return floor.compareTo(number) == 0 && isInside(floor) ? stored(floor) : null;
    }

    /// What the column's values are above or below of.
    ///
    /// @param bound null when all of them are
    /// @param isNever whether none of them is
    record Limit(@Nullable Bound bound, boolean isNever) {
        static final Limit ALWAYS = new Limit(null, false);
        static final Limit NEVER = new Limit(null, true);

        static Limit at(Object value, boolean inclusive) {
            return new Limit(new Bound(value, inclusive), false);
        }
    }

    Limit limit(boolean isLower, boolean inclusive) {
        Vector now = value.evaluate(ONE_ROW, FIRST);
        if (now.isNull(0)) {
            return Limit.NEVER;
        }
        if (!isNumber) {
            return Limit.at(plain(now), inclusive);
        }
        BigDecimal number = number(now);
        BigDecimal floor = number.setScale(column.scale(), RoundingMode.FLOOR);
        if (!isInside(floor)) {
            return isLower == floor.signum() > 0 ? Limit.NEVER : Limit.ALWAYS;
        }
        // Between the floor and the number the column has no value: above the one is above the other.
        boolean isExactly = floor.compareTo(number) == 0;
        return Limit.at(stored(floor), isExactly ? inclusive : !isLower);
    }

    private static Object plain(Vector vector) {
        return switch (vector.storage()) {
            case LONG -> vector.getLong(0);
            case DOUBLE -> vector.getDouble(0);
            case OBJECT -> vector.getObject(0);
        };
    }

    private static BigDecimal number(Vector vector) {
        return vector.type().kind() == Kind.DECIMAL ? vector.getDecimal(0) : BigDecimal.valueOf(vector.getLong(0));
    }

    private boolean isInside(BigDecimal floor) {
        return switch (column.kind()) {
            case INTEGER -> floor.unscaledValue().bitLength() <= 31;
            default ->
                column.storage() == Storage.OBJECT || floor.unscaledValue().bitLength() <= 63;
        };
    }

    private Object stored(BigDecimal floor) {
        return column.storage() == Storage.OBJECT
                ? floor
                : (Object) floor.unscaledValue().longValueExact();
    }
}

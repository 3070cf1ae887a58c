package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Parameters;
import io.alluvium.sql.Selection;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.apache.calcite.rex.RexNode;

/// A value that a key column is compared with, made of literals and parameters alone. Owned by one thread.
final class KeyValue {

    private static final RowBatch ONE_ROW = new RowBatch(List.of(), 1);
    private static final Selection FIRST = Selection.all(1);

    private final Expression value;

    private KeyValue(Expression value) {
        this.value = value;
    }

    /// Whether `column = value` can be answered by a look-up: then each value of the one type has at most one
    /// equal in the other.
    static boolean canFind(ColumnType column, ColumnType value) {
        if (column.equals(value) || (column.kind() == Kind.VARCHAR && value.kind() == Kind.JSON)) {
            return true;
        }
        return isExact(column) && isExact(value);
    }

    static KeyValue of(RexNode node, Parameters parameters) {
        return new KeyValue(ExpressionCompiler.compile(node, List.of(), parameters));
    }

    private static boolean isExact(ColumnType type) {
        return type.kind() == Kind.INTEGER || type.kind() == Kind.BIGINT || type.kind() == Kind.DECIMAL;
    }

    /// Puts the value into row 0; false when it is NULL or none that the column can have.
    boolean store(Vector out) {
        Vector from = value.evaluate(ONE_ROW, FIRST);
        if (from.isNull(0)) {
            return false;
        }
        if (from.type().equals(out.type()) || !isExact(out.type())) {
            out.copyFrom(from, 0, 0);
            return true;
        }
        return storeNumber(from, out);
    }

    private static boolean storeNumber(Vector from, Vector out) {
        boolean wholeFrom = from.type().kind() != Kind.DECIMAL;
        boolean wholeOut = out.type().kind() != Kind.DECIMAL;
        if (wholeFrom && wholeOut) {
            out.setLong(0, from.getLong(0));
            return true;
        }
        BigDecimal number = wholeFrom ? BigDecimal.valueOf(from.getLong(0)) : from.getDecimal(0);
        int scale = wholeOut ? 0 : out.type().scale();
        BigDecimal scaled = number.setScale(scale, RoundingMode.DOWN);
        if (scaled.compareTo(number) != 0) {
            return false;
        }
        if (wholeOut) {
            if (scaled.unscaledValue().bitLength() > 63) {
                return false;
            }
            out.setLong(0, scaled.longValueExact());
            return true;
        }
        if (scaled.precision() > out.type().precision()) {
            return false;
        }
        out.setDecimal(0, scaled);
        return true;
    }
}

package io.alluvium.sql;

import com.google.common.collect.Range;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.util.Sarg;

/// `x IN (literals)` and `x NOT IN (literals)` as a look-up in a set.
final class Membership {

    /// Below it, comparing one by one is faster.
    private static final int LEAST_POINTS = 4;

    private Membership() {}

    /// An expression for a SEARCH whose argument is a set of single values or all but such a set; empty for
    /// others.
    static Optional<Expression> of(RexCall search, Expression operand) {
        RexLiteral argument = (RexLiteral) search.operands.get(1);
        Sarg<?> sarg = argument.getValueAs(Sarg.class);
        if (sarg == null || sarg.nullAs != RexUnknownAs.UNKNOWN || sarg.pointCount < LEAST_POINTS) {
            return Optional.empty();
        }
        boolean negated = sarg.isComplementedPoints();
        if (!negated && !sarg.isPoints()) {
            return Optional.empty();
        }
        Sarg<?> points = negated ? sarg.negate() : sarg;
        ColumnType type = operand.type();
        var values = new HashSet<Object>();
        var builder = new RexBuilder(SqlTypes.newFactory());
        for (Object range : points.rangeSet.asRanges()) {
            Object point = ((Range<?>) range).lowerEndpoint();
            RexLiteral literal = (RexLiteral) builder.makeLiteral(point, argument.getType(), false, false);
            values.add(key(ExpressionCompiler.literal(literal, ExpressionCompiler.valueType(argument.getType())), 0));
        }
        ColumnType wanted = ExpressionCompiler.valueType(argument.getType());
        if (type.storage() != wanted.storage() || type.scale() != wanted.scale()) {
            return Optional.empty();
        }
        return Optional.of(in(operand, Set.copyOf(values), negated));
    }

    private static Expression in(Expression operand, Set<Object> values, boolean negated) {
        Kernel kernel = (in, row, out) -> out.setBoolean(row, values.contains(key(in[0], row)) != negated);
        return new KernelCall(ColumnType.BOOLEAN, kernel, List.of(operand), true);
    }

    private static Object key(Vector vector, int row) {
        return switch (vector.storage()) {
            case LONG -> vector.getLong(row);
            case DOUBLE -> vector.getDouble(row) + 0.0;
            case OBJECT -> {
                Object value = vector.getObject(row);
                yield value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value;
            }
        };
    }
}

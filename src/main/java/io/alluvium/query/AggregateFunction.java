package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.query.ExtremeAccumulator.Choice;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Selection;
import io.alluvium.sql.SqlTypes;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.sql.SqlKind;

/// One aggregate of a query: makes the accumulators that compute it.
final class AggregateFunction {

    private static final int[] NO_COLUMNS = {};

    private final AggregateCall call;
    private final List<ColumnType> inputTypes;
    private final Execution execution;

    AggregateFunction(AggregateCall call, List<ColumnType> inputTypes, Execution execution) {
        this.call = call;
        this.inputTypes = inputTypes;
        this.execution = execution;
    }

    /// The type of the result; of a value that is chosen from its column, the column's.
    ColumnType type() {
        return switch (call.getAggregation().getKind()) {
            case MIN, MAX, ANY_VALUE, SINGLE_VALUE -> argumentType();
            default -> SqlTypes.columnType(call.getType());
        };
    }

    boolean isGrouping() {
        SqlKind kind = call.getAggregation().getKind();
        return kind == SqlKind.GROUPING;
    }

    List<Integer> arguments() {
        return call.getArgList();
    }

    /// A new accumulator that has seen nothing.
    ///
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED for an aggregate that there is not
    Accumulator accumulator() {
        Accumulator plain = plain();
        int[] distinct = call.isDistinct() ? arguments(call) : NO_COLUMNS;
        return call.filterArg < 0 && distinct.length == 0
                ? plain
                : new NarrowedAccumulator(plain, call.filterArg, distinct, inputTypes, execution.memory());
    }

    private static int[] arguments(AggregateCall call) {
        return call.getArgList().stream().mapToInt(Integer::intValue).toArray();
    }

    private Accumulator plain() {
        return switch (call.getAggregation().getKind()) {
            case COUNT -> new CountAccumulator(arguments(call));
            case SUM -> sum(false, false);
            case SUM0 -> sum(false, true);
            case AVG -> sum(true, false);
            case MIN -> new ExtremeAccumulator(argument(), argumentType(), Choice.LEAST, execution.memory());
            case MAX -> new ExtremeAccumulator(argument(), argumentType(), Choice.GREATEST, execution.memory());
            case ANY_VALUE -> new ExtremeAccumulator(argument(), argumentType(), Choice.ANY, execution.memory());
            case SINGLE_VALUE -> new ExtremeAccumulator(argument(), argumentType(), Choice.SINGLE, execution.memory());
            case VAR_POP -> new SpreadAccumulator(argument(), argumentType(), false, false);
            case VAR_SAMP -> new SpreadAccumulator(argument(), argumentType(), true, false);
            case STDDEV_POP -> new SpreadAccumulator(argument(), argumentType(), false, true);
            case STDDEV_SAMP -> new SpreadAccumulator(argument(), argumentType(), true, true);
            case LITERAL_AGG -> new LiteralAccumulator(literal());
            default ->
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "the aggregate " + call.getAggregation().getName() + " is not supported",
                        "SHOW FUNCTIONS lists the aggregates that there are");
        };
    }

    private Accumulator sum(boolean average, boolean zeroWhenEmpty) {
        return argumentType().storage() == Storage.DOUBLE
                ? new FloatingSumAccumulator(argument(), average, zeroWhenEmpty)
                : new SumAccumulator(argument(), argumentType(), average, zeroWhenEmpty);
    }

    private int argument() {
        return call.getArgList().getFirst();
    }

    private ColumnType argumentType() {
        return inputTypes.get(argument());
    }

    private Vector literal() {
        Expression value =
                ExpressionCompiler.compileAs(call.rexList.getFirst(), type(), List.of(), execution.parameters());
        var row = new Vector(type(), 1);
        row.copyFrom(value.evaluate(new RowBatch(List.of(), 1), Selection.all(1)), 0, 0);
        return row;
    }
}

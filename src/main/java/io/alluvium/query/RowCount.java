package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Parameters;
import io.alluvium.sql.Selection;
import java.util.List;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/// The number of LIMIT or OFFSET, which can be a parameter.
final class RowCount {

    private final String clause;
    private final @Nullable Expression number;
    private final long otherwise;

    private RowCount(String clause, @Nullable Expression number, long otherwise) {
        this.clause = clause;
        this.number = number;
        this.otherwise = otherwise;
    }

    /// @param otherwise the number when there is no such clause, or its value is NULL
    static RowCount of(String clause, @Nullable RexNode node, long otherwise, Parameters parameters) {
        Expression number =
                node == null ? null : ExpressionCompiler.compileAs(node, ColumnType.BIGINT, List.of(), parameters);
        return new RowCount(clause, number, otherwise);
    }

    long rows() {
        if (number == null) {
            return otherwise;
        }
        Vector value = number.evaluate(new RowBatch(List.of(), 1), Selection.all(1));
        if (value.isNull(0)) {
            return otherwise;
        }
        if (value.getLong(0) < 0) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    clause + " must not be negative, but is " + value.getLong(0),
                    "leave " + clause + " out to get all rows");
        }
        return value.getLong(0);
    }
}

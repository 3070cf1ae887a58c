package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;

/// A compiled scalar expression over the columns of a batch. An instance holds its result between calls, so that it
/// belongs to one thread; [ExpressionCompiler] makes as many as are wanted.
public interface Expression {

    ColumnType type();

    /// Evaluates the expression for the selected rows alone: the value for row `r` of the batch stands at `r` in
    /// the result, and what stands at rows that are not selected has no meaning. The result is overwritten by the
    /// next call, and may be a column of `input` itself.
    ///
    /// @throws io.alluvium.fault.AlluviumException such as DIVISION_BY_ZERO, when a selected row has no value
    Vector evaluate(RowBatch input, Selection selection);
}

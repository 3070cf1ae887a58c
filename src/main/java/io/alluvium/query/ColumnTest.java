package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import io.alluvium.sql.LikePattern;
import io.alluvium.sql.Selection;
import java.util.List;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/// What one part of a condition says of one column: no row passes for which it does not hold.
sealed interface ColumnTest {

    /// The column's place in the table's schema.
    int column();

    /// The part of the condition.
    RexNode node();

    /// The column equals one of the values.
    record Equal(int column, RexNode node, List<IndexValue> values) implements ColumnTest {}

    /// The column is above (`isLower`) or below the value.
    record Limit(int column, RexNode node, IndexValue value, boolean isLower, boolean inclusive)
            implements ColumnTest {}

    /// The column is LIKE a pattern.
    ///
    /// @param escape null for the one of PostgreSQL
    record Like(
            int column,
            RexNode node,
            Expression pattern,
            @Nullable Expression escape) implements ColumnTest {

        private static final RowBatch ONE_ROW = new RowBatch(List.of(), 1);
        private static final Selection FIRST = Selection.all(1);

        /// What texts that are like the pattern begin with; null when none is, because the pattern is NULL.
        @Nullable
        String prefix() {
            Vector text = pattern.evaluate(ONE_ROW, FIRST);
            Vector mark = escape == null ? null : escape.evaluate(ONE_ROW, FIRST);
            if (text.isNull(0) || (mark != null && mark.isNull(0))) {
                return null;
            }
            return LikePattern.prefix(text.getText(0), mark == null ? null : mark.getText(0));
        }
    }
}

package io.alluvium.sql;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;

/// Keeps the rows for which a condition is TRUE, as WHERE does. Owned by one thread; the selection that it gives is
/// overwritten by the next call.
public final class Filter {

    private final Expression[] conditions;
    private final Selection[] passed = {new Selection(0), new Selection(0)};

    public Filter(Expression condition) {
        this.conditions = condition instanceof Connective connective && connective.isAnd()
                ? connective.operands().toArray(Expression[]::new)
                : new Expression[] {condition};
    }

    /// The rows of `in` that pass. Each part of an AND sees only the rows that passed the parts before it.
    public Selection select(RowBatch input, Selection in) {
        Selection rows = in;
        for (int i = 0; i < conditions.length && !rows.isEmpty(); i++) {
            Selection out = passed[i & 1];
            out.clear();
            keep(conditions[i].evaluate(input, rows), rows, out);
            rows = out;
        }
        return rows;
    }

    private static void keep(Vector truth, Selection rows, Selection out) {
        boolean[] nulls = truth.nulls();
        long[] values = truth.longs();
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            out.addIf(row, nulls[row] ? 0 : (int) values[row]);
        }
    }
}

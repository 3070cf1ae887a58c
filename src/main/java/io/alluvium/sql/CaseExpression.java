package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.util.List;

/// CASE: each value is evaluated only for the rows whose condition is the first that is TRUE, each condition only
/// for the rows that no earlier one took.
final class CaseExpression extends Computed {

    private final List<Expression> conditions;
    private final List<Expression> values;
    private final Expression otherwise;
    private final Selection[] open = {new Selection(0), new Selection(0)};
    private final Selection taken = new Selection(0);

    /// All values have the type of the whole.
    CaseExpression(ColumnType type, List<Expression> conditions, List<Expression> values, Expression otherwise) {
        super(type);
        this.conditions = List.copyOf(conditions);
        this.values = List.copyOf(values);
        this.otherwise = otherwise;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        Vector out = result(selection);
        Selection rest = selection;
        for (int i = 0; i < conditions.size() && !rest.isEmpty(); i++) {
            Vector condition = conditions.get(i).evaluate(input, rest);
            Selection next = open[i & 1];
            next.clear();
            taken.clear();
            for (int j = 0; j < rest.size(); j++) {
                int row = rest.row(j);
                (!condition.isNull(row) && condition.getBoolean(row) ? taken : next).add(row);
            }
            copy(values.get(i), input, taken, out);
            rest = next;
        }
        copy(otherwise, input, rest, out);
        return out;
    }

    private static void copy(Expression value, RowBatch input, Selection rows, Vector out) {
        if (rows.isEmpty()) {
            return;
        }
        Vector from = value.evaluate(input, rows);
        for (int i = 0; i < rows.size(); i++) {
            out.copyFrom(from, rows.row(i), rows.row(i));
        }
    }
}

package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.util.List;

/// AND and OR in three-valued logic. An operand is evaluated only for the rows that the operands before it have not
/// decided, so that `x <> 0 AND 1 / x > 2` never divides by zero.
final class Connective extends Computed {

    private final List<Expression> operands;
    /// The value of one operand that decides the whole: FALSE for AND, TRUE for OR.
    private final boolean decisive;

    private final Selection[] undecided = {new Selection(0), new Selection(0)};

    private Connective(List<Expression> operands, boolean decisive) {
        super(ColumnType.BOOLEAN);
        this.operands = List.copyOf(operands);
        this.decisive = decisive;
    }

    static Connective and(List<Expression> operands) {
        return new Connective(operands, false);
    }

    static Connective or(List<Expression> operands) {
        return new Connective(operands, true);
    }

    boolean isAnd() {
        return !decisive;
    }

    List<Expression> operands() {
        return operands;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        Vector out = result(selection);
        for (int i = 0; i < selection.size(); i++) {
            out.setBoolean(selection.row(i), !decisive);
        }
        Selection open = selection;
        for (int i = 0; i < operands.size() && !open.isEmpty(); i++) {
            Selection next = undecided[i & 1];
            next.clear();
            narrow(operands.get(i).evaluate(input, open), open, out, next);
            open = next;
        }
        return out;
    }

    private void narrow(Vector operand, Selection open, Vector out, Selection next) {
        long deciding = decisive ? 1 : 0;
        for (int i = 0; i < open.size(); i++) {
            int row = open.row(i);
            if (operand.isNull(row)) {
                out.setNull(row);
                next.add(row);
            } else if (operand.getLong(row) == deciding) {
                out.setBoolean(row, decisive);
            } else {
                next.add(row);
            }
        }
    }
}

package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.util.List;

/// A function applied row by row.
final class KernelCall extends Computed {

    private final Kernel kernel;
    private final Expression[] operands;
    private final Vector[] arguments;
    private final boolean strict;

    /// @param strict whether a NULL argument makes the result NULL without asking the kernel
    KernelCall(ColumnType type, Kernel kernel, List<Expression> operands, boolean strict) {
        super(type);
        this.kernel = kernel;
        this.operands = operands.toArray(Expression[]::new);
        this.arguments = new Vector[operands.size()];
        this.strict = strict;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        for (int i = 0; i < operands.length; i++) {
            arguments[i] = operands[i].evaluate(input, selection);
        }
        Vector out = result(selection);
        for (int i = 0; i < selection.size(); i++) {
            int row = selection.row(i);
            if (strict && hasNull(row)) {
                out.setNull(row);
            } else {
                kernel.apply(arguments, row, out);
            }
        }
        return out;
    }

    private boolean hasNull(int row) {
        for (Vector argument : arguments) {
            if (argument.isNull(row)) {
                return true;
            }
        }
        return false;
    }
}

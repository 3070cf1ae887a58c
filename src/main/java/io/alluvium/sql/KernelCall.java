package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function applied row by row.
final class KernelCall extends Computed {

    private final Kernel kernel;
    private final Expression[] operands;
    private final Vector[] arguments;
    private final boolean strict;
    private @Nullable Parameters owner;
    private boolean isHolder;
    private long held;

    /// @param strict whether a NULL argument makes the result NULL without asking the kernel
    KernelCall(ColumnType type, Kernel kernel, List<Expression> operands, boolean strict) {
        super(type);
        this.kernel = kernel;
        this.operands = operands.toArray(Expression[]::new);
        this.arguments = new Vector[operands.size()];
        this.strict = strict;
    }

    /// Accounts for its long texts in the memory of these parameters.
    KernelCall countedIn(Parameters parameters) {
        if (type().storage() == Storage.OBJECT) {
            owner = parameters;
        }
        return this;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        TextMemory memory = owner == null ? null : owner.textMemory();
        if (held > 0) {
            letGo();
        }
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
                if (memory != null) {
                    hold(out, row, memory);
                }
            }
        }
        return out;
    }

    private void hold(Vector out, int row, TextMemory memory) {
        long bytes = TextMemory.bytes(out, row);
        if (bytes == 0 || isOfArgument(out.getObject(row), row)) {
            return;
        }
        if (!isHolder && owner != null) {
            isHolder = true;
            owner.addHolder(this);
        }
        held += bytes;
        memory.take(bytes);
    }

    @SuppressWarnings("ReferenceEquality") // The same object takes no memory of its own; an equal one does.
    private boolean isOfArgument(Object value, int row) {
        for (Vector argument : arguments) {
            if (argument.storage() == Storage.OBJECT && argument.objects()[row] == value) {
                return true;
            }
        }
        return false;
    }

    /// Lets go of the texts of the last evaluation, whose result has no meaning then.
    void forgetTexts() {
        isHolder = false;
        if (held > 0) {
            letGo();
        }
    }

    private void letGo() {
        TextMemory memory = owner == null ? null : owner.textMemory();
        if (memory != null) {
            memory.giveBack(held);
        }
        held = 0;
        Arrays.fill(result().objects(), null);
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

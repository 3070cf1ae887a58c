package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import io.alluvium.sql.Selection;
import io.alluvium.sql.TextMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.calcite.rel.core.JoinRelType;
import org.jspecify.annotations.Nullable;

/// Runs its right input anew for each row of the left, whose values are parameters there.
final class CorrelateOperator extends Operator {

    /// A value of the left row and the parameter that it is on the right.
    record Passed(Expression value, Vector parameter) {}

    private final JoinRelType kind;
    private final Operator left;
    private final Operator right;
    private final List<Passed> passed;
    private final Execution execution;
    private final RowBatch out;
    private final List<Vector> passedValues = new ArrayList<>();

    private @Nullable RowBatch leftBatch;
    private @Nullable RowBatch rightBatch;
    private int leftAt;
    private int rightAt;
    private boolean isRightOpen;
    private boolean isMatched;
    private long held;

    /// @param kind INNER, LEFT, SEMI or ANTI
    CorrelateOperator(JoinRelType kind, Operator left, Operator right, List<Passed> passed, Execution execution) {
        super(
                kind.projectsRight()
                        ? Stream.concat(left.types().stream(), right.types().stream())
                                .toList()
                        : left.types(),
                List.of(left, right));
        this.kind = kind;
        this.left = left;
        this.right = right;
        this.passed = List.copyOf(passed);
        this.execution = execution;
        this.out = RowBatch.ofTypes(types(), RowBatch.DEFAULT_ROWS);
    }

    @Override
    void open() {
        left.open();
        leftBatch = null;
        rightBatch = null;
        isRightOpen = false;
        letGo();
    }

    /// Gives back what the texts take that the last batch holds of several runs of the right input.
    private void letGo() {
        execution.memory().giveBack(held);
        held = 0;
    }

    @Override
    @Nullable
    RowBatch produce() {
        letGo();
        int size = 0;
        while (size < RowBatch.DEFAULT_ROWS) {
            RowBatch rows = leftBatch;
            if (rows == null) {
                if (size > 0) {
                    break;
                }
                rows = left.next();
                if (rows == null) {
                    break;
                }
                leftBatch = rows;
                leftAt = 0;
                evaluatePassed(rows);
            }
            if (leftAt >= left.selection().size()) {
                leftBatch = null;
                continue;
            }
            size = step(rows, left.selection().row(leftAt), size);
        }
        out.setSize(size);
        return size == 0 ? null : give(out);
    }

    private void evaluatePassed(RowBatch rows) {
        passedValues.clear();
        for (Passed value : passed) {
            passedValues.add(value.value.evaluate(rows, left.selection()));
        }
    }

    /// Goes on with one left row, and returns how many rows `out` has then.
    private int step(RowBatch rows, int row, int size) {
        execution.check();
        if (!isRightOpen) {
            for (int i = 0; i < passed.size(); i++) {
                passed.get(i).parameter.copyFrom(passedValues.get(i), row, 0);
            }
            right.open();
            isRightOpen = true;
            isMatched = false;
        }
        RowBatch matches = rightBatch;
        if (matches == null) {
            matches = right.next();
            rightBatch = matches;
            rightAt = 0;
        }
        if (matches == null) {
            boolean alone = kind == JoinRelType.LEFT || kind == JoinRelType.ANTI;
            int added = alone && !isMatched ? add(rows, row, null, 0, size) : size;
            leaveRow();
            return added;
        }
        isMatched = true;
        if (!kind.projectsRight()) {
            int added = kind == JoinRelType.SEMI ? add(rows, row, null, 0, size) : size;
            leaveRow();
            return added;
        }
        Selection selection = right.selection();
        int filled = size;
        while (rightAt < selection.size() && filled < RowBatch.DEFAULT_ROWS) {
            filled = add(rows, row, matches, selection.row(rightAt++), filled);
        }
        if (rightAt >= selection.size()) {
            rightBatch = null;
        }
        return filled;
    }

    private void leaveRow() {
        right.close();
        isRightOpen = false;
        rightBatch = null;
        leftAt++;
    }

    private int add(RowBatch rows, int row, @Nullable RowBatch matches, int match, int size) {
        int width = left.types().size();
        for (int c = 0; c < out.columns().size(); c++) {
            if (c < width) {
                out.column(c).copyFrom(rows.column(c), row, size);
            } else if (matches == null) {
                out.column(c).setNull(size);
            } else {
                out.column(c).copyFrom(matches.column(c - width), match, size);
                long bytes = TextMemory.bytes(out.column(c), size);
                held += bytes;
                execution.memory().take(bytes);
            }
        }
        return size + 1;
    }

    @Override
    void close() {
        letGo();
        left.close();
        right.close();
        leftBatch = null;
        rightBatch = null;
        isRightOpen = false;
    }
}

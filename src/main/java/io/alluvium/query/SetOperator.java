package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.sql.Selection;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// INTERSECT and EXCEPT, each with or without ALL: counts how often each distinct row of the first input is
/// in each of the inputs. All have columns of the same types.
final class SetOperator extends Operator {

    /// Which of the two it is.
    enum Kind {
        INTERSECT,
        EXCEPT
    }

    private final Kind kind;
    private final boolean all;
    private final List<Operator> inputs;
    private final Execution execution;
    private final RowBatch out;
    private @Nullable KeyTable rows;
    private long[] left = {};
    private int[] hashes = {};
    private int at;

    SetOperator(Kind kind, boolean all, List<Operator> inputs, Execution execution) {
        super(inputs.getFirst().types(), inputs);
        this.kind = kind;
        this.all = all;
        this.inputs = List.copyOf(inputs);
        this.execution = execution;
        this.out = RowBatch.ofTypes(types(), RowBatch.DEFAULT_ROWS);
    }

    @Override
    void open() {
        clear();
    }

    @Override
    @Nullable
    RowBatch produce() {
        KeyTable table = rows;
        if (table == null) {
            table = new KeyTable(types(), execution.memory());
            rows = table;
            left = count(inputs.getFirst(), table, true);
            for (Operator other : inputs.subList(1, inputs.size())) {
                combine(count(other, table, false));
            }
        }
        int size = 0;
        while (at < table.size() && size < RowBatch.DEFAULT_ROWS) {
            if (left[at] <= 0) {
                at++;
                continue;
            }
            for (int c = 0; c < types().size(); c++) {
                out.column(c).copyFrom(table.keys().column(c), at, size);
            }
            size++;
            left[at]--;
            if (!all) {
                at++;
            }
        }
        out.setSize(size);
        return size == 0 ? null : give(out);
    }

    private void combine(long[] other) {
        for (int i = 0; i < other.length; i++) {
            left[i] = switch (kind) {
                case INTERSECT -> Math.min(left[i], other[i]);
                case EXCEPT -> all ? left[i] - other[i] : other[i] > 0 ? 0 : left[i];
            };
        }
    }

    /// How often the input has each row of the table, by the row's number.
    private long[] count(Operator input, KeyTable table, boolean add) {
        long[] counts = new long[table.size()];
        input.open();
        for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
            execution.check();
            Selection selection = input.selection();
            hashes = selection.end() > hashes.length ? new int[selection.end()] : hashes;
            KeyTable.hash(batch.columns(), selection, hashes);
            for (int i = 0; i < selection.size(); i++) {
                int row = selection.row(i);
                int number = add
                        ? table.add(batch.columns(), row, hashes[row])
                        : table.find(batch.columns(), row, hashes[row]);
                if (number >= counts.length) {
                    execution.memory().take(8L * counts.length);
                    counts = Arrays.copyOf(counts, Math.max(64, counts.length * 2));
                }
                if (number >= 0) {
                    counts[number]++;
                }
            }
        }
        input.close();
        return Arrays.copyOf(counts, table.size());
    }

    private void clear() {
        if (rows != null) {
            rows.clear();
            rows = null;
        }
        left = new long[0];
        at = 0;
    }

    @Override
    void close() {
        clear();
        inputs.forEach(Operator::close);
    }
}

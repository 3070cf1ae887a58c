package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Selection;
import java.util.Arrays;

/// Aggregates that choose one of the values: MIN and MAX (BOOL_AND and BOOL_OR are these of truth values),
/// ANY_VALUE, and SINGLE_VALUE, which a scalar sub-select is.
final class ExtremeAccumulator extends Accumulator {

    /// Which value is chosen.
    enum Choice {
        LEAST,
        GREATEST,
        /// The first that is not NULL.
        ANY,
        /// The only one, NULL or not; a second is an error.
        SINGLE
    }

    private final int argument;
    private final Choice choice;
    private final Vector chosen;
    private final MemoryBudget memory;
    private long taken;
    private boolean[] seen = {};

    ExtremeAccumulator(int argument, ColumnType type, Choice choice, MemoryBudget memory) {
        this.argument = argument;
        this.choice = choice;
        this.memory = memory;
        this.chosen = new Vector(type, 0);
    }

    @Override
    void grow(int groups) {
        seen = Arrays.copyOf(seen, groups);
        chosen.ensureCapacity(groups);
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        Vector values = input.column(argument);
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            int group = groups[row];
            if (choice == Choice.SINGLE) {
                takeSingle(values, row, group);
            } else if (!values.isNull(row) && (!seen[group] || isBetter(values, row, group))) {
                choose(values, row, group);
            }
        }
    }

    @Override
    void addToOnlyGroup(RowBatch input, Selection rows, int[] zeros) {
        Vector values = input.column(argument);
        boolean isOrdered = choice == Choice.LEAST || choice == Choice.GREATEST;
        if (!isOrdered || values.storage() != Storage.LONG || !rows.isAll() || values.hasNulls(rows.size())) {
            add(input, rows, zeros);
            return;
        }
        long best = seen[0] ? chosen.getLong(0) : values.getLong(0);
        chosen.setLong(
                0,
                choice == Choice.LEAST
                        ? least(values.longs(), rows.size(), best)
                        : greatest(values.longs(), rows.size(), best));
        seen[0] = true;
    }

    private static long least(long[] values, int count, long known) {
        long least = known;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, values[i]);
        }
        return least;
    }

    private static long greatest(long[] values, int count, long known) {
        long greatest = known;
        for (int i = 0; i < count; i++) {
            greatest = Math.max(greatest, values[i]);
        }
        return greatest;
    }

    private void choose(Vector values, int row, int group) {
        if (chosen.storage() == Storage.OBJECT) {
            long before = seen[group] ? RowBuffer.objectBytes(chosen, group) : 0;
            long bytes = RowBuffer.objectBytes(values, row);
            taken += bytes - before;
            memory.giveBack(before);
            memory.take(bytes);
        }
        chosen.copyFrom(values, row, group);
        seen[group] = true;
    }

    @Override
    void close() {
        memory.giveBack(taken);
        taken = 0;
    }

    private void takeSingle(Vector values, int row, int group) {
        if (seen[group]) {
            throw new AlluviumException(
                    ErrorCode.CARDINALITY,
                    "a sub-select that stands for one value has more than one row",
                    "add a condition, an aggregate such as MAX(…), or LIMIT 1");
        }
        choose(values, row, group);
    }

    private boolean isBetter(Vector values, int row, int group) {
        return switch (choice) {
            case LEAST -> ValueOrder.compare(values, row, chosen, group) < 0;
            case GREATEST -> ValueOrder.compare(values, row, chosen, group) > 0;
            case ANY, SINGLE -> false;
        };
    }

    @Override
    void result(int group, Vector out, int row) {
        if (seen[group]) {
            out.copyFrom(chosen, group, row);
        } else {
            out.setNull(row);
        }
    }
}

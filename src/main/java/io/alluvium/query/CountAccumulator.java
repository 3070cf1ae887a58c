package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.Arrays;

/// COUNT: the rows, or those in which no argument is NULL.
final class CountAccumulator extends Accumulator {

    private final int[] arguments;
    private long[] counts = {};

    CountAccumulator(int[] arguments) {
        this.arguments = arguments;
    }

    @Override
    void grow(int groups) {
        counts = Arrays.copyOf(counts, groups);
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        if (arguments.length == 0) {
            for (int i = 0; i < rows.size(); i++) {
                counts[groups[rows.row(i)]]++;
            }
            return;
        }
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            if (!hasNull(input, row)) {
                counts[groups[row]]++;
            }
        }
    }

    @Override
    void addToOnlyGroup(RowBatch input, Selection rows, int[] zeros) {
        if (arguments.length == 0
                || (arguments.length == 1 && !input.column(arguments[0]).hasNulls(rows.end()))) {
            counts[0] += rows.size();
        } else {
            add(input, rows, zeros);
        }
    }

    private boolean hasNull(RowBatch input, int row) {
        for (int argument : arguments) {
            if (input.column(argument).isNull(row)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void result(int group, Vector out, int row) {
        out.setLong(row, counts[group]);
    }
}

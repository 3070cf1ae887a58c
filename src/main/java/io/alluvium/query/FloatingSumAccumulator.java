package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.Arrays;

/// SUM and AVG of REAL and DOUBLE.
final class FloatingSumAccumulator extends Accumulator {

    private final int argument;
    private final boolean average;
    private final boolean zeroWhenEmpty;
    private double[] sums = {};
    private long[] counts = {};
    private boolean[] infinite = {};

    FloatingSumAccumulator(int argument, boolean average, boolean zeroWhenEmpty) {
        this.argument = argument;
        this.average = average;
        this.zeroWhenEmpty = zeroWhenEmpty;
    }

    @Override
    void grow(int groups) {
        sums = Arrays.copyOf(sums, groups);
        counts = Arrays.copyOf(counts, groups);
        infinite = Arrays.copyOf(infinite, groups);
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        Vector values = input.column(argument);
        boolean[] nulls = values.nulls();
        double[] numbers = values.doubles();
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            if (!nulls[row]) {
                int group = groups[row];
                double number = numbers[row];
                sums[group] += number;
                counts[group]++;
                infinite[group] |= Double.isInfinite(number);
            }
        }
    }

    @Override
    void result(int group, Vector out, int row) {
        if (counts[group] == 0 && !zeroWhenEmpty) {
            out.setNull(row);
            return;
        }
        if (Double.isInfinite(sums[group]) && !infinite[group]) {
            throw Numbers.outOfRange(Double.toString(sums[group]), out.type());
        }
        out.setDouble(row, average ? sums[group] / counts[group] : sums[group]);
    }
}

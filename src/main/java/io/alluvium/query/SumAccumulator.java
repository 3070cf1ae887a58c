package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// SUM and AVG of whole numbers and decimals, exactly.
final class SumAccumulator extends Accumulator {

    private final int argument;
    private final boolean average;
    private final boolean zeroWhenEmpty;
    private final ExactSums sums;

    /// @param zeroWhenEmpty whether nothing adds up to 0 rather than to NULL
    SumAccumulator(int argument, ColumnType type, boolean average, boolean zeroWhenEmpty) {
        this.argument = argument;
        this.average = average;
        this.zeroWhenEmpty = zeroWhenEmpty;
        this.sums = new ExactSums(type.scale(), type.storage() == Storage.OBJECT);
    }

    @Override
    void grow(int groups) {
        sums.grow(groups);
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        Vector values = input.column(argument);
        boolean[] nulls = values.nulls();
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            if (!nulls[row]) {
                sums.add(groups[row], values, row);
            }
        }
    }

    @Override
    void addToOnlyGroup(RowBatch input, Selection rows, int[] zeros) {
        Vector values = input.column(argument);
        if (values.storage() == Storage.LONG && rows.isAll() && !values.hasNulls(rows.size())) {
            sums.addAll(values.longs(), rows.size());
        } else {
            add(input, rows, zeros);
        }
    }

    @Override
    void result(int group, Vector out, int row) {
        long count = sums.count(group);
        if (count == 0 && !zeroWhenEmpty) {
            out.setNull(row);
            return;
        }
        BigDecimal sum = sums.sum(group);
        Numbers.store(
                average ? sum.divide(BigDecimal.valueOf(count), out.type().scale(), RoundingMode.HALF_UP) : sum,
                out,
                row);
    }
}

package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// VAR_POP, VAR_SAMP, STDDEV_POP and STDDEV_SAMP. Of whole numbers and decimals the sums are exact and only
/// the last step is rounded; of REAL and DOUBLE the method is Welford's.
final class SpreadAccumulator extends Accumulator {

    private static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_UP);

    private final int argument;
    private final boolean sample;
    private final boolean root;
    private final boolean floating;
    private long[] counts = {};
    private double[] means = {};
    private double[] squares = {};
    private @Nullable BigDecimal[] sums = {};
    private @Nullable BigDecimal[] exactSquares = {};

    /// @param sample whether to divide by one less than the count
    /// @param root whether the standard deviation is wanted
    SpreadAccumulator(int argument, ColumnType type, boolean sample, boolean root) {
        this.argument = argument;
        this.sample = sample;
        this.root = root;
        this.floating = type.storage() == Storage.DOUBLE;
    }

    @Override
    void grow(int groups) {
        counts = Arrays.copyOf(counts, groups);
        if (floating) {
            means = Arrays.copyOf(means, groups);
            squares = Arrays.copyOf(squares, groups);
        } else {
            sums = Arrays.copyOf(sums, groups);
            exactSquares = Arrays.copyOf(exactSquares, groups);
        }
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        Vector values = input.column(argument);
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            if (values.isNull(row)) {
                continue;
            }
            int group = groups[row];
            counts[group]++;
            if (floating) {
                double value = values.getDouble(row);
                double delta = value - means[group];
                means[group] += delta / counts[group];
                squares[group] += delta * (value - means[group]);
            } else {
                BigDecimal value = values.type().kind() == ColumnType.Kind.DECIMAL
                        ? values.getDecimal(row)
                        : BigDecimal.valueOf(values.getLong(row));
                sums[group] = plus(sums[group], value);
                exactSquares[group] = plus(exactSquares[group], value.multiply(value));
            }
        }
    }

    private static BigDecimal plus(@Nullable BigDecimal sum, BigDecimal value) {
        return sum == null ? value : sum.add(value);
    }

    @Override
    void result(int group, Vector out, int row) {
        long count = counts[group];
        long divisor = sample ? count - 1 : count;
        if (divisor <= 0) {
            out.setNull(row);
            return;
        }
        if (floating) {
            double variance = squares[group] / divisor;
            out.setDouble(row, root ? Math.sqrt(variance) : variance);
            return;
        }
        BigDecimal sum = plus(sums[group], BigDecimal.ZERO);
        BigDecimal spread = plus(exactSquares[group], BigDecimal.ZERO)
                .multiply(BigDecimal.valueOf(count))
                .subtract(sum.multiply(sum));
        BigDecimal variance = spread.divide(BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(divisor)), DIGITS);
        Numbers.store(root ? variance.sqrt(DIGITS) : variance, out, row);
    }
}

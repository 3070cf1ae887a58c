package io.alluvium.query;

import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Exact sums and counts of numbers, one for each group. Values that are stored as longs are added in 128
/// bits (`high`, `low`); wider decimals as objects.
final class ExactSums {

    private final int scale;
    private final boolean wide;
    private long[] counts = {};
    private long[] low = {};
    private long[] high = {};
    private @Nullable BigDecimal[] sums = {};

    /// @param scale of the values that are added
    /// @param wide whether they are objects
    ExactSums(int scale, boolean wide) {
        this.scale = scale;
        this.wide = wide;
    }

    void grow(int groups) {
        counts = Arrays.copyOf(counts, groups);
        if (wide) {
            sums = Arrays.copyOf(sums, groups);
        } else {
            low = Arrays.copyOf(low, groups);
            high = Arrays.copyOf(high, groups);
        }
    }

    void add(int group, Vector values, int row) {
        counts[group]++;
        if (wide) {
            BigDecimal sum = sums[group];
            BigDecimal value = values.getDecimal(row);
            sums[group] = sum == null ? value : sum.add(value);
            return;
        }
        long value = values.getLong(row);
        long before = low[group];
        long after = before + value;
        low[group] = after;
        high[group] += (value >> 63) + (Long.compareUnsigned(after, before) < 0 ? 1 : 0);
    }

    /// Adds the first `count` values to group 0. The upper and the lower halves are summed apart, so that no sum of
    /// a batch overflows and the loop has no condition in it.
    void addAll(long[] values, int count) {
        long upper = 0;
        long lower = 0;
        for (int i = 0; i < count; i++) {
            upper += values[i] >> 32;
            lower += values[i] & 0xFFFFFFFFL;
        }
        counts[0] += count;
        add(upper >> 32, upper << 32);
        add(0, lower);
    }

    private void add(long highPart, long lowPart) {
        long after = low[0] + lowPart;
        high[0] += highPart + (Long.compareUnsigned(after, lowPart) < 0 ? 1 : 0);
        low[0] = after;
    }

    long count(int group) {
        return counts[group];
    }

    BigDecimal sum(int group) {
        if (wide) {
            BigDecimal sum = sums[group];
            return sum == null ? BigDecimal.ZERO : sum;
        }
        long least = low[group];
        long rest = high[group];
        if (rest == least >> 63) {
            return BigDecimal.valueOf(least, scale);
        }
        BigInteger whole = BigInteger.valueOf(rest).shiftLeft(64).add(unsigned(least));
        return new BigDecimal(whole, scale);
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value < 0 ? signed.add(BigInteger.ONE.shiftLeft(64)) : signed;
    }
}

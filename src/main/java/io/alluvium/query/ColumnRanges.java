package io.alluvium.query;

import io.alluvium.data.ColumnType.Storage;
import io.alluvium.fault.AlluviumException;
import io.alluvium.table.ColumnRange;
import io.alluvium.table.IndexRange.Bound;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ranges that a condition leaves to the columns of a table, by which a scan leaves out what lies outside of
/// them. Owned by one thread.
final class ColumnRanges {

    static final ColumnRanges NONE = new ColumnRanges(List.of());

    private final List<Tested> tests;

    private record Tested(ColumnTest test, boolean isDouble) {}

    private ColumnRanges(List<Tested> tests) {
        this.tests = List.copyOf(tests);
    }

    ColumnRanges(List<ColumnTest> tests, PlannedTable table) {
        this(tests.stream()
                .filter(test -> table.schema().column(test.column()).type().storage() != Storage.OBJECT)
                .map(test -> new Tested(
                        test, table.schema().column(test.column()).type().storage() == Storage.DOUBLE))
                .toList());
    }

    /// The ranges with the parameters of this run.
    List<ColumnRange> now() {
        var ranges = new ArrayList<ColumnRange>(tests.size());
        for (Tested tested : tests) {
            try {
                ColumnRange range = range(tested);
                if (range != null) {
                    ranges.add(range);
                }
            } catch (AlluviumException e) {
                // What is wrong with a value is for the condition to say, when it meets a row.
                return List.of();
            }
        }
        return ranges;
    }

    private static @Nullable ColumnRange range(Tested tested) {
        return switch (tested.test) {
            case ColumnTest.Equal equal -> around(equal, tested.isDouble);
            case ColumnTest.Limit limit -> limited(limit, tested.isDouble);
            case ColumnTest.Like ignored -> null;
        };
    }

    /// From the least of the values to the greatest; null when there is none.
    private static @Nullable ColumnRange around(ColumnTest.Equal equal, boolean isDouble) {
        Object least = null;
        Object greatest = null;
        for (IndexValue value : equal.values()) {
            Object found = value.equal();
            if (found != null) {
                least = least == null || isLess(found, least) ? found : least;
                greatest = greatest == null || isLess(greatest, found) ? found : greatest;
            }
        }
        return least == null || greatest == null ? null : range(equal.column(), isDouble, least, greatest);
    }

    private static boolean isLess(Object a, Object b) {
        return a instanceof Double x ? x.compareTo((Double) b) < 0 : ((Long) a).compareTo((Long) b) < 0;
    }

    private static @Nullable ColumnRange limited(ColumnTest.Limit test, boolean isDouble) {
        IndexValue.Limit limit = test.value().limit(test.isLower(), test.inclusive());
        Bound bound = limit.bound();
        if (bound == null) {
            return null;
        }
        Object lowest = isDouble ? (Object) Double.NEGATIVE_INFINITY : (Object) Long.MIN_VALUE;
        Object highest = isDouble ? (Object) Double.NaN : (Object) Long.MAX_VALUE;
        return test.isLower()
                ? range(test.column(), isDouble, bound.value(), highest)
                : range(test.column(), isDouble, lowest, bound.value());
    }

    private static ColumnRange range(int column, boolean isDouble, Object from, Object to) {
        return isDouble
                ? ColumnRange.ofDoubles(column, (Double) from, (Double) to)
                : ColumnRange.ofLongs(column, (Long) from, (Long) to);
    }
}

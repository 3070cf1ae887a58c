package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexRange;
import io.alluvium.table.IndexRange.Bound;
import io.alluvium.table.TableView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/// One index for what a condition says of its columns: values for the first ones, then bounds or the beginning of a
/// text for the next one. With the parameters of a run it becomes ranges of the index. Owned by one thread.
final class IndexUse {

    /// More combinations of values are found faster by reading the table.
    private static final int MOST_RANGES = 10_000;

    private final IndexDefinition index;
    private final List<ColumnTest.Equal> equal;
    private final ColumnTest.@Nullable Limit lower;
    private final ColumnTest.@Nullable Limit upper;
    private final ColumnTest.@Nullable Like like;

    private @Nullable List<IndexRange> ranges;
    private long rows;
    private long lookedThrough;

    private IndexUse(
            IndexDefinition index,
            List<ColumnTest.Equal> equal,
            ColumnTest.@Nullable Limit lower,
            ColumnTest.@Nullable Limit upper,
            ColumnTest.@Nullable Like like) {
        this.index = index;
        this.equal = List.copyOf(equal);
        this.lower = lower;
        this.upper = upper;
        this.like = like;
    }

    /// The longest use of an index; null when there is none.
    static @Nullable IndexUse of(IndexDefinition index, PlannedTable table, Collection<ColumnTest> tests) {
        IndexUse use = from(index, table, tests, false);
        return use.nodes().isEmpty() ? null : use;
    }

    /// The use of an ordered index with one value at the most for each of its first columns, so that the rows come
    /// in the order of the columns after them. May be a use of nothing.
    static IndexUse inOrder(IndexDefinition index, PlannedTable table, Collection<ColumnTest> tests) {
        return from(index, table, tests, true);
    }

    private static IndexUse from(
            IndexDefinition index, PlannedTable table, Collection<ColumnTest> tests, boolean oneValue) {
        var equal = new ArrayList<ColumnTest.Equal>();
        for (String name : index.columns()) {
            int column = table.schema().indexOf(name);
            ColumnTest.Equal fewest = fewestValues(column, tests);
            if (fewest == null || (oneValue && fewest.values().size() != 1)) {
                break;
            }
            equal.add(fewest);
        }
        boolean isWhole = equal.size() == index.columns().size();
        if (index.kind() == IndexDefinition.Kind.HASH || isWhole) {
            return new IndexUse(index, isWhole ? equal : List.of(), null, null, null);
        }
        int next = table.schema().indexOf(index.columns().get(equal.size()));
        ColumnTest.Limit lower = limit(next, tests, true);
        ColumnTest.Limit upper = limit(next, tests, false);
        return new IndexUse(index, equal, lower, upper, lower == null && upper == null ? like(next, tests) : null);
    }

    private static ColumnTest.@Nullable Equal fewestValues(int column, Collection<ColumnTest> tests) {
        ColumnTest.Equal fewest = null;
        for (ColumnTest test : tests) {
            if (test instanceof ColumnTest.Equal found
                    && found.column() == column
                    && (fewest == null
                            || found.values().size() < fewest.values().size())) {
                fewest = found;
            }
        }
        return fewest;
    }

    private static ColumnTest.@Nullable Limit limit(int column, Collection<ColumnTest> tests, boolean isLower) {
        for (ColumnTest test : tests) {
            if (test instanceof ColumnTest.Limit found && found.column() == column && found.isLower() == isLower) {
                return found;
            }
        }
        return null;
    }

    private static ColumnTest.@Nullable Like like(int column, Collection<ColumnTest> tests) {
        for (ColumnTest test : tests) {
            if (test instanceof ColumnTest.Like found && found.column() == column) {
                return found;
            }
        }
        return null;
    }

    IndexDefinition index() {
        return index;
    }

    /// How many of the index's columns have one value.
    int equalColumns() {
        return equal.size();
    }

    /// The parts of the condition that the index is used for.
    List<RexNode> nodes() {
        var nodes = new ArrayList<RexNode>();
        equal.forEach(test -> nodes.add(test.node()));
        for (ColumnTest test : new ColumnTest[] {lower, upper, like}) {
            if (test != null) {
                nodes.add(test.node());
            }
        }
        return nodes;
    }

    /// Whether each row of the ranges passes the parts of the condition that the index is used for.
    boolean isExact() {
        return like == null;
    }

    /// Makes the ranges of this run, and asks how many rows are in them.
    ///
    /// @return false when the index is of no use with these parameters
    boolean prepare(TableView view) {
        try {
            ranges = newRanges();
        } catch (AlluviumException e) {
            // What is wrong with a value is for the condition to say, when it meets a row.
            ranges = null;
        }
        List<IndexRange> now = ranges;
        if (now == null) {
            return false;
        }
        lookedThrough = now.isEmpty() ? 0 : view.unindexedRows(index) * now.size();
        rows = now.isEmpty() ? 0 : Math.max(0, view.estimate(index, now) - view.unindexedRows(index));
        return true;
    }

    /// The ranges of this run, none when no row can pass.
    List<IndexRange> ranges() {
        return Objects.requireNonNull(ranges);
    }

    /// How many rows the index finds in the ranges, about.
    long rows() {
        return rows;
    }

    /// How many rows are looked at besides, because the index does not have them yet; once for each range.
    long lookedThrough() {
        return lookedThrough;
    }

    private @Nullable List<IndexRange> newRanges() {
        List<List<Object>> prefixes = List.of(List.of());
        for (ColumnTest.Equal test : equal) {
            var values = new LinkedHashSet<Object>();
            for (IndexValue value : test.values()) {
                Object found = value.equal();
                if (found != null) {
                    values.add(found);
                }
            }
            if ((long) values.size() * prefixes.size() > MOST_RANGES) {
                return null;
            }
            var longer = new ArrayList<List<Object>>();
            for (List<Object> prefix : prefixes) {
                for (Object value : values) {
                    var more = new ArrayList<>(prefix);
                    more.add(value);
                    longer.add(more);
                }
            }
            prefixes = longer;
        }
        return like != null ? beginning(like, prefixes) : bounded(prefixes);
    }

    private @Nullable List<IndexRange> beginning(ColumnTest.Like test, List<List<Object>> prefixes) {
        String text = test.prefix();
        if (text == null) {
            return List.of();
        }
        if (text.isEmpty()) {
            return equal.isEmpty() ? null : all(prefixes, null, null);
        }
        return prefixes.stream().map(values -> IndexRange.prefix(values, text)).toList();
    }

    private List<IndexRange> bounded(List<List<Object>> prefixes) {
        IndexValue.Limit low = limit(lower);
        IndexValue.Limit high = limit(upper);
        return low.isNever() || high.isNever() ? List.of() : all(prefixes, low.bound(), high.bound());
    }

    private static IndexValue.Limit limit(ColumnTest.@Nullable Limit test) {
        return test == null ? IndexValue.Limit.ALWAYS : test.value().limit(test.isLower(), test.inclusive());
    }

    private static List<IndexRange> all(List<List<Object>> prefixes, @Nullable Bound low, @Nullable Bound high) {
        return prefixes.stream()
                .map(values -> new IndexRange(values, low, high))
                .toList();
    }
}

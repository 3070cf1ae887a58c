package io.alluvium.query;

import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexRange;
import io.alluvium.table.TableView;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An ordered index whose order is that of the first keys of an ORDER BY, so that of a small LIMIT only the first
/// rows are read. Owned by one thread.
///
/// @param use what the condition says of the index's columns before and at the first that is sorted by
/// @param keys how many of the sort's keys the index's order covers
record IndexOrder(IndexUse use, boolean descending, int keys) {

    /// The order of an ORDER BY in terms of a table.
    ///
    /// @param columns the places in the table's schema of the columns that it sorts by
    record Wanted(List<RowOrder.By> by, List<Integer> columns) {}

    /// The index that covers most of the keys; null when none covers any.
    static @Nullable IndexOrder find(Wanted wanted, PlannedTable table, Collection<ColumnTest> tests) {
        IndexOrder best = null;
        for (IndexDefinition index : table.indexes()) {
            if (index.kind() == IndexDefinition.Kind.ORDERED) {
                IndexOrder found = find(index, wanted, table, tests);
                if (found != null && (best == null || found.isBetterThan(best))) {
                    best = found;
                }
            }
        }
        return best;
    }

    private boolean isBetterThan(IndexOrder other) {
        int more = use.nodes().size() - other.use.nodes().size();
        return more > 0 || (more == 0 && keys > other.keys);
    }

    private static @Nullable IndexOrder find(
            IndexDefinition index, Wanted wanted, PlannedTable table, Collection<ColumnTest> tests) {
        IndexUse use = IndexUse.inOrder(index, table, tests);
        int at = use.equalColumns();
        Boolean descending = null;
        int keys = 0;
        for (; keys < wanted.by.size(); keys++) {
            int column = wanted.columns.get(keys);
            if (hasOneValue(index, use, table, column)) {
                continue;
            }
            RowOrder.By by = wanted.by.get(keys);
            boolean isNext = at < index.columns().size()
                    && table.schema().indexOf(index.columns().get(at)) == column
                    && (descending == null || descending == by.descending())
                    && (by.nullsFirst() == by.descending() || !canBeNull(column, table, tests));
            if (!isNext) {
                break;
            }
            descending = by.descending();
            at++;
        }
        return descending == null ? null : new IndexOrder(use, descending, keys);
    }

    private static boolean hasOneValue(IndexDefinition index, IndexUse use, PlannedTable table, int column) {
        return index.columns().subList(0, use.equalColumns()).stream()
                .anyMatch(name -> table.schema().indexOf(name) == column);
    }

    /// Whether rows with NULL in the column can pass the condition.
    private static boolean canBeNull(int column, PlannedTable table, Collection<ColumnTest> tests) {
        return table.schema().column(column).nullable() && tests.stream().noneMatch(test -> test.column() == column);
    }

    /// Looks at the table and the parameters of this run.
    ///
    /// @return false when the rows cannot be read in this order
    boolean prepare(TableView view) {
        return use.nodes().isEmpty() || (use.prepare(view) && use.ranges().size() <= 1);
    }

    /// How many rows there are in the order, about.
    long rows(TableView view) {
        return use.nodes().isEmpty() ? view.rows() : Math.min(view.rows(), use.rows() + use.lookedThrough());
    }

    /// Reads the rows in order.
    TableView.@Nullable Scan scan(TableView view, int[] columns) {
        if (use.nodes().isEmpty()) {
            return view.scanOrdered(use.index(), null, descending, columns);
        }
        List<IndexRange> ranges = use.ranges();
        return ranges.isEmpty() ? null : view.scanOrdered(use.index(), ranges.getFirst(), descending, columns);
    }
}

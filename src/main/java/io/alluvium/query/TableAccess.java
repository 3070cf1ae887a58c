package io.alluvium.query;

import io.alluvium.table.TableView;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How the rows of a table are reached: all of them, by indexes, or in the order of one. Decided at the start of
/// each run, from its parameters and from how many rows the table and the indexes have then. Owned by one thread.
///
/// A row that is found by an index costs about as much as several rows of a scan. So indexes are used for less than
/// an eighth of the table, and an order when the rows that LIMIT wants are likely to come among the first.
final class TableAccess {

    /// What finding one row by an index costs, in rows of a scan.
    private static final int COST_OF_A_ROW = 8;
    /// What a row costs that is sorted before the order begins, in rows of a scan.
    private static final double COST_OF_SORTING = 0.5;
    /// How many times more rows than expected are read in order before the order is given up.
    private static final int PATIENCE = 4;
    /// The share of rows that is thought to pass a condition of which nothing is known.
    private static final double PASSING = 0.25;

    /// What a pass over the table was decided to be.
    sealed interface Path {
        /// All rows.
        record Whole() implements Path {}

        /// The rows that indexes find.
        record ByIndexes(IndexCondition.AllOf condition) implements Path {}

        /// The first rows in the order of an index.
        ///
        /// @param mostRows after which reading the table is better
        record InOrder(IndexOrder order, long mostRows) implements Path {}
    }

    private static final Path WHOLE = new Path.Whole();

    private final ColumnRanges ranges;
    private final IndexCondition.@Nullable AllOf condition;
    private final @Nullable IndexOrder order;
    private final boolean isOrderExact;
    private final LongSupplier wanted;

    /// @param ranges what the condition says of columns
    /// @param condition null when no index answers any of the condition
    /// @param order null when no order is wanted, or no index has it
    /// @param isOrderExact whether all rows that `order` gives pass the condition
    /// @param wanted how many rows are wanted of the order, [Long#MAX_VALUE] for all
    TableAccess(
            ColumnRanges ranges,
            IndexCondition.@Nullable AllOf condition,
            @Nullable IndexOrder order,
            boolean isOrderExact,
            LongSupplier wanted) {
        this.ranges = ranges;
        this.condition = condition;
        this.order = order;
        this.isOrderExact = isOrderExact;
        this.wanted = wanted;
    }

    static TableAccess whole() {
        return new TableAccess(ColumnRanges.NONE, null, null, false, () -> Long.MAX_VALUE);
    }

    /// Whether all rows are read, whatever the parameters are.
    boolean isAlwaysWhole() {
        return condition == null && order == null;
    }

    IndexCondition.@Nullable AllOf condition() {
        return condition;
    }

    @Nullable
    IndexOrder order() {
        return order;
    }

    /// Reads all rows but those that cannot pass the condition, as far as that can be told for many at a time.
    TableView.Scan scanWhole(TableView view, int[] columns) {
        return view.scan(columns, ranges.now());
    }

    /// @param mayOrder false when the order has been given up
    Path decide(TableView view, boolean mayOrder) {
        IndexCondition.AllOf indexes = condition;
        if (indexes != null && !indexes.prepare(view)) {
            indexes = null;
        }
        double whole = (double) view.rows();
        double byIndexes = indexes == null ? whole : cost((double) indexes.rows(), (double) indexes.lookedThrough());
        Path path = indexes != null && (byIndexes < whole || byIndexes == 0) ? new Path.ByIndexes(indexes) : WHOLE;
        Path inOrder = mayOrder ? inOrder(view, indexes, Math.min(whole, byIndexes)) : null;
        return inOrder == null ? path : inOrder;
    }

    private static double cost(double found, double lookedThrough) {
        return found * COST_OF_A_ROW + lookedThrough;
    }

    /// The order of an index, if that is likely to cost less.
    ///
    /// @param otherwise what the best other way costs
    private @Nullable Path inOrder(TableView view, IndexCondition.@Nullable AllOf indexes, double otherwise) {
        long first = order == null ? Long.MAX_VALUE : wanted.getAsLong();
        if (order == null || first == Long.MAX_VALUE || !order.prepare(view)) {
            return null;
        }
        double inOrder = (double) order.rows(view);
        double passing = isOrderExact ? inOrder : inOrder * PASSING;
        if (indexes != null && !isOrderExact) {
            passing = Math.min(inOrder, Math.max(1.0, (double) (indexes.rows() + indexes.lookedThrough())));
        }
        double expected = passing <= first ? inOrder : (double) first * inOrder / passing;
        double sorted = (double) view.unindexedRows(order.use().index()) * COST_OF_SORTING;
        if (cost(expected, sorted) >= otherwise) {
            return null;
        }
        long most = isOrderExact ? Long.MAX_VALUE : (long) Math.max(expected * PATIENCE, otherwise / COST_OF_A_ROW);
        return new Path.InOrder(order, most);
    }
}

package io.alluvium.query;

import io.alluvium.table.IndexRange;
import io.alluvium.table.RowSet;
import io.alluvium.table.TableView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.rex.RexNode;

/// The indexes that can find the rows for which a condition may be TRUE. With the parameters of a run, those are
/// chosen that leave few rows. Owned by one thread.
sealed interface IndexCondition {

    /// Looks at the table and the parameters of this run.
    ///
    /// @return false when no index is of use with them
    boolean prepare(TableView view);

    /// How many rows the indexes find at the most, about.
    long rows();

    /// How many rows are looked at besides, because the indexes do not have them yet.
    long lookedThrough();

    RowSet find(TableView view);

    /// All uses of indexes that may be made.
    List<IndexUse> uses();

    /// The uses of indexes that [#find] makes.
    List<IndexUse> chosen();

    /// One index.
    record One(IndexUse use) implements IndexCondition {
        @Override
        public boolean prepare(TableView view) {
            return use.prepare(view);
        }

        @Override
        public long rows() {
            return use.rows();
        }

        @Override
        public long lookedThrough() {
            return use.lookedThrough();
        }

        @Override
        public RowSet find(TableView view) {
            return view.rows(use.index(), use.ranges());
        }

        @Override
        public List<IndexUse> uses() {
            return List.of(use);
        }

        @Override
        public List<IndexUse> chosen() {
            return List.of(use);
        }
    }

    /// Rows that any of several conditions finds, each of which must find its own.
    record AnyOf(RexNode node, List<IndexCondition> alternatives) implements IndexCondition {
        @Override
        public boolean prepare(TableView view) {
            return alternatives.stream().allMatch(condition -> condition.prepare(view));
        }

        @Override
        public long rows() {
            return alternatives.stream().mapToLong(IndexCondition::rows).sum();
        }

        @Override
        public long lookedThrough() {
            return alternatives.stream()
                    .mapToLong(IndexCondition::lookedThrough)
                    .sum();
        }

        @Override
        public RowSet find(TableView view) {
            return alternatives.stream()
                    .map(condition -> condition.find(view))
                    .reduce(RowSet::or)
                    .orElseThrow();
        }

        @Override
        public List<IndexUse> uses() {
            return alternatives.stream()
                    .flatMap(condition -> condition.uses().stream())
                    .toList();
        }

        @Override
        public List<IndexUse> chosen() {
            return alternatives.stream()
                    .flatMap(condition -> condition.chosen().stream())
                    .toList();
        }
    }

    /// Rows that several conditions find: the best one, and further ones as long as they are worth looking at.
    final class AllOf implements IndexCondition {
        /// With fewer rows, it is faster to look at each of them.
        private static final int FEW_ROWS = 64;
        /// A row in a set is that many times cheaper than one that is read.
        private static final int ROWS_OF_A_SET = 8;

        private final List<IndexCondition> conditions;
        private final List<IndexCondition> chosen = new ArrayList<>();

        AllOf(List<IndexCondition> conditions) {
            this.conditions = List.copyOf(conditions);
        }

        @Override
        public boolean prepare(TableView view) {
            chosen.clear();
            List<IndexCondition> usable = conditions.stream()
                    .filter(condition -> condition.prepare(view))
                    .sorted(Comparator.comparingLong(IndexCondition::rows)
                            .thenComparingInt(
                                    condition -> -nodes(condition.chosen()).size()))
                    .toList();
            for (IndexCondition condition : usable) {
                if (chosen.isEmpty() || isWorthIt(condition)) {
                    chosen.add(condition);
                }
            }
            return !chosen.isEmpty();
        }

        private boolean isWorthIt(IndexCondition condition) {
            long best = chosen.getFirst().rows();
            return best > FEW_ROWS && condition.rows() / ROWS_OF_A_SET < best && !isSaidAlready(condition);
        }

        private boolean isSaidAlready(IndexCondition condition) {
            List<RexNode> said = nodes(chosen());
            return said.containsAll(nodes(condition.chosen()));
        }

        private static List<RexNode> nodes(List<IndexUse> uses) {
            return uses.stream().flatMap(use -> use.nodes().stream()).toList();
        }

        @Override
        public long rows() {
            return chosen.getFirst().rows();
        }

        @Override
        public long lookedThrough() {
            return chosen.stream().mapToLong(IndexCondition::lookedThrough).sum();
        }

        @Override
        public RowSet find(TableView view) {
            return chosen.stream()
                    .map(condition -> condition.find(view))
                    .reduce(RowSet::and)
                    .orElseThrow();
        }

        @Override
        public List<IndexUse> uses() {
            return conditions.stream()
                    .flatMap(condition -> condition.uses().stream())
                    .toList();
        }

        @Override
        public List<IndexUse> chosen() {
            return chosen.stream()
                    .flatMap(condition -> condition.chosen().stream())
                    .toList();
        }

        /// Those of the conditions that are used together.
        List<IndexCondition> together() {
            return chosen;
        }
    }

    /// Reads the rows.
    default TableView.Scan scan(TableView view, int[] columns) {
        List<IndexUse> uses = chosen();
        boolean isOne = uses.size() == 1;
        List<IndexRange> ranges = uses.getFirst().ranges();
        return isOne ? view.scan(uses.getFirst().index(), ranges, columns) : view.scan(find(view), columns);
    }
}

package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import org.apache.calcite.rel.core.JoinRelType;
import org.jspecify.annotations.Nullable;

/// A join on any condition: every built row is a candidate for every probing row.
final class NestedLoopJoinOperator extends JoinOperator {

    private int size;

    NestedLoopJoinOperator(
            JoinRelType kind,
            Operator left,
            Operator right,
            boolean buildsLeft,
            @Nullable Filter rest,
            Execution execution) {
        super(kind, left, right, buildsLeft, rest, execution);
    }

    @Override
    void built(RowBatch rows, Selection selection) {
        size += selection.size();
    }

    @Override
    void probes(RowBatch rows, Selection selection) {}

    @Override
    int firstCandidate(int row) {
        return size == 0 ? -1 : 0;
    }

    @Override
    int nextCandidate(int built) {
        return built + 1 < size ? built + 1 : -1;
    }

    @Override
    void forget() {
        size = 0;
    }
}

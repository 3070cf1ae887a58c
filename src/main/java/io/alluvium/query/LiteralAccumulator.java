package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;

/// The same value for every group, by which a plan marks that a group is there.
final class LiteralAccumulator extends Accumulator {

    private final Vector value;

    /// @param value in row 0
    LiteralAccumulator(Vector value) {
        this.value = value;
    }

    @Override
    void grow(int groups) {}

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {}

    @Override
    void result(int group, Vector out, int row) {
        out.copyFrom(value, 0, row);
    }
}

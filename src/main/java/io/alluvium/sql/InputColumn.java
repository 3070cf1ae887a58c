package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;

/// A column of the batch itself.
record InputColumn(int index, ColumnType type) implements Expression {

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        return input.column(index);
    }
}

package io.alluvium.query;

import io.alluvium.data.RowBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives rows that stand in the query itself.
final class ValuesOperator extends Operator {

    private final RowBatch rows;
    private boolean given;

    ValuesOperator(RowBatch rows) {
        super(rows.columns().stream().map(c -> c.type()).toList(), List.of());
        this.rows = rows;
    }

    @Override
    void open() {
        given = rows.size() == 0;
    }

    @Override
    @Nullable
    RowBatch produce() {
        if (given) {
            return null;
        }
        given = true;
        return give(rows);
    }

    @Override
    void close() {
        given = true;
    }
}

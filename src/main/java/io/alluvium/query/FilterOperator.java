package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps the rows that a condition is TRUE for.
final class FilterOperator extends Operator {

    private final Operator input;
    private final Filter filter;

    FilterOperator(Operator input, Filter filter) {
        super(input.types(), List.of(input));
        this.input = input;
        this.filter = filter;
    }

    @Override
    void open() {
        input.open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
            Selection passed = filter.select(batch, input.selection());
            if (!passed.isEmpty()) {
                return give(batch, passed);
            }
        }
        return null;
    }

    @Override
    void close() {
        input.close();
    }
}

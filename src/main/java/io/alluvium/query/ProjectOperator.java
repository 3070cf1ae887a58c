package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes columns. The vectors of its batches are those that the expressions hold, so that nothing is
/// copied.
final class ProjectOperator extends Operator {

    private final Operator input;
    private final List<Expression> expressions;
    private final Vector[] values;

    ProjectOperator(Operator input, List<Expression> expressions) {
        super(expressions.stream().map(Expression::type).toList(), List.of(input));
        this.input = input;
        this.expressions = List.copyOf(expressions);
        this.values = new Vector[expressions.size()];
    }

    @Override
    void open() {
        input.open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        RowBatch batch = input.next();
        if (batch == null) {
            return null;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = expressions.get(i).evaluate(batch, input.selection());
        }
        return give(new RowBatch(Arrays.asList(values), batch.size()), input.selection());
    }

    @Override
    void close() {
        input.close();
    }
}

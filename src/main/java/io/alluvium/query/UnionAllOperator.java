package io.alluvium.query;

import io.alluvium.data.RowBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of one input after the other; all have columns of the same types.
final class UnionAllOperator extends Operator {

    private final List<Operator> inputs;
    private int current;

    UnionAllOperator(List<Operator> inputs) {
        super(inputs.getFirst().types(), inputs);
        this.inputs = List.copyOf(inputs);
    }

    @Override
    void open() {
        current = 0;
        inputs.getFirst().open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        while (current < inputs.size()) {
            Operator input = inputs.get(current);
            RowBatch batch = input.next();
            if (batch != null) {
                return give(batch, input.selection());
            }
            input.close();
            if (++current < inputs.size()) {
                inputs.get(current).open();
            }
        }
        return null;
    }

    @Override
    void close() {
        inputs.forEach(Operator::close);
        current = inputs.size();
    }
}

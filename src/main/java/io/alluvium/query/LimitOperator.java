package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.sql.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Leaves out the first rows and ends after some more: OFFSET and LIMIT.
final class LimitOperator extends Operator {

    private final Operator input;
    private final RowCount offset;
    private final RowCount limit;
    private final Selection rows = new Selection(0);
    private long toSkip;
    private long toGive;

    LimitOperator(Operator input, RowCount offset, RowCount limit) {
        super(input.types(), List.of(input));
        this.input = input;
        this.offset = offset;
        this.limit = limit;
    }

    @Override
    void open() {
        toSkip = offset.rows();
        toGive = limit.rows();
        input.open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        while (toGive > 0) {
            RowBatch batch = input.next();
            if (batch == null) {
                return null;
            }
            Selection all = input.selection();
            if (toSkip == 0 && all.size() <= toGive) {
                toGive -= all.size();
                return give(batch, all);
            }
            int from = (int) Math.min(toSkip, all.size());
            int to = (int) Math.min(all.size(), from + toGive);
            toSkip -= from;
            if (from < to) {
                rows.clear();
                for (int i = from; i < to; i++) {
                    rows.add(all.row(i));
                }
                toGive -= to - from;
                return give(batch, rows);
            }
        }
        return null;
    }

    @Override
    void close() {
        input.close();
    }
}

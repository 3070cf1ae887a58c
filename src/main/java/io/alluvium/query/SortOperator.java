package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives rows in order, the first ones left out by OFFSET and no more than LIMIT. Of a small LIMIT only the
/// best rows so far are held.
final class SortOperator extends Operator {

    /// With OFFSET and LIMIT together above it, everything is sorted at once.
    private static final long MOST_BEST = 100_000;

    private static final int LEAST_HELD = RowBatch.DEFAULT_ROWS / 2;

    private final Operator input;
    private final RowOrder order;
    private final RowCount offset;
    private final RowCount limit;
    private final Execution execution;
    private final @Nullable TableScanOperator table;
    private final RowBatch out;
    private final Selection better = new Selection(0);
    private @Nullable RowBuffer rows;
    private int[] sorted = {};
    private int at;
    private int end;

    /// @param table what the rows come from, where that may give them in this order; between it and this operator
    ///     the rows keep their order
    SortOperator(
            Operator input,
            RowOrder order,
            RowCount offset,
            RowCount limit,
            Execution execution,
            @Nullable TableScanOperator table) {
        super(input.types(), List.of(input));
        this.input = input;
        this.order = order;
        this.offset = offset;
        this.limit = limit;
        this.execution = execution;
        this.table = table;
        var vectors = new ArrayList<Vector>();
        for (ColumnType type : input.types()) {
            vectors.add(new Vector(type, 0));
        }
        this.out = new RowBatch(vectors, 0);
    }

    @Override
    void open() {
        input.open();
        clear();
    }

    @Override
    @Nullable
    RowBatch produce() {
        RowBuffer held = rows;
        if (held == null) {
            held = read();
            rows = held;
        }
        if (at >= end) {
            return null;
        }
        int count = Math.min(RowBatch.DEFAULT_ROWS, end - at);
        for (int c = 0; c < types().size(); c++) {
            held.gather(c, sorted, at, count, out.column(c));
        }
        at += count;
        out.setSize(count);
        return give(out);
    }

    private RowBuffer read() {
        long skipped = offset.rows();
        long wanted = limit.rows();
        long best = best(offset, limit);
        RowBuffer held = best == Long.MAX_VALUE ? readAll() : readBest((int) best);
        if (table != null && table.isOrderGivenUp()) {
            held.clear();
            input.close();
            table.readInAnyOrder();
            input.open();
            held = readBest((int) best);
        }
        sorted = order.sorted(held.columns(), held.size(), execution);
        at = (int) Math.min(skipped, held.size());
        end = at + (int) Math.min(wanted, held.size() - at);
        return held;
    }

    /// How many rows of the order are wanted; [Long#MAX_VALUE] when they are too many to hold only the best.
    static long best(RowCount offset, RowCount limit) {
        long skipped = offset.rows();
        long wanted = limit.rows();
        boolean isAll = skipped > MOST_BEST || wanted > MOST_BEST || skipped + wanted > MOST_BEST;
        return isAll ? Long.MAX_VALUE : skipped + wanted;
    }

    private RowBuffer readAll() {
        var all = new RowBuffer(types(), execution.memory());
        for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
            all.append(batch, input.selection());
        }
        execution.memory().take(8L * all.size());
        return all;
    }

    /// Reads the rows of which `best` come first: when twice as many are held, the worse half is dropped, and from
    /// then on rows that come after the last one of the better half are not taken at all. Rows that come in order
    /// are read until none can be better.
    private RowBuffer readBest(int best) {
        var held = new RowBuffer(types(), execution.memory());
        if (best == 0) {
            return held;
        }
        boolean isFull = false;
        for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
            held.append(batch, isFull ? betterThan(held, best - 1, batch) : input.selection());
            if (held.size() >= best && isRestWorse(held, best - 1, batch)) {
                break;
            }
            if (held.size() >= Math.max(2L * best, LEAST_HELD)) {
                held = firstOf(held, best);
                isFull = true;
            }
        }
        return held;
    }

    /// Whether all rows after this batch come after a row that is held. As long as none was dropped the rows are
    /// held as they came, after that in order: either way, none before `last` has greater first keys.
    private boolean isRestWorse(RowBuffer held, int last, RowBatch batch) {
        int keys = table == null ? 0 : table.orderedKeys();
        if (keys == 0) {
            return false;
        }
        Selection selection = input.selection();
        int end = selection.row(selection.size() - 1);
        return keys == order.by().size() || order.compare(keys, batch.columns(), end, held.columns(), last) > 0;
    }

    private Selection betterThan(RowBuffer held, int last, RowBatch batch) {
        better.clear();
        Selection rowsOfBatch = input.selection();
        for (int i = 0; i < rowsOfBatch.size(); i++) {
            int row = rowsOfBatch.row(i);
            if (order.compare(batch.columns(), row, held.columns(), last) < 0) {
                better.add(row);
            }
        }
        return better;
    }

    private RowBuffer firstOf(RowBuffer held, int best) {
        int[] inOrder = order.sorted(held.columns(), held.size(), execution);
        var kept = new RowBuffer(types(), execution.memory());
        for (int i = 0; i < best; i++) {
            kept.append(held.columns(), inOrder[i]);
        }
        held.clear();
        return kept;
    }

    private void clear() {
        if (rows != null) {
            rows.clear();
            rows = null;
        }
        sorted = new int[0];
        at = 0;
        end = 0;
    }

    @Override
    void close() {
        clear();
        input.close();
    }
}

package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.sql.Selection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One step of a query, which pulls batches from its inputs. [#open()] begins, or begins again; then
/// [#next()] gives batches, of which the rows in [#selection()] count; [#close()] lets go of what was held.
/// Owned by one thread.
abstract class Operator {

    private final List<ColumnType> types;
    private final List<Operator> inputs;
    private final Selection whole = new Selection(0);
    private Selection selection = whole;
    private Supplier<String> title = () -> getClass().getSimpleName();
    private @Nullable OperatorProfile profile;

    /// @param types of the columns that the batches have
    Operator(List<ColumnType> types, List<Operator> inputs) {
        this.types = List.copyOf(types);
        this.inputs = List.copyOf(inputs);
    }

    final List<ColumnType> types() {
        return types;
    }

    final List<Operator> inputs() {
        return inputs;
    }

    /// What EXPLAIN shows.
    final String title() {
        return title.get();
    }

    final Operator titled(Supplier<String> text) {
        title = text;
        return this;
    }

    /// Counts rows, batches and time from now on, here and below.
    final void profileAll() {
        profile = new OperatorProfile();
        inputs.forEach(Operator::profileAll);
    }

    final @Nullable OperatorProfile profile() {
        return profile;
    }

    /// How many rows of a table were looked at; -1 for what reads none.
    long rowsRead() {
        return -1;
    }

    abstract void open();

    /// The next batch with at least one selected row, or null at the end. It is overwritten by the next call.
    final @Nullable RowBatch next() {
        OperatorProfile counted = profile;
        if (counted == null) {
            return produce();
        }
        long start = System.nanoTime();
        RowBatch batch = produce();
        counted.add(System.nanoTime() - start, batch == null ? -1 : selection.size());
        return batch;
    }

    /// The rows of the last batch that count.
    final Selection selection() {
        return selection;
    }

    abstract void close();

    /// Gives a batch with [#give].
    abstract @Nullable RowBatch produce();

    final RowBatch give(RowBatch batch) {
        if (whole.size() != batch.size()) {
            whole.selectAll(batch.size());
        }
        selection = whole;
        return batch;
    }

    final RowBatch give(RowBatch batch, Selection rows) {
        selection = rows;
        return batch;
    }
}

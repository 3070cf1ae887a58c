package io.alluvium.sql;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The WHERE and the select list of a table's definition, applied to batches of its source's rows. Owned by
/// one thread.
public final class RowTransform {

    private final Schema input;
    private final Schema output;
    private final @Nullable Filter filter;
    private final List<Expression> items;
    private final Inputs inputs;
    private final Selection all = new Selection(RowBatch.DEFAULT_ROWS);
    private final Selection one = new Selection(1);
    private final boolean identity;

    /// @param filter the condition that a row must meet, null for none
    /// @param items the expressions of the output's columns, over the input's
    /// @param inputs which columns of the input they read
    RowTransform(Schema input, Schema output, @Nullable Expression filter, List<Expression> items, Inputs inputs) {
        this.input = input;
        this.output = output;
        this.filter = filter == null ? null : new Filter(filter);
        this.items = List.copyOf(items);
        this.inputs = inputs;
        this.identity = filter == null && items.size() == input.size() && areInOrder(items);
    }

    private static boolean areInOrder(List<Expression> items) {
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof InputColumn(int index, var _)) || index != i) {
                return false;
            }
        }
        return true;
    }

    /// The columns of the input that the filter reads, and each item.
    record Inputs(Set<Integer> filter, List<Set<Integer>> items) {
        Inputs {
            filter = Set.copyOf(filter);
            items = List.copyOf(items);
        }
    }

    /// The columns of the input that have to be there for some columns of the output.
    public Set<Integer> inputsOf(Set<Integer> outputs) {
        var needed = new TreeSet<>(inputs.filter);
        outputs.forEach(output -> needed.addAll(inputs.items.get(output)));
        return needed;
    }

    /// Is told which rows have no value, because an expression failed on them.
    @FunctionalInterface
    public interface Failures {
        void failed(int row, AlluviumException fault);
    }

    public Schema input() {
        return input;
    }

    public Schema output() {
        return output;
    }

    /// Whether every row passes as it is.
    public boolean isIdentity() {
        return identity;
    }

    /// The output's rows for `batch`, in the same places. What stands in the places of rows that do not pass, or
    /// that failed, has no meaning.
    ///
    /// @param passes is set for each row of the batch
    public RowBatch apply(RowBatch batch, boolean[] passes, Failures failures) {
        if (identity) {
            Arrays.fill(passes, 0, batch.size(), true);
            return batch;
        }
        all.selectAll(batch.size());
        try {
            return apply(batch, all, passes);
        } catch (AlluviumException oneOfThem) {
            return rowByRow(batch, passes, failures);
        }
    }

    private RowBatch apply(RowBatch batch, Selection rows, boolean[] passes) {
        Selection passing = rows;
        if (filter != null) {
            for (int i = 0; i < rows.size(); i++) {
                passes[rows.row(i)] = false;
            }
            passing = filter.select(batch, rows);
        }
        for (int i = 0; i < passing.size(); i++) {
            passes[passing.row(i)] = true;
        }
        var columns = new ArrayList<Vector>(items.size());
        for (Expression item : items) {
            columns.add(item.evaluate(batch, passing));
        }
        return new RowBatch(columns, batch.size());
    }

    /// So slow that it is for batches in which a row fails alone.
    private RowBatch rowByRow(RowBatch batch, boolean[] passes, Failures failures) {
        RowBatch rows = RowBatch.forSchema(output, batch.size());
        for (int row = 0; row < batch.size(); row++) {
            one.clear();
            one.add(row);
            try {
                RowBatch computed = apply(batch, one, passes);
                for (int c = 0; c < items.size() && passes[row]; c++) {
                    rows.column(c).copyFrom(computed.column(c), row, row);
                }
            } catch (AlluviumException fault) {
                passes[row] = false;
                failures.failed(row, fault);
            }
        }
        rows.setSize(batch.size());
        return rows;
    }
}

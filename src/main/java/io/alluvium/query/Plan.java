package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/// What a statement's shape is run by, as often as its tables stay as they are. Immutable but for the
/// operators that it keeps for the next run; safe from any thread.
final class Plan {

    private static final int MOST_IDLE = 8;

    /// A parameter whose value follows from the ones before it.
    record ComputedParameter(int index, RexNode value) {}

    /// A parameter that a correlated sub-query gets from each row of what is around it.
    record PassedParameter(int index, int correlation, int field, String name) {}

    /// All parameters in order: those of the text, the lifted literals, and the ones that the plan itself
    /// needs.
    ///
    /// @param types of all of them
    /// @param given how many the text has
    /// @param lifted how many literals follow them
    record PlanParameters(
            List<ColumnType> types,
            int given,
            int lifted,
            List<ComputedParameter> computed,
            List<PassedParameter> passed) {
        PlanParameters {
            types = List.copyOf(types);
            computed = List.copyOf(computed);
            passed = List.copyOf(passed);
        }
    }

    private final RelNode root;
    private final Schema schema;
    private final PlanParameters parameters;
    private final List<PlannedTable> tables;
    private final ArrayBlockingQueue<OperatorTree> idle = new ArrayBlockingQueue<>(MOST_IDLE);

    Plan(RelNode root, Schema schema, PlanParameters parameters, List<PlannedTable> tables) {
        this.root = root;
        this.schema = schema;
        this.parameters = parameters;
        this.tables = List.copyOf(tables);
    }

    RelNode root() {
        return root;
    }

    /// The columns of the answer.
    Schema schema() {
        return schema;
    }

    PlanParameters parameters() {
        return parameters;
    }

    List<PlannedTable> tables() {
        return tables;
    }

    int indexOfTable(String name) {
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("the plan does not have the table " + name);
    }

    /// The tables as they are now; empty when one has changed so that the plan no longer fits.
    ///
    /// @param holder holds their views; null when the query is over before a view grows old
    Optional<List<TableView>> views(TableDirectory directory, @Nullable RunningQuery holder) {
        var views = new ArrayList<TableView>(tables.size());
        for (PlannedTable table : tables) {
            TableView view = DirectoryTables.handle(directory, table.name())
                    .map(handle -> holder == null ? handle.view() : holder.hold(handle))
                    .orElse(null);
            if (view == null || !table.fits(view)) {
                return Optional.empty();
            }
            views.add(view);
        }
        return Optional.of(views);
    }

    @Nullable
    OperatorTree takeIdle() {
        return idle.poll();
    }

    /// Keeps operators that hold next to nothing for the next run.
    void giveBack(OperatorTree tree) {
        if (tree.isToBeKept()) {
            idle.offer(tree);
        }
    }
}

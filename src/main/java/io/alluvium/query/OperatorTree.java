package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Parameters;
import io.alluvium.sql.Selection;
import io.alluvium.table.TableView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The operators of one plan with what they share, ready to run once and, after that, again. Used by one
/// thread at a time.
final class OperatorTree {

    private static final RowBatch ONE_ROW = new RowBatch(List.of(), 1);
    private static final Selection FIRST = Selection.all(1);

    private record Computed(Vector parameter, Expression value) {}

    private final Plan plan;
    private final Execution execution;
    private final List<Computed> computed = new ArrayList<>();
    private final Operator root;

    OperatorTree(Plan plan, QueryLimits limits, List<String> literalTexts) {
        this.plan = plan;
        var parameters = new Parameters(plan.parameters().types());
        this.execution = new Execution(parameters, limits);
        for (Plan.ComputedParameter parameter : plan.parameters().computed()) {
            computed.add(new Computed(
                    parameters.value(parameter.index()),
                    ExpressionCompiler.compileAs(
                            parameter.value(), parameters.type(parameter.index()), List.of(), parameters)));
        }
        this.root = new OperatorBuilder(plan, execution, literalTexts).build();
    }

    Plan plan() {
        return plan;
    }

    Execution execution() {
        return execution;
    }

    Operator root() {
        return root;
    }

    /// Begins a run with the parameters that were set before.
    void open(List<TableView> views, long deadlineNanos) {
        execution.start(views, deadlineNanos);
        compute();
        root.open();
    }

    private void compute() {
        for (Computed parameter : computed) {
            parameter.parameter.copyFrom(Objects.requireNonNull(parameter.value.evaluate(ONE_ROW, FIRST)), 0, 0);
        }
    }

    /// Lets EXPLAIN see how the tables would be read with the parameters that were set before.
    void look(List<TableView> views) {
        execution.start(views, Long.MAX_VALUE);
        compute();
    }

    void close() {
        root.close();
        execution.end();
    }

    /// Whether it reads next to nothing, whatever its parameters are: a look-up of one key and what is done with
    /// its row.
    boolean isLight() {
        return root.profile() == null && isLight(root, false);
    }

    /// Whether it holds little enough after its last run to be kept for the next one.
    boolean isToBeKept() {
        return root.profile() == null && isLight(root, true);
    }

    private static boolean isLight(Operator operator, boolean byLastRun) {
        boolean light = switch (operator) {
            case KeyLookupOperator lookup -> lookup.isOneKey();
            case TableScanOperator scan -> byLastRun && scan.hasReadLittle();
            case ProjectOperator ignored -> true;
            case FilterOperator ignored -> true;
            case LimitOperator ignored -> true;
            default -> false;
        };
        return light && operator.inputs().stream().allMatch(input -> isLight(input, byLastRun));
    }
}

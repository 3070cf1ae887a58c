package io.alluvium.query;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/// A plan's relational nodes to operators. Used for one run.
final class OperatorBuilder {

    private final Plan plan;
    private final Execution execution;
    private final PlanText text;
    private final IdentityHashMap<RelNode, WantedOrder> wantedOrders = new IdentityHashMap<>();
    private final IdentityHashMap<RelNode, TableScanOperator> scans = new IdentityHashMap<>();

    /// @param rows how many rows of the order are wanted
    private record WantedOrder(IndexOrder.Wanted order, LongSupplier rows) {}

    /// @param literalTexts the lifted literals as EXPLAIN shows them
    OperatorBuilder(Plan plan, Execution execution, List<String> literalTexts) {
        this.plan = plan;
        this.execution = execution;
        this.text = new PlanText(plan, literalTexts);
    }

    /// The operator that gives the answer's columns.
    Operator build() {
        List<ColumnType> types =
                plan.schema().columns().stream().map(Column::type).toList();
        return as(build(plan.root()), types);
    }

    private Operator build(RelNode rel) {
        return switch (rel) {
            case Project project -> project(project);
            case org.apache.calcite.rel.core.Filter filter -> filter(filter);
            case TableScan scan -> access(scan, allColumns(scan), null);
            case Join join ->
                new JoinBuilder(execution, text).build(join, build(join.getLeft()), build(join.getRight()));
            case Correlate correlate -> correlate(correlate);
            case Aggregate aggregate -> aggregate(aggregate);
            case Sort sort -> sort(sort);
            case Union union -> union(union);
            case Intersect intersect -> setOperation(intersect, SetOperator.Kind.INTERSECT);
            case Minus minus -> setOperation(minus, SetOperator.Kind.EXCEPT);
            case Values values -> values(values);
            default -> throw notSupported(rel.getRelTypeName());
        };
    }

    private static AlluviumException notSupported(String what) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                what + " is not supported in this version",
                "write the query with joins, sub-selects, GROUP BY and set operations");
    }

    /// The same rows with columns of these types.
    private Operator as(Operator input, List<ColumnType> types) {
        if (input.types().equals(types)) {
            return input;
        }
        var casts = new ArrayList<Expression>();
        for (int i = 0; i < types.size(); i++) {
            casts.add(ExpressionCompiler.cast(
                    ExpressionCompiler.column(i, input.types().get(i)), types.get(i)));
        }
        return new ProjectOperator(input, casts).titled(() -> "Cast to " + types);
    }

    private Operator project(Project project) {
        if (RexOver.containsOver(project.getProjects(), null)) {
            throw notSupported("a window function (OVER)");
        }
        int[] references = references(project);
        if (references != null && project.getInput() instanceof TableScan scan) {
            return access(scan, references, null);
        }
        Operator input = build(project.getInput());
        List<Expression> expressions =
                ExpressionCompiler.compileAll(project.getProjects(), input.types(), execution.parameters());
        return new ProjectOperator(input, expressions).titled(() -> "Project " + text.items(project));
    }

    /// The columns of the input that a projection consists of, null when it computes anything.
    private static int @Nullable [] references(Project project) {
        int[] columns = new int[project.getProjects().size()];
        for (int i = 0; i < columns.length; i++) {
            if (!(project.getProjects().get(i) instanceof RexInputRef reference)) {
                return null;
            }
            columns[i] = reference.getIndex();
        }
        return columns;
    }

    private Operator filter(org.apache.calcite.rel.core.Filter filter) {
        if (RexOver.containsOver(filter.getCondition())) {
            throw notSupported("a window function (OVER)");
        }
        if (filter.getInput() instanceof TableScan scan) {
            return access(scan, allColumns(scan), filter.getCondition());
        }
        if (filter.getInput() instanceof Project project && project.getInput() instanceof TableScan scan) {
            int[] references = references(project);
            if (references != null) {
                return access(scan, references, filter.getCondition());
            }
        }
        Operator input = build(filter.getInput());
        return new FilterOperator(input, compile(filter.getCondition(), input.types()))
                .titled(() -> "Filter "
                        + text.expression(
                                filter.getCondition(), filter.getInput().getRowType()));
    }

    private Filter compile(RexNode condition, List<ColumnType> types) {
        return new Filter(ExpressionCompiler.compile(condition, types, execution.parameters()));
    }

    private static int[] allColumns(TableScan scan) {
        return IntStream.range(0, scan.getRowType().getFieldCount()).toArray();
    }

    /// Reads a table: by key where the condition gives the whole of it, else as [TableAccess] decides.
    private Operator access(TableScan scan, int[] columns, @Nullable RexNode condition) {
        int number = plan.indexOfTable(QueryPlanner.tableName(scan));
        PlannedTable table = plan.tables().get(number);
        RexBuilder builder = scan.getCluster().getRexBuilder();
        List<ColumnType> types = Arrays.stream(columns)
                .mapToObj(c -> table.schema().column(c).type())
                .toList();
        Filter filter = condition == null ? null : compile(condition, types);
        Optional<List<List<RexNode>>> keys =
                condition == null ? Optional.empty() : KeyCondition.values(builder, condition, columns, table);
        if (keys.isEmpty()) {
            TableAccess access = access(builder, columns, table, condition, wantedOrders.get(scan));
            var operator = new TableScanOperator(execution, number, columns, types, access, filter);
            scans.put(scan, operator);
            return operator.titled(() -> text.scan(operator, table, columns, condition));
        }
        List<List<KeyValue>> values = keys.get().stream()
                .map(list -> list.stream()
                        .map(v -> KeyValue.of(v, execution.parameters()))
                        .toList())
                .toList();
        return new KeyLookupOperator(execution, number, columns, types, table.keyTypes(), values, filter)
                .titled(() -> text.keyLookup(table, columns, condition));
    }

    private TableAccess access(
            RexBuilder builder,
            int[] columns,
            PlannedTable table,
            @Nullable RexNode condition,
            @Nullable WantedOrder wanted) {
        if (condition == null && (wanted == null || table.indexes().isEmpty())) {
            return TableAccess.whole();
        }
        var reader = new IndexConditionReader(builder, columns, table, execution.parameters());
        List<RexNode> parts = condition == null ? List.of() : reader.parts(condition);
        List<ColumnTest> tests = reader.tests(parts);
        IndexOrder order = wanted == null ? null : IndexOrder.find(wanted.order(), table, tests);
        boolean isExact =
                order != null && order.use().isExact() && order.use().nodes().containsAll(parts);
        return new TableAccess(
                new ColumnRanges(tests, table),
                condition == null || table.indexes().isEmpty() ? null : reader.read(condition),
                order,
                isExact,
                wanted == null ? () -> Long.MAX_VALUE : wanted.rows());
    }

    private Operator correlate(Correlate correlate) {
        Operator left = build(correlate.getLeft());
        Operator right = build(correlate.getRight());
        var passed = new ArrayList<CorrelateOperator.Passed>();
        for (Plan.PassedParameter parameter : plan.parameters().passed()) {
            if (parameter.correlation() == correlate.getCorrelationId().getId()) {
                Vector target = execution.parameters().value(parameter.index());
                Expression value = ExpressionCompiler.cast(
                        ExpressionCompiler.column(
                                parameter.field(), left.types().get(parameter.field())),
                        target.type());
                passed.add(new CorrelateOperator.Passed(value, target));
            }
        }
        return new CorrelateOperator(correlate.getJoinType(), left, right, passed, execution)
                .titled(() -> "Correlate " + correlate.getJoinType().lowerName
                        + ", the second input for each row of the" + " first");
    }

    private Operator aggregate(Aggregate aggregate) {
        Operator input = build(aggregate.getInput());
        List<AggregateFunction> functions = aggregate.getAggCallList().stream()
                .map(call -> new AggregateFunction(call, input.types(), execution))
                .toList();
        int[] keys = aggregate.getGroupSet().toArray();
        var sets = new ArrayList<boolean[]>();
        for (ImmutableBitSet set : aggregate.getGroupSets()) {
            boolean[] has = new boolean[keys.length];
            for (int i = 0; i < keys.length; i++) {
                has[i] = set.get(keys[i]);
            }
            sets.add(has);
        }
        return new AggregateOperator(input, keys, sets, functions, execution).titled(() -> text.aggregate(aggregate));
    }

    private Operator sort(Sort sort) {
        RowCount offset = RowCount.of("OFFSET", sort.offset, 0, execution.parameters());
        RowCount limit = RowCount.of("LIMIT", sort.fetch, Long.MAX_VALUE, execution.parameters());
        if (sort.getCollation().getFieldCollations().isEmpty()) {
            return new LimitOperator(build(sort.getInput()), offset, limit).titled(() -> text.sort(sort));
        }
        var by = new ArrayList<RowOrder.By>();
        for (RelFieldCollation field : sort.getCollation().getFieldCollations()) {
            boolean descending = field.direction.isDescending();
            boolean nullsFirst = switch (field.nullDirection) {
                case FIRST -> true;
                case LAST -> false;
                case UNSPECIFIED -> descending;
            };
            by.add(new RowOrder.By(field.getFieldIndex(), descending, nullsFirst));
        }
        TableScan table = sort.fetch == null ? null : wantOrder(sort.getInput(), by, offset, limit);
        Operator input = build(sort.getInput());
        TableScanOperator scan = null;
        if (table != null) {
            // The same node may stand elsewhere in the plan, where nobody wants an order.
            wantedOrders.remove(table);
            scan = scans.remove(table);
        }
        return new SortOperator(input, new RowOrder(by), offset, limit, execution, scan).titled(() -> text.sort(sort));
    }

    /// Tells the access to a table that only the first rows of an order are wanted, where nothing but conditions
    /// and projections stand between, and what is sorted by are columns of the table.
    ///
    /// @return null when that is not so
    private @Nullable TableScan wantOrder(RelNode input, List<RowOrder.By> by, RowCount offset, RowCount limit) {
        List<Integer> columns = by.stream().map(RowOrder.By::column).toList();
        RelNode at = input;
        while (!(at instanceof TableScan)) {
            if (at instanceof Project project) {
                List<Integer> below = columnsBelow(project, columns);
                if (below == null) {
                    return null;
                }
                columns = below;
            } else if (!(at instanceof org.apache.calcite.rel.core.Filter)) {
                return null;
            }
            at = at.getInput(0);
        }
        wantedOrders.put(
                at, new WantedOrder(new IndexOrder.Wanted(by, columns), () -> SortOperator.best(offset, limit)));
        return (TableScan) at;
    }

    private static @Nullable List<Integer> columnsBelow(Project project, List<Integer> columns) {
        var below = new ArrayList<Integer>();
        for (int column : columns) {
            if (!(project.getProjects().get(column) instanceof RexInputRef reference)) {
                return null;
            }
            below.add(reference.getIndex());
        }
        return below;
    }

    private List<Operator> inputs(SetOp rel) {
        List<ColumnType> types = types(rel.getRowType());
        return rel.getInputs().stream().map(input -> as(build(input), types)).toList();
    }

    private static List<ColumnType> types(RelDataType rowType) {
        return rowType.getFieldList().stream()
                .map(f -> ExpressionCompiler.valueType(f.getType()))
                .toList();
    }

    private Operator union(Union union) {
        Operator all = new UnionAllOperator(inputs(union)).titled(() -> "UnionAll");
        if (union.all) {
            return all;
        }
        int[] keys = IntStream.range(0, all.types().size()).toArray();
        boolean[] every = new boolean[keys.length];
        Arrays.fill(every, true);
        return new AggregateOperator(all, keys, List.of(every), List.of(), execution).titled(() -> "Distinct");
    }

    private Operator setOperation(SetOp rel, SetOperator.Kind kind) {
        return new SetOperator(kind, rel.all, inputs(rel), execution)
                .titled(() -> (kind == SetOperator.Kind.INTERSECT ? "Intersect" : "Except") + (rel.all ? "All" : ""));
    }

    private Operator values(Values rel) {
        List<ColumnType> types = types(rel.getRowType());
        var vectors = new ArrayList<Vector>();
        int size = rel.getTuples().size();
        for (ColumnType type : types) {
            vectors.add(new Vector(type, size));
        }
        var oneRow = new RowBatch(List.of(), 1);
        Selection first = Selection.all(1);
        for (int row = 0; row < size; row++) {
            for (int c = 0; c < types.size(); c++) {
                RexLiteral literal = rel.getTuples().get(row).get(c);
                Expression value =
                        ExpressionCompiler.compileAs(literal, types.get(c), List.of(), execution.parameters());
                vectors.get(c).copyFrom(value.evaluate(oneRow, first), 0, row);
            }
        }
        return new ValuesOperator(new RowBatch(vectors, size)).titled(() -> "Values, " + size + " rows");
    }
}

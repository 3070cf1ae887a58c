package io.alluvium.sql;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.alluvium.sql.Statement.CreateTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// Plans the SELECT of a definition as something that can be kept current row by row: a selection, or an
/// aggregation. Joins, set operations and the like are refused by name.
public final class TablePlanner {

    private static final HepProgram MERGING = HepProgram.builder()
            .addRuleInstance(CoreRules.FILTER_PROJECT_TRANSPOSE)
            .addRuleInstance(CoreRules.FILTER_MERGE)
            .addRuleInstance(CoreRules.PROJECT_MERGE)
            .addRuleInstance(CoreRules.PROJECT_REMOVE)
            .build();

    private static final String SOURCE = "source$0";

    private final CreateTable create;
    private final TableDefinition definition;
    private final Schema source;
    private final List<String> sourceKey;
    private final String sourceKeyRule;
    private final Set<String> hidden;

    private TablePlanner(
            CreateTable create, Schema source, List<String> sourceKey, String sourceKeyRule, Set<String> hidden) {
        this.create = create;
        this.definition = create.definition();
        this.source = source;
        this.hidden = Set.copyOf(hidden);
        this.sourceKey = sourceKey;
        this.sourceKeyRule = sourceKeyRule;
    }

    /// @param source the columns of the definition's only source
    /// @param sourceKey its key
    /// @param sourceKeyRule which rule chose that key
    /// @param hidden the columns of the source that `*` does not mean
    /// @throws AlluviumException UNDEFINED_COLUMN and the like, INVALID_DEFINITION, FEATURE_NOT_SUPPORTED
    public static TablePlan plan(
            CreateTable create, Schema source, List<String> sourceKey, String sourceKeyRule, Set<String> hidden) {
        return new TablePlanner(create, source, sourceKey, sourceKeyRule, hidden).plan();
    }

    /// As [#plan] over a source all of whose columns `*` means.
    public static TablePlan plan(CreateTable create, Schema source, List<String> sourceKey, String sourceKeyRule) {
        return plan(create, source, sourceKey, sourceKeyRule, Set.of());
    }

    /// @throws AlluviumException FEATURE_NOT_SUPPORTED unless there is exactly one source
    public static void checkSources(TableDefinition definition) {
        if (definition.sources().size() != 1) {
            throw refused(definition.sources().isEmpty() ? "a table without a source" : "a join or union in a table");
        }
    }

    private TablePlan plan() {
        checkSources(definition);
        if (definition.emitFinal()) {
            throw refused("EMIT FINAL without a window");
        }
        var tables = KnownTables.of(List.of(), name -> name.equals(SOURCE) ? Optional.of(source) : Optional.empty());
        SqlFrontEnd.ValidQuery query = new SqlFrontEnd(tables).validate(select(), definition.sql());
        if (!query.parameterTypes().isEmpty()) {
            throw invalid("a definition has no parameters", "Write the values instead of ? and $1.");
        }
        if (!query.root().collation.getFieldCollations().isEmpty()) {
            throw refused("ORDER BY in a table, whose rows have no order,");
        }
        var planner = new HepPlanner(MERGING);
        planner.setRoot(query.root().project());
        RelNode plan = planner.findBestExp();
        List<Column> columns = named(query.columns());
        var shape = new Shape(plan);
        return shape.below instanceof Aggregate aggregate
                ? aggregation(shape, aggregate, columns)
                : selection(shape, columns);
    }

    private SqlNode select() {
        if (hidden.isEmpty()) {
            return create.query();
        }
        SqlNode select = TreeCopy.of(create.query());
        SystemColumn.expandStars(select, SOURCE, source.names(), hidden);
        return select;
    }

    /// The parts of a plan, from the top down: projection, filter, and for a `GROUP BY` the same again below
    /// it.
    private static final class Shape {
        final List<RexNode> items;
        final @Nullable RexNode condition;
        final RelNode below;

        Shape(RelNode top) {
            RelNode node = top;
            List<RexNode> found = null;
            RexNode filter = null;
            if (node instanceof Project project) {
                found = project.getProjects();
                node = project.getInput();
            }
            if (node instanceof Filter having) {
                filter = having.getCondition();
                node = having.getInput();
            }
            RelNode input = node;
            this.items = found != null
                    ? found
                    : IntStream.range(0, input.getRowType().getFieldCount())
                            .mapToObj(i ->
                                    (RexNode) input.getCluster().getRexBuilder().makeInputRef(input, i))
                            .toList();
            this.condition = filter;
            this.below = input;
            items.forEach(TablePlanner::check);
            if (filter != null) {
                check(filter);
            }
        }
    }

    private static void check(RexNode node) {
        if (RexUtil.SubQueryFinder.find(node) != null) {
            throw refused("a sub-query in the expressions of a table");
        }
        if (RexOver.containsOver(node)) {
            throw refused("a window function in a table");
        }
        node.accept(new RexVisitorImpl<@Nullable Void>(true) {
            @Override
            public @Nullable Void visitCall(RexCall call) {
                if (call.getOperator().isDynamicFunction()) {
                    throw refused(call.getOperator().getName() + " in a table, whose rows do not follow the clock,");
                }
                return super.visitCall(call);
            }
        });
    }

    private static void checkSource(RelNode node) {
        switch (node) {
            case TableScan _ -> {}
            case Join _ -> throw refused("a join in a table");
            case SetOp _ -> throw refused("UNION, INTERSECT or EXCEPT in a table");
            case Sort _ -> throw refused("LIMIT or OFFSET in a table");
            case Aggregate _ -> throw refused("an aggregate of an aggregate in one table");
            case Values _ -> throw refused("VALUES in a table");
            default -> throw refused("this form of SELECT in a table");
        }
    }

    /// The columns as the definition names them, each with its type.
    private List<Column> named(List<Column> found) {
        boolean declares = definition.sources().getFirst() instanceof SourceDefinition.OtherTable;
        if (declares && !definition.declared().isEmpty()) {
            if (definition.declared().size() != found.size()) {
                throw invalid(
                        "the column list has " + definition.declared().size() + " columns and the SELECT "
                                + found.size(),
                        "Name every item of the SELECT, or leave the column list out.");
            }
            return definition.declared();
        }
        var names = new HashSet<String>();
        for (Column column : found) {
            if (column.name().equals(ColumnNames.UNNAMED)) {
                throw invalid("an item of the SELECT has no name", "Give it one: expression AS name.");
            }
            if (!names.add(column.name())) {
                throw new AlluviumException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "two items of the SELECT are called " + column.name(),
                        "Give one of them another name: " + column.name() + " AS other_name.");
            }
        }
        return found;
    }

    private TablePlan selection(Shape shape, List<Column> columns) {
        checkSource(shape.below);
        var outputs = new Outputs(columns, compiled(shape.items, source, columns), shape.items);
        List<String> key;
        String rule;
        List<String> keySource;
        if (definition.primaryKey().isEmpty()) {
            keySource = sourceKey;
            key = sourceKey.stream()
                    .map(name -> outputs.columnOf(source.indexOf(name), source.column(source.indexOf(name))))
                    .toList();
            rule = sourceKeyRule;
        } else {
            key = definition.primaryKey();
            keySource = key.stream().map(name -> sourceOf(outputs, name)).toList();
            rule = "PRIMARY KEY";
        }
        outputs.neverNull(key);
        var transform = new RowTransform(
                source,
                outputs.schema(),
                condition(shape.condition, source),
                outputs.expressions,
                outputs.inputs(shape.condition));
        return new TablePlan.Selection(transform, outputs.schema(), key, rule, keySource);
    }

    private String sourceOf(Outputs outputs, String name) {
        int at = outputs.indexOf(name);
        if (at < 0) {
            throw undefinedKey(name, outputs.schema().names());
        }
        if (outputs.expressions.get(at) instanceof InputColumn(int index, var _)) {
            return source.column(index).name();
        }
        throw invalid(
                "the key column " + name + " is an expression",
                "Make a table of the expression first, and take the key in a second one, or name a column of the"
                        + " source.");
    }

    private static AlluviumException undefinedKey(String name, List<String> names) {
        List<String> near = Nearest.to(name, names, 3);
        return new AlluviumException(
                ErrorCode.UNDEFINED_COLUMN,
                "the key column " + name + " is not among the columns of the table",
                near.isEmpty()
                        ? "The columns are " + String.join(", ", names) + "."
                        : "Did you mean " + String.join(", ", near) + "?");
    }

    private TablePlan aggregation(Shape shape, Aggregate aggregate, List<Column> columns) {
        Contribution contribution = new Contribution(aggregate, new Shape(aggregate.getInput()));
        Schema aggregated = contribution.aggregated();
        var outputs = new Outputs(columns, compiled(shape.items, aggregated, columns), shape.items);
        List<String> key = contribution.groupCount() == 0
                ? List.of(outputs.withConstantKey())
                : IntStream.range(0, contribution.groupCount())
                        .mapToObj(i -> outputs.columnOf(i, aggregated.column(i)))
                        .toList();
        if (!definition.primaryKey().isEmpty() && !new HashSet<>(key).equals(new HashSet<>(definition.primaryKey()))) {
            throw invalid(
                    "the primary key " + definition.primaryKey() + " is not what the table is grouped by: " + key,
                    "A table with GROUP BY has its groups as key; leave PRIMARY KEY out.");
        }
        var result = new RowTransform(
                aggregated,
                outputs.schema(),
                condition(shape.condition, aggregated),
                outputs.expressions,
                outputs.inputs(shape.condition));
        return new TablePlan.Aggregation(
                contribution.transform(),
                contribution.groupCount(),
                contribution.aggregates(),
                result,
                outputs.schema(),
                key,
                contribution.groupCount() == 0 ? "the one row" : "GROUP BY");
    }

    /// What lies below a `GROUP BY`.
    private final class Contribution {
        private final Aggregate aggregate;
        private final Shape shape;
        private final List<RexNode> items = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private final List<TablePlan.Aggregate> aggregates = new ArrayList<>();

        Contribution(Aggregate aggregate, Shape shape) {
            this.aggregate = aggregate;
            this.shape = shape;
            checkSource(shape.below);
            if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
                throw refused("GROUPING SETS, ROLLUP or CUBE in a table");
            }
            for (int group : aggregate.getGroupSet()) {
                add(aggregate.getRowType().getFieldNames().get(columns.size()), group);
            }
            aggregate.getAggCallList().forEach(this::add);
        }

        private int add(String name, int item) {
            RexNode node = shape.items.get(item);
            items.add(node);
            columns.add(new Column(name, SqlTypes.columnType(node.getType()), true));
            return items.size() - 1;
        }

        private void add(org.apache.calcite.rel.core.AggregateCall call) {
            if (call.isDistinct() && !isExtreme(call)) {
                throw refused(call.getAggregation().getName() + "(DISTINCT …) in a table");
            }
            if (call.filterArg >= 0) {
                throw refused("FILTER (WHERE …) in a table");
            }
            TablePlan.Function function = switch (call.getAggregation().getKind()) {
                case COUNT -> TablePlan.Function.COUNT;
                case SUM, SUM0 -> TablePlan.Function.SUM;
                case AVG -> TablePlan.Function.AVG;
                case MIN -> TablePlan.Function.MIN;
                case MAX -> TablePlan.Function.MAX;
                default -> throw refused(call.getAggregation().getName() + " in a table");
            };
            if (call.getArgList().size() > 1) {
                throw refused("COUNT of several columns in a table");
            }
            int column = call.getArgList().isEmpty()
                    ? -1
                    : add(
                            "argument" + aggregates.size() + "$",
                            call.getArgList().getFirst());
            aggregates.add(new TablePlan.Aggregate(function, column, SqlTypes.columnType(call.getType())));
        }

        private static boolean isExtreme(org.apache.calcite.rel.core.AggregateCall call) {
            return switch (call.getAggregation().getKind()) {
                case MIN, MAX -> true;
                default -> false;
            };
        }

        int groupCount() {
            return aggregate.getGroupCount();
        }

        List<TablePlan.Aggregate> aggregates() {
            return aggregates;
        }

        RowTransform transform() {
            return new RowTransform(
                    source,
                    new Schema(columns),
                    condition(shape.condition, source),
                    compiled(items, source, columns),
                    new RowTransform.Inputs(
                            inputs(shape.condition),
                            items.stream().map(TablePlanner::inputs).toList()));
        }

        /// The group's columns and the results of the aggregates.
        Schema aggregated() {
            return SqlTypes.schema(aggregate.getRowType());
        }
    }

    private static @Nullable Expression condition(@Nullable RexNode condition, Schema input) {
        return condition == null ? null : ExpressionCompiler.compile(condition, types(input), Parameters.none());
    }

    private static Set<Integer> inputs(@Nullable RexNode node) {
        return node == null ? Set.of() : RelOptUtil.InputFinder.bits(node).asSet();
    }

    /// The expressions, each cast to the type of its column.
    private static List<Expression> compiled(List<RexNode> items, Schema input, List<Column> columns) {
        List<Expression> compiled = ExpressionCompiler.compileAll(items, types(input), Parameters.none());
        return IntStream.range(0, compiled.size())
                .mapToObj(i -> Casts.cast(compiled.get(i), columns.get(i).type()))
                .toList();
    }

    private static List<io.alluvium.data.ColumnType> types(Schema schema) {
        return schema.columns().stream().map(Column::type).toList();
    }

    /// The columns of the table in the making; those of the key that the SELECT lacks are put in front.
    private static final class Outputs {
        private final List<Column> columns;
        private final List<Expression> expressions;
        private final List<Set<Integer>> inputs;
        private int added;

        Outputs(List<Column> columns, List<Expression> expressions, List<RexNode> items) {
            this.columns = new ArrayList<>(columns);
            this.expressions = new ArrayList<>(expressions);
            this.inputs =
                    new ArrayList<>(items.stream().map(TablePlanner::inputs).toList());
        }

        RowTransform.Inputs inputs(@Nullable RexNode condition) {
            return new RowTransform.Inputs(TablePlanner.inputs(condition), inputs);
        }

        Schema schema() {
            return new Schema(columns);
        }

        int indexOf(String name) {
            return schema().indexOf(name);
        }

        /// The name of the column that is the input's column `index`.
        String columnOf(int index, Column input) {
            for (int i = 0; i < expressions.size(); i++) {
                if (expressions.get(i) instanceof InputColumn(int column, var _) && column == index) {
                    return columns.get(i).name();
                }
            }
            addFirst(input.name(), new InputColumn(index, input.type()));
            return input.name();
        }

        /// A row without a key is none.
        void neverNull(List<String> key) {
            columns.replaceAll(
                    column -> key.contains(column.name()) ? new Column(column.name(), column.type(), false) : column);
        }

        /// A column with the same text in every row.
        String withConstantKey() {
            var value = new io.alluvium.data.Vector(io.alluvium.data.ColumnType.VARCHAR, 1);
            value.setObject(0, "all");
            addFirst("_key", Constant.literal(value));
            return "_key";
        }

        private void addFirst(String name, Expression expression) {
            if (indexOf(name) >= 0) {
                throw invalid(
                        "the SELECT has a column " + name + " that is not the key column " + name,
                        "Give it another name, so that the key can have its own.");
            }
            columns.add(added, new Column(name, expression.type(), false));
            expressions.add(added, expression);
            inputs.add(added, expression instanceof InputColumn(int index, var _) ? Set.of(index) : Set.of());
            added++;
        }
    }

    private static AlluviumException invalid(String message, String hint) {
        return new AlluviumException(ErrorCode.INVALID_DEFINITION, message, hint);
    }

    static AlluviumException refused(String what) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                what + " is not supported in this version",
                "A table selects from one source with WHERE, or groups it with COUNT, SUM, AVG, MIN and MAX. A query may"
                        + " do everything over the tables that there are.");
    }
}

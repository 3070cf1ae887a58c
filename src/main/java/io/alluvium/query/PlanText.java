package io.alluvium.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlPostfixOperator;
import org.jspecify.annotations.Nullable;

/// The parts of a plan in words, for EXPLAIN.
final class PlanText {

    private final Plan plan;
    private final List<String> literals;

    /// @param literals the lifted literals as the statement has them
    PlanText(Plan plan, List<String> literals) {
        this.plan = plan;
        this.literals = literals;
    }

    String keyLookup(PlannedTable table, int[] columns, @Nullable RexNode condition) {
        String key = table.keyColumns().stream()
                .map(c -> table.schema().column(c).name())
                .collect(Collectors.joining(", "));
        return access("KeyLookup", table, " by " + key, columns, condition);
    }

    /// How a table is read in this run; where that is not known, what it can be read by.
    String scan(TableScanOperator scan, PlannedTable table, int[] columns, @Nullable RexNode condition) {
        TableAccess access = scan.access();
        return switch (scan.path()) {
            case null -> access("Scan", table, possible(access, names(columns, table)), columns, condition);
            case TableAccess.Path.Whole ignored -> access("Scan", table, "", columns, condition);
            case TableAccess.Path.ByIndexes by -> {
                List<String> names = names(columns, table);
                String how = by.condition().chosen().size() == 1 ? "IndexScan" : "BitmapScan";
                yield access(how, table, " using " + indexes(by.condition(), names), columns, condition);
            }
            case TableAccess.Path.InOrder by -> {
                String order = " using " + use(by.order().use(), names(columns, table))
                        + (by.order().descending() ? " backwards" : "");
                yield access("IndexOrder", table, order, columns, condition);
            }
        };
    }

    private String possible(TableAccess access, List<String> names) {
        if (access.isAlwaysWhole()) {
            return "";
        }
        var uses = new ArrayList<String>();
        IndexCondition condition = access.condition();
        if (condition != null) {
            condition.uses().forEach(use -> uses.add(use(use, names)));
        }
        IndexOrder order = access.order();
        if (order != null) {
            uses.add("the order of " + use(order.use(), names));
        }
        return " or, as the parameters say, " + String.join(", ", uses);
    }

    private String indexes(IndexCondition condition, List<String> names) {
        return switch (condition) {
            case IndexCondition.One one -> use(one.use(), names);
            case IndexCondition.AnyOf any -> joined(any.alternatives(), " or ", names);
            case IndexCondition.AllOf all -> joined(all.together(), " and ", names);
        };
    }

    private String joined(List<? extends IndexCondition> conditions, String word, List<String> names) {
        String text = conditions.stream().map(c -> indexes(c, names)).collect(Collectors.joining(word));
        return conditions.size() > 1 && word.equals(" or ") ? "(" + text + ")" : text;
    }

    /// An index and in parentheses what it is used for.
    private String use(IndexUse use, List<String> names) {
        String tests = use.nodes().stream()
                .distinct()
                .map(node -> expression(node, names))
                .collect(Collectors.joining(" and "));
        return use.index().name() + (tests.isEmpty() ? "" : " (" + tests + ")");
    }

    private static List<String> names(int[] columns, PlannedTable table) {
        return Arrays.stream(columns)
                .mapToObj(c -> table.schema().column(c).name())
                .toList();
    }

    private String access(String how, PlannedTable table, String by, int[] columns, @Nullable RexNode condition) {
        List<String> names = names(columns, table);
        String filter = condition == null ? "" : ", filter " + expression(condition, names);
        String storage = table.storage().equals("memory") ? "" : " (" + table.storage() + ")";
        return how + storage + " " + table.name() + by + ", columns (" + String.join(", ", names) + ")" + filter;
    }

    String items(Project project) {
        RelDataType input = project.getInput().getRowType();
        return project.getProjects().stream()
                .map(node -> expression(node, input))
                .collect(Collectors.joining(", "));
    }

    String joinCondition(Join join) {
        var names = new ArrayList<>(join.getLeft().getRowType().getFieldNames());
        names.addAll(join.getRight().getRowType().getFieldNames());
        return expression(join.getCondition(), names);
    }

    String aggregate(Aggregate aggregate) {
        List<String> names = aggregate.getInput().getRowType().getFieldNames();
        String keys = aggregate.getGroupSet().asList().stream()
                .map(i -> name(names, i))
                .collect(Collectors.joining(", "));
        String calls = aggregate.getAggCallList().stream()
                .map(call -> call(call, names))
                .collect(Collectors.joining(", "));
        if (calls.isEmpty()) {
            return "Distinct " + keys;
        }
        return "Aggregate " + calls + (keys.isEmpty() ? "" : " by " + keys)
                + (aggregate.getGroupSets().size() > 1
                        ? ", " + aggregate.getGroupSets().size() + " grouping sets"
                        : "");
    }

    private static String call(AggregateCall call, List<String> names) {
        String arguments = call.getArgList().isEmpty() && call.getAggregation().getKind() == SqlKind.COUNT
                ? "*"
                : call.getArgList().stream().map(i -> name(names, i)).collect(Collectors.joining(", "));
        return call.getAggregation().getName().toLowerCase(Locale.ROOT) + "(" + (call.isDistinct() ? "distinct " : "")
                + arguments + ")"
                + (call.filterArg < 0 ? "" : " filter " + name(names, call.filterArg));
    }

    String sort(Sort sort) {
        RelDataType row = sort.getRowType();
        var out = new StringBuilder();
        for (RelFieldCollation field : sort.getCollation().getFieldCollations()) {
            out.append(out.isEmpty() ? "Sort by " : ", ")
                    .append(name(row.getFieldNames(), field.getFieldIndex()))
                    .append(field.direction.isDescending() ? " desc" : "")
                    .append(field.nullDirection == RelFieldCollation.NullDirection.FIRST ? " nulls first" : "");
        }
        if (sort.fetch != null) {
            out.append(out.isEmpty() ? "Limit " : ", limit ").append(expression(sort.fetch, row));
        }
        if (sort.offset != null) {
            out.append(out.isEmpty() ? "Offset " : ", offset ").append(expression(sort.offset, row));
        }
        return out.toString();
    }

    String expression(RexNode node, RelDataType row) {
        return expression(node, row.getFieldNames());
    }

    private String expression(RexNode node, List<String> names) {
        return switch (node) {
            case RexInputRef reference -> name(names, reference.getIndex());
            case RexDynamicParam parameter -> parameter(parameter.getIndex());
            case RexCall call -> call(call, names);
            default ->
                node.toString().replaceAll(":(VARCHAR|CHAR|DECIMAL|INTEGER|BIGINT)(\\([^)]*\\))?( NOT NULL)?$", "");
        };
    }

    private String call(RexCall call, List<String> names) {
        if (call.getKind() == SqlKind.SEARCH) {
            RexNode plain = RexUtil.expandSearch(plan.root().getCluster().getRexBuilder(), null, call);
            return expression(plain, names);
        }
        List<String> operands =
                call.operands.stream().map(o -> operand(o, names)).toList();
        String name = call.getOperator().getName();
        if (call.getKind() == SqlKind.CAST) {
            return "CAST(" + operands.getFirst() + " AS " + call.getType() + ")";
        }
        if (call.getOperator() instanceof SqlPostfixOperator) {
            return operands.getFirst() + " " + name;
        }
        boolean infix = call.getOperator() instanceof SqlBinaryOperator || call.getKind() == SqlKind.LIKE;
        return infix ? String.join(" " + name + " ", operands) : name + "(" + String.join(", ", operands) + ")";
    }

    private String operand(RexNode node, List<String> names) {
        String text = expression(node, names);
        return node instanceof RexCall && text.contains(" ") && !text.endsWith(")") ? "(" + text + ")" : text;
    }

    /// The name of a column; `#2` for the second when the planner made its name up.
    private static String name(List<String> names, int index) {
        String name = names.get(index);
        return name.startsWith("EXPR$") || name.startsWith("$f") ? "#" + (index + 1) : name;
    }

    private String parameter(int index) {
        Plan.PlanParameters parameters = plan.parameters();
        if (index < parameters.given()) {
            return "$" + (index + 1);
        }
        int lifted = index - parameters.given();
        if (lifted < parameters.lifted()) {
            return lifted < literals.size() ? literals.get(lifted) : "?";
        }
        for (Plan.PassedParameter passed : parameters.passed()) {
            if (passed.index() == index) {
                return "outer." + passed.name();
            }
        }
        for (Plan.ComputedParameter computed : parameters.computed()) {
            if (computed.index() == index) {
                RexNode value = computed.value();
                boolean cast = value.getKind() == SqlKind.CAST;
                return expression(cast ? ((RexCall) value).operands.getFirst() : value, List.of());
            }
        }
        return "?" + index;
    }
}

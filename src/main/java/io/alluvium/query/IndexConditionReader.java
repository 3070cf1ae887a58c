package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Parameters;
import io.alluvium.table.IndexDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/// Finds in a condition what it says of single columns, and the indexes that answer it.
final class IndexConditionReader {

    private final RexBuilder builder;
    private final int[] columns;
    private final PlannedTable table;
    private final Parameters parameters;

    /// @param columns the places in the table's schema of the columns that conditions refer to
    IndexConditionReader(RexBuilder builder, int[] columns, PlannedTable table, Parameters parameters) {
        this.builder = builder;
        this.columns = columns.clone();
        this.table = table;
        this.parameters = parameters;
    }

    /// The parts of a condition all of which must be TRUE.
    List<RexNode> parts(RexNode condition) {
        var parts = new ArrayList<RexNode>();
        for (RexNode part : RelOptUtil.conjunctions(condition)) {
            if (part.getKind() == SqlKind.SEARCH) {
                parts.addAll(RelOptUtil.conjunctions(RexUtil.expandSearch(builder, null, part)));
            } else {
                parts.add(part);
            }
        }
        return parts;
    }

    /// What the parts say of single columns.
    List<ColumnTest> tests(List<RexNode> parts) {
        var tests = new ArrayList<ColumnTest>();
        for (RexNode part : parts) {
            ColumnTest test = test(part);
            if (test != null) {
                tests.add(test);
            }
        }
        return tests;
    }

    /// The indexes for a condition; null when there are none.
    IndexCondition.@Nullable AllOf read(RexNode condition) {
        List<RexNode> parts = parts(condition);
        List<ColumnTest> tests = tests(parts);
        var found = new ArrayList<IndexCondition>();
        for (IndexDefinition index : table.indexes()) {
            IndexUse use = IndexUse.of(index, table, tests);
            if (use != null) {
                found.add(new IndexCondition.One(use));
            }
        }
        for (RexNode part : parts) {
            if (part.getKind() == SqlKind.OR
                    && tests.stream().noneMatch(test -> test.node().equals(part))) {
                IndexCondition any = anyOf(part);
                if (any != null) {
                    found.add(any);
                }
            }
        }
        return found.isEmpty() ? null : new IndexCondition.AllOf(found);
    }

    private @Nullable IndexCondition anyOf(RexNode or) {
        var alternatives = new ArrayList<IndexCondition>();
        for (RexNode alternative : RelOptUtil.disjunctions(or)) {
            IndexCondition condition = read(alternative);
            if (condition == null) {
                return null;
            }
            alternatives.add(condition);
        }
        return new IndexCondition.AnyOf(or, alternatives);
    }

    private @Nullable ColumnTest test(RexNode part) {
        return switch (part) {
            case RexInputRef column -> truth(column, part, true);
            case RexCall call -> test(call);
            default -> null;
        };
    }

    private @Nullable ColumnTest test(RexCall call) {
        return switch (call.getKind()) {
            case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> comparison(call);
            case OR -> oneOf(call);
            case NOT -> call.operands.getFirst() instanceof RexInputRef column ? truth(column, call, false) : null;
            case LIKE -> like(call);
            default -> null;
        };
    }

    /// A column of type BOOLEAN, or NOT of it.
    private @Nullable ColumnTest truth(RexInputRef column, RexNode part, boolean truth) {
        RexLiteral literal = builder.makeLiteral(truth);
        IndexValue value = IndexValue.of(literal, type(column), type(column), parameters);
        return value == null ? null : new ColumnTest.Equal(place(column), part, List.of(value));
    }

    private @Nullable ColumnTest comparison(RexCall call) {
        RexNode left = call.operands.get(0);
        RexNode right = call.operands.get(1);
        RexInputRef column = column(left);
        if (column != null && RexUtil.isConstant(right)) {
            return comparison(call, call.getKind(), column, left, right);
        }
        column = column(right);
        return column != null && RexUtil.isConstant(left)
                ? comparison(call, call.getKind().reverse(), column, right, left)
                : null;
    }

    private @Nullable ColumnTest comparison(
            RexNode part, SqlKind kind, RexInputRef column, RexNode compared, RexNode constant) {
        ColumnType type = ExpressionCompiler.valueType(compared.getType());
        IndexValue value = IndexValue.of(constant, type(column), type, parameters);
        if (value == null) {
            return null;
        }
        int place = place(column);
        return switch (kind) {
            case EQUALS -> new ColumnTest.Equal(place, part, List.of(value));
            case GREATER_THAN -> new ColumnTest.Limit(place, part, value, true, false);
            case GREATER_THAN_OR_EQUAL -> new ColumnTest.Limit(place, part, value, true, true);
            case LESS_THAN -> new ColumnTest.Limit(place, part, value, false, false);
            default -> new ColumnTest.Limit(place, part, value, false, true);
        };
    }

    /// Alternatives that all name values of the same column.
    private @Nullable ColumnTest oneOf(RexCall or) {
        var values = new ArrayList<IndexValue>();
        int column = -1;
        for (RexNode alternative : RelOptUtil.disjunctions(or)) {
            ColumnTest test = alternative.getKind() == SqlKind.EQUALS ? test(alternative) : null;
            if (!(test instanceof ColumnTest.Equal equal) || (column >= 0 && equal.column() != column)) {
                return null;
            }
            column = equal.column();
            values.addAll(equal.values());
        }
        return new ColumnTest.Equal(column, or, values);
    }

    private @Nullable ColumnTest like(RexCall call) {
        List<RexNode> operands = call.operands;
        boolean isPlain = call.getOperator().getName().equals("LIKE")
                && operands.getFirst() instanceof RexInputRef column
                && type(column).kind() == ColumnType.Kind.VARCHAR
                && operands.stream().skip(1).allMatch(RexUtil::isConstant);
        if (!isPlain) {
            return null;
        }
        return new ColumnTest.Like(
                place((RexInputRef) operands.getFirst()),
                call,
                text(operands.get(1)),
                operands.size() > 2 ? text(operands.get(2)) : null);
    }

    private Expression text(RexNode node) {
        return ExpressionCompiler.compileAs(node, ColumnType.VARCHAR, List.of(), parameters);
    }

    /// The column that an expression is, be it cast so that it keeps its values.
    private @Nullable RexInputRef column(RexNode node) {
        if (node instanceof RexInputRef column) {
            return column;
        }
        boolean isCast = node instanceof RexCall call
                && call.getKind() == SqlKind.CAST
                && call.operands.getFirst() instanceof RexInputRef inner
                && IndexValue.keepsValues(type(inner), ExpressionCompiler.valueType(call.getType()));
        return isCast ? (RexInputRef) ((RexCall) node).operands.getFirst() : null;
    }

    private int place(RexInputRef column) {
        return columns[column.getIndex()];
    }

    private ColumnType type(RexInputRef column) {
        return table.schema().column(place(column)).type();
    }
}

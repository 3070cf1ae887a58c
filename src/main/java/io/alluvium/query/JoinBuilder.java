package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.sql.Expression;
import io.alluvium.sql.ExpressionCompiler;
import io.alluvium.sql.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/// Joins to operators: the parts of the condition that equate a value of one side with one of the other are
/// the key of a hash join, and the smaller side is held.
final class JoinBuilder {

    /// How many times fewer rows the left side must have to be the one held.
    private static final double CLEARLY_FEWER = 1.5;

    private final Execution execution;
    private final PlanText text;

    JoinBuilder(Execution execution, PlanText text) {
        this.execution = execution;
        this.text = text;
    }

    Operator build(Join join, Operator left, Operator right) {
        RexBuilder builder = join.getCluster().getRexBuilder();
        var keys = new ArrayList<HashJoinOperator.Key>();
        var rest = new ArrayList<RexNode>();
        for (RexNode part : RelOptUtil.conjunctions(join.getCondition())) {
            HashJoinOperator.Key key = key(part, builder, left.types(), right.types());
            if (key == null) {
                rest.add(part);
            } else {
                keys.add(key);
            }
        }
        Filter filter = rest.isEmpty() ? null : filter(rest, builder, left.types(), right.types());
        boolean buildsLeft = join.getJoinType().projectsRight() && isLeftSmaller(join);
        if (keys.isEmpty()) {
            return new NestedLoopJoinOperator(join.getJoinType(), left, right, buildsLeft, filter, execution)
                    .titled(() -> title("NestedLoopJoin", join, buildsLeft));
        }
        return new HashJoinOperator(join.getJoinType(), left, right, buildsLeft, keys, filter, execution)
                .titled(() -> title("HashJoin", join, buildsLeft));
    }

    private String title(String name, Join join, boolean buildsLeft) {
        return name + " " + join.getJoinType().lowerName + " on " + text.joinCondition(join) + ", holds the "
                + (buildsLeft ? "first" : "second") + " input";
    }

    private Filter filter(List<RexNode> parts, RexBuilder builder, List<ColumnType> left, List<ColumnType> right) {
        List<ColumnType> types = Stream.concat(left.stream(), right.stream()).toList();
        RexNode condition = RexUtil.composeConjunction(builder, parts);
        return new Filter(ExpressionCompiler.compile(condition, types, execution.parameters()));
    }

    private HashJoinOperator.@Nullable Key key(
            RexNode part, RexBuilder builder, List<ColumnType> left, List<ColumnType> right) {
        RexNode plain = part instanceof RexCall or && part.getKind() == SqlKind.OR
                ? RelOptUtil.collapseExpandedIsNotDistinctFromExpr(or, builder)
                : part;
        boolean nullsMatch = plain.getKind() == SqlKind.IS_NOT_DISTINCT_FROM;
        if (!(plain instanceof RexCall call) || (!nullsMatch && plain.getKind() != SqlKind.EQUALS)) {
            return null;
        }
        RexNode a = call.operands.get(0);
        RexNode b = call.operands.get(1);
        if (isOf(a, 0, left.size()) && isOf(b, left.size(), right.size())) {
            return key(a, b, left, right, nullsMatch);
        }
        return isOf(b, 0, left.size()) && isOf(a, left.size(), right.size())
                ? key(b, a, left, right, nullsMatch)
                : null;
    }

    private HashJoinOperator.Key key(
            RexNode a, RexNode b, List<ColumnType> left, List<ColumnType> right, boolean nullsMatch) {
        Expression fromLeft = ExpressionCompiler.compile(a, left, execution.parameters());
        Expression fromRight =
                ExpressionCompiler.compile(RexUtil.shift(b, -left.size()), right, execution.parameters());
        ColumnType type = ExpressionCompiler.comparisonType(fromLeft.type(), fromRight.type());
        return new HashJoinOperator.Key(
                ExpressionCompiler.cast(fromLeft, type), ExpressionCompiler.cast(fromRight, type), nullsMatch);
    }

    /// Whether a node refers to columns, and to none outside of `[from, from + count)`.
    private static boolean isOf(RexNode node, int from, int count) {
        ImmutableBitSet used = RelOptUtil.InputFinder.bits(node);
        return !used.isEmpty() && ImmutableBitSet.range(from, from + count).contains(used);
    }

    private static boolean isLeftSmaller(Join join) {
        RelMetadataQuery metadata = join.getCluster().getMetadataQuery();
        Double left = metadata.getRowCount(join.getLeft());
        Double right = metadata.getRowCount(join.getRight());
        return left != null && right != null && left * CLEARLY_FEWER < right;
    }
}

package io.alluvium.query;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.tools.RelBuilder;

/// Writes `x <> ANY (sub-select)`, and so `x = ALL (sub-select)`, with the count, the least and the greatest
/// of its values. Calcite's own way loses NULL among them.
///
/// | the sub-select | `x <> ANY` |
/// |---|---|
/// | has no rows | FALSE |
/// | has rows, and x is NULL | NULL |
/// | has a value that is not x | TRUE |
/// | has a NULL | NULL |
/// | has nothing but x | FALSE |
final class UnequalToAny extends RexShuttle {

    private final RelOptCluster cluster;

    private UnequalToAny(RelOptCluster cluster) {
        this.cluster = cluster;
    }

    static RelNode rewrite(RelNode rel) {
        return new UnequalToAny(rel.getCluster()).rewritten(rel);
    }

    private RelNode rewritten(RelNode rel) {
        var inputs = new ArrayList<RelNode>();
        boolean changed = false;
        for (RelNode input : rel.getInputs()) {
            RelNode newer = rewritten(input);
            changed |= !newer.equals(input);
            inputs.add(newer);
        }
        RelNode copy = changed ? rel.copy(rel.getTraitSet(), inputs) : rel;
        return copy.accept(this);
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery subQuery) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(subQuery);
        RelNode inner = rewritten(visited.rel);
        RexSubQuery plain = inner.equals(visited.rel) ? visited : visited.clone(inner);
        boolean unequal = plain.getOperator() instanceof SqlQuantifyOperator quantified
                && plain.getKind() == SqlKind.SOME
                && quantified.comparisonKind == SqlKind.NOT_EQUALS
                && plain.operands.size() == 1;
        return unequal ? byExtremes(plain) : plain;
    }

    private RexNode byExtremes(RexSubQuery subQuery) {
        RexBuilder rex = cluster.getRexBuilder();
        RexNode value = subQuery.operands.getFirst();
        RexNode rows = scalar(subQuery.rel, 0);
        RexNode values = scalar(subQuery.rel, 1);
        RexNode differsFromLeast = rex.makeCall(SqlStdOperatorTable.NOT_EQUALS, value, scalar(subQuery.rel, 2));
        RexNode differsFromGreatest = rex.makeCall(SqlStdOperatorTable.NOT_EQUALS, value, scalar(subQuery.rel, 3));
        RexNode unknown = rex.makeNullLiteral(subQuery.getType());
        RexNode zero = rex.makeZeroLiteral(rows.getType());
        return rex.makeCall(
                SqlStdOperatorTable.CASE,
                List.of(
                        rex.makeCall(SqlStdOperatorTable.EQUALS, rows, zero),
                        rex.makeLiteral(false),
                        rex.makeCall(SqlStdOperatorTable.IS_NULL, value),
                        unknown,
                        rex.makeCall(SqlStdOperatorTable.OR, differsFromLeast, differsFromGreatest),
                        rex.makeLiteral(true),
                        rex.makeCall(SqlStdOperatorTable.GREATER_THAN, rows, values),
                        unknown,
                        rex.makeLiteral(false)));
    }

    /// One of: how many rows, how many values, the least, the greatest value.
    private RexNode scalar(RelNode rel, int which) {
        RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(cluster, null);
        builder.push(rel);
        RelBuilder.AggCall call = switch (which) {
            case 0 -> builder.countStar("c");
            case 1 -> builder.count(builder.field(0));
            case 2 -> builder.min(builder.field(0));
            default -> builder.max(builder.field(0));
        };
        return RexSubQuery.scalar(builder.aggregate(builder.groupKey(), call).build());
    }
}

package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.query.Plan.ComputedParameter;
import io.alluvium.query.Plan.PassedParameter;
import io.alluvium.query.Plan.PlanParameters;
import io.alluvium.sql.ExpressionCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// Makes parameters of what an expression gets from outside of its batch: the values that a correlated
/// sub-query takes from around it, and casts of other parameters, so that they are computed once and not for
/// every row. Used for one plan.
final class ParameterRewrite {

    private final RexBuilder builder;
    private final List<ColumnType> types = new ArrayList<>();
    private final int given;
    private final int lifted;
    private final List<ComputedParameter> computed = new ArrayList<>();
    private final List<PassedParameter> passed = new ArrayList<>();
    private final Map<String, Integer> known = new HashMap<>();
    private final RexShuttle expressions = new Expressions();

    ParameterRewrite(RexBuilder builder, List<ColumnType> given, List<ColumnType> lifted) {
        this.builder = builder;
        this.given = given.size();
        this.lifted = lifted.size();
        types.addAll(given);
        types.addAll(lifted);
    }

    RelNode rewrite(RelNode rel) {
        var inputs = new ArrayList<RelNode>();
        boolean changed = false;
        for (RelNode input : rel.getInputs()) {
            RelNode rewritten = rewrite(input);
            changed |= !rewritten.equals(input);
            inputs.add(rewritten);
        }
        RelNode copy = changed ? rel.copy(rel.getTraitSet(), inputs) : rel;
        return copy.accept(expressions);
    }

    /// All parameters that the rewritten plan has.
    PlanParameters parameters() {
        return new PlanParameters(types, given, lifted, computed, passed);
    }

    private final class Expressions extends RexShuttle {

        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
            if (!(access.getReferenceExpr() instanceof RexCorrelVariable variable)) {
                return super.visitFieldAccess(access);
            }
            int index = known.computeIfAbsent(access.toString(), text -> {
                types.add(ExpressionCompiler.valueType(access.getType()));
                passed.add(new PassedParameter(
                        types.size() - 1,
                        variable.id.getId(),
                        access.getField().getIndex(),
                        access.getField().getName()));
                return types.size() - 1;
            });
            return builder.makeDynamicParam(access.getType(), index);
        }

        @Override
        public RexNode visitCall(RexCall call) {
            RexNode visited = super.visitCall(call);
            if (!(visited instanceof RexCall rewritten) || !isFixed(rewritten)) {
                return visited;
            }
            int index =
                    known.computeIfAbsent(rewritten + ": " + rewritten.getType().getFullTypeString(), text -> {
                        types.add(ExpressionCompiler.valueType(rewritten.getType()));
                        computed.add(new ComputedParameter(types.size() - 1, rewritten));
                        return types.size() - 1;
                    });
            return builder.makeDynamicParam(rewritten.getType(), index);
        }

        private boolean isFixed(RexCall call) {
            return switch (call.getKind()) {
                case CAST, MINUS_PREFIX ->
                    call.operands.getFirst() instanceof RexDynamicParam parameter
                            && passed.stream().noneMatch(p -> p.index() == parameter.getIndex())
                            && !SqlTypeUtil.isInterval(call.getType());
                default -> false;
            };
        }
    }
}

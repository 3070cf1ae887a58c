package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.sql.ExpressionCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/// Finds in a condition the values that each column of a table's key can have.
final class KeyCondition {

    /// More combinations are found faster by reading the table.
    private static final long MOST_KEYS = 10_000;

    private final RexBuilder builder;
    private final List<RexNode> conjuncts;

    private KeyCondition(RexBuilder builder, RexNode condition) {
        this.builder = builder;
        this.conjuncts = RelOptUtil.conjunctions(condition);
    }

    /// The values for each column of the key, as expressions without columns; empty when the condition leaves
    /// one open.
    ///
    /// @param columns the places in the table's schema of the columns that `condition` refers to
    static Optional<List<List<RexNode>>> values(
            RexBuilder builder, RexNode condition, int[] columns, PlannedTable table) {
        var search = new KeyCondition(builder, condition);
        var values = new ArrayList<List<RexNode>>();
        long keys = 1;
        for (int key : table.keyColumns()) {
            List<RexNode> found =
                    search.valuesOf(key, columns, table.schema().column(key).type());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            values.add(found);
            keys *= found.size();
            if (keys > MOST_KEYS) {
                return Optional.empty();
            }
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values);
    }

    private List<RexNode> valuesOf(int key, int[] columns, ColumnType type) {
        List<RexNode> fewest = List.of();
        for (RexNode conjunct : conjuncts) {
            RexNode plain =
                    conjunct.getKind() == SqlKind.SEARCH ? RexUtil.expandSearch(builder, null, conjunct) : conjunct;
            var values = new ArrayList<RexNode>();
            for (RexNode alternative : RelOptUtil.disjunctions(plain)) {
                RexNode value = equal(alternative, key, columns, type);
                if (value == null) {
                    values.clear();
                    break;
                }
                values.add(value);
            }
            if (!values.isEmpty() && (fewest.isEmpty() || values.size() < fewest.size())) {
                fewest = values;
            }
        }
        return fewest;
    }

    /// What the key column is said to equal, if `node` says just that.
    private static @Nullable RexNode equal(RexNode node, int key, int[] columns, ColumnType type) {
        if (!(node instanceof RexCall call) || call.getKind() != SqlKind.EQUALS) {
            return null;
        }
        RexNode a = call.operands.get(0);
        RexNode b = call.operands.get(1);
        if (isColumn(a, key, columns) && isValue(b, type)) {
            return b;
        }
        return isColumn(b, key, columns) && isValue(a, type) ? a : null;
    }

    private static boolean isColumn(RexNode node, int key, int[] columns) {
        return node instanceof RexInputRef reference && columns[reference.getIndex()] == key;
    }

    private static boolean isValue(RexNode node, ColumnType column) {
        return RexUtil.isConstant(node) && KeyValue.canFind(column, ExpressionCompiler.valueType(node.getType()));
    }
}

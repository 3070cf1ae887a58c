package io.alluvium.sql;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.ViewExpanders;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/// Parsed queries to logical plans: names and types checked, sub-queries kept as they are. Thread-safe; every call
/// works on a catalog reader and a type factory of its own.
public final class SqlFrontEnd {

    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(false)
            .withDecorrelationEnabled(false)
            .withInSubQueryThreshold(Integer.MAX_VALUE);

    private final KnownTables tables;

    public SqlFrontEnd(KnownTables tables) {
        this.tables = tables;
    }

    /// A query that passed validation.
    ///
    /// @param root the logical plan; its `fields` say which of the plan's columns the answer has
    /// @param columns the columns of the answer, whose names may repeat
    /// @param parameterTypes the types of `?` in order, as their surroundings gave them
    public record ValidQuery(RelRoot root, List<Column> columns, List<ColumnType> parameterTypes) {
        public ValidQuery {
            columns = List.copyOf(columns);
            parameterTypes = List.copyOf(parameterTypes);
        }
    }

    /// Validates with a planner of its own, for callers that do not go on to optimize.
    public ValidQuery validate(SqlNode query, String sql) {
        var planner = new VolcanoPlanner();
        planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
        planner.addRelTraitDef(RelCollationTraitDef.INSTANCE);
        return validate(query, sql, planner);
    }

    /// Checks names and types and gives the logical plan. `query` stays as it is.
    ///
    /// @param sql the text that `query` was parsed from, for the positions in errors
    /// @param planner the planner of the plan's cluster
    /// @throws AlluviumException UNDEFINED_TABLE, UNDEFINED_COLUMN, DATATYPE_MISMATCH and the like
    public ValidQuery validate(SqlNode query, String sql, RelOptPlanner planner) {
        return validate(query, sql, planner, new LiftedLiterals(List.of()));
    }

    /// The same, with parameters in the places of some literals: those that come after the parameters of the
    /// text.
    ///
    /// @param lifted the literals of `query` that become parameters; is told what types they have
    public ValidQuery validate(SqlNode query, String sql, RelOptPlanner planner, LiftedLiterals lifted) {
        RelDataTypeFactory factory = SqlTypes.newFactory();
        var named = new NamedTables(tables);
        var validator = new Validator(factory, named, sql);
        try {
            SqlNode valid = validator.validate(TreeCopy.of(query));
            var cluster = RelOptCluster.create(planner, new RexBuilder(factory));
            List<ColumnType> parameters = types(validator.getParameterRowType(valid));
            lifted.follow(parameters.size());
            RelRoot root = new Converter(validator, cluster, lifted).convertQuery(valid, false, true);
            return new ValidQuery(root, columns(query, root.validatedRowType), parameters);
        } catch (CalciteContextException e) {
            throw validator.errors().translate(e);
        } catch (CalciteException | UnsupportedOperationException e) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "the query cannot be planned: " + e.getMessage(),
                    "write it with simpler parts; SHOW FUNCTIONS lists what is there",
                    e);
        }
    }

    private static List<Column> columns(SqlNode query, RelDataType rowType) {
        List<String> names = ColumnNames.of(query, rowType.getFieldNames());
        var columns = new ArrayList<Column>();
        for (var field : rowType.getFieldList()) {
            RelDataType type = field.getType();
            columns.add(new Column(names.get(field.getIndex()), SqlTypes.columnType(type), type.isNullable()));
        }
        return columns;
    }

    private static List<ColumnType> types(RelDataType rowType) {
        return rowType.getFieldList().stream()
                .map(f -> SqlTypes.columnType(f.getType()))
                .toList();
    }

    /// Calcite's conversion, which makes parameters of the literals that are lifted.
    private static final class Converter extends SqlToRelConverter {
        private final LiftedLiterals lifted;

        Converter(Validator validator, RelOptCluster cluster, LiftedLiterals lifted) {
            super(
                    ViewExpanders.simpleContext(cluster),
                    validator,
                    validator.catalog(),
                    cluster,
                    StandardConvertletTable.INSTANCE,
                    CONVERSION);
            this.lifted = lifted;
        }

        @Override
        protected Blackboard createBlackboard(
                @Nullable SqlValidatorScope scope, @Nullable Map<String, RexNode> names, boolean top) {
            return new Blackboard(scope, names, top) {
                @Override
                public RexNode visit(SqlLiteral literal) {
                    return lifted.parameter(literal, super.visit(literal), rexBuilder);
                }
            };
        }
    }
}

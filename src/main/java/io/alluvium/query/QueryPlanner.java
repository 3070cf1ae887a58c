package io.alluvium.query;

import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.LiftedLiterals;
import io.alluvium.sql.SqlFrontEnd;
import io.alluvium.sql.SqlFrontEnd.ValidQuery;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementSize;
import io.alluvium.table.TableDirectory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexExecutor;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.RelFieldTrimmer;
import org.apache.calcite.tools.RelBuilder;

/// Statements to plans: Calcite's logical plan, its sub-queries made joins, conditions moved to where their
/// columns come from, joins put in order, and columns that nobody reads left out. Safe from any thread.
final class QueryPlanner {

    /// Leaves constants as they are: they mean what our own expressions make of them.
    private static final RexExecutor NO_EXECUTOR = (builder, constants, reduced) -> reduced.addAll(constants);

    private static final HepProgram SUB_QUERIES = program(
            CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
            CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
            CoreRules.JOIN_SUB_QUERY_TO_CORRELATE);
    private static final HepProgram CONDITIONS = program(
            CoreRules.FILTER_INTO_JOIN,
            CoreRules.JOIN_CONDITION_PUSH,
            CoreRules.FILTER_PROJECT_TRANSPOSE,
            CoreRules.FILTER_AGGREGATE_TRANSPOSE,
            CoreRules.FILTER_SET_OP_TRANSPOSE,
            CoreRules.FILTER_CORRELATE,
            CoreRules.FILTER_MERGE,
            CoreRules.PROJECT_MERGE,
            CoreRules.PROJECT_REMOVE);
    private static final HepProgram JOINS_TOGETHER = new HepProgramBuilder()
            .addMatchOrder(HepMatchOrder.BOTTOM_UP)
            .addRuleCollection(List.of(
                    CoreRules.JOIN_TO_MULTI_JOIN,
                    CoreRules.PROJECT_MULTI_JOIN_MERGE,
                    CoreRules.FILTER_MULTI_JOIN_MERGE))
            .build();
    private static final HepProgram JOINS_IN_ORDER = program(CoreRules.MULTI_JOIN_OPTIMIZE);
    private static final HepProgram PROJECTIONS = program(CoreRules.PROJECT_MERGE, CoreRules.PROJECT_REMOVE);

    private final TableDirectory directory;

    QueryPlanner(TableDirectory directory) {
        this.directory = directory;
    }

    private static HepProgram program(RelOptRule... rules) {
        return new HepProgramBuilder().addRuleCollection(List.of(rules)).build();
    }

    /// Plans a query.
    ///
    /// @param lifted which of its literals become parameters
    Plan plan(Statement.Query query, LiftedLiterals lifted) {
        var planner = new HepPlanner(HepProgram.builder().build());
        planner.setExecutor(NO_EXECUTOR);
        var tables = new DirectoryTables(directory);
        try {
            ValidQuery valid = new SqlFrontEnd(tables).validate(query.node(), query.sql(), planner, lifted);
            RelNode logical = valid.root().project(true);
            return finish(valid, optimized(logical), lifted, tables);
        } catch (StackOverflowError e) {
            throw StatementSize.nestedTooDeeply(e);
        } catch (AlluviumException e) {
            throw e;
        } catch (RuntimeException e) {
            if (isStackOverflow(e)) {
                throw StatementSize.nestedTooDeeply(e);
            }
            throw new AlluviumException(
                    ErrorCode.INTERNAL,
                    "the query could not be planned: " + e,
                    "this is a fault of Alluvium; please report it, and write the query in another way",
                    e);
        }
    }

    /// Calcite converts calls by reflection and wraps what goes wrong at every level, the end of the stack too.
    private static boolean isStackOverflow(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof StackOverflowError) {
                return true;
            }
        }
        return false;
    }

    private static RelNode optimized(RelNode logical) {
        RelNode flat = run(SUB_QUERIES, UnequalToAny.rewrite(logical));
        RelNode pushed = run(CONDITIONS, decorrelated(flat));
        RelNode ordered =
                hasCrossJoin(pushed) ? run(CONDITIONS, run(JOINS_IN_ORDER, run(JOINS_TOGETHER, pushed))) : pushed;
        RelNode trimmed = new RelFieldTrimmer(null, builder(ordered)).trim(ordered);
        return run(PROJECTIONS, trimmed);
    }

    /// Joins in the place of correlations. Where the decorrelator would number rows with a window function,
    /// the correlation stays: for each outer row its sub-query is run.
    private static RelNode decorrelated(RelNode rel) {
        RelNode plain = RelDecorrelator.decorrelateQuery(rel, builder(rel));
        return hasWindow(plain) && !hasWindow(rel) ? rel : plain;
    }

    private static boolean hasWindow(RelNode rel) {
        return (rel instanceof Project project && RexOver.containsOver(project.getProjects(), null))
                || rel.getInputs().stream().anyMatch(QueryPlanner::hasWindow);
    }

    private static RelBuilder builder(RelNode rel) {
        return RelFactories.LOGICAL_BUILDER.create(rel.getCluster(), null);
    }

    private static RelNode run(HepProgram program, RelNode rel) {
        var planner = new HepPlanner(program);
        planner.setExecutor(NO_EXECUTOR);
        planner.setRoot(rel);
        return planner.findBestExp();
    }

    /// Whether tables stand side by side that are to be joined by way of a third: FROM a, b, c.
    private static boolean hasCrossJoin(RelNode rel) {
        boolean here = rel instanceof Join join
                && join.getJoinType() == JoinRelType.INNER
                && join.analyzeCondition().leftKeys.isEmpty();
        return (here && RelOptUtil.findTables(rel).size() >= 2)
                || rel.getInputs().stream().anyMatch(QueryPlanner::hasCrossJoin);
    }

    private static Plan finish(ValidQuery valid, RelNode optimized, LiftedLiterals lifted, DirectoryTables tables) {
        boolean isShared = lifted.areAllParameters();
        var parameters = new ParameterRewrite(
                optimized.getCluster().getRexBuilder(), valid.parameterTypes(), isShared ? lifted.types() : List.of());
        RelNode root = parameters.rewrite(optimized);
        Set<String> names = new HashSet<>();
        collectTables(root, names);
        List<PlannedTable> used = tables.planned().values().stream()
                .filter(t -> names.contains(t.name()))
                .toList();
        return new Plan(root, schema(valid.columns()), parameters.parameters(), used);
    }

    /// The table's name as the plan has it.
    static String tableName(TableScan scan) {
        return scan.getTable().getQualifiedName().getLast();
    }

    private static void collectTables(RelNode rel, Set<String> names) {
        if (rel instanceof TableScan scan) {
            names.add(tableName(scan));
        }
        rel.getInputs().forEach(input -> collectTables(input, names));
    }

    /// The columns with names of their own: those that repeat get the suffixes `_1`, `_2`.
    private static Schema schema(List<Column> columns) {
        var used = new HashSet<String>();
        var unique = new ArrayList<Column>(columns.size());
        for (Column column : columns) {
            String name = column.name();
            for (int suffix = 1; !used.add(name); suffix++) {
                name = column.name() + "_" + suffix;
            }
            unique.add(new Column(name, column.type(), column.nullable()));
        }
        return new Schema(unique);
    }
}

package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.alluvium.query.QueryCursor.Outcome;
import io.alluvium.sql.LiftedLiterals;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import io.alluvium.sql.StatementSize;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableView;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.calcite.sql.SqlLiteral;
import org.jspecify.annotations.Nullable;

/// Answers queries over the tables. Safe from any thread; a query is run by the thread that pulls its rows.
///
/// A statement goes these ways: its shape (the statement without its literals, [StatementShape]) finds its
/// plan in the [PlanCache], or the [QueryPlanner] makes it; one view of each table is taken; the plan's
/// [OperatorTree] is given the literals and parameters and runs as the [QueryCursor] is read.
public final class QueryEngine implements AutoCloseable {

    private static final int CACHED_PLANS = 512;
    private static final int MOST_ATTEMPTS = 10;
    private static final List<String> WARM_UP = List.of(
            "SELECT n, UPPER(s) FROM (VALUES (1, 'a'), (2, 'b')) AS t (n, s) WHERE n > 1 OR s LIKE 'a%'",
            "SELECT s, COUNT(*), SUM(n), MAX(n) FROM (VALUES (1, 'a'), (2, 'b')) AS t (n, s) GROUP BY s ORDER BY 2",
            "SELECT a.n FROM (VALUES (1), (2)) AS a (n) JOIN (VALUES (2), (3)) AS b (n) ON a.n = b.n"
                    + " WHERE a.n IN (SELECT x FROM (VALUES (2)) AS c (x)) LIMIT 1");

    private final TableDirectory tables;
    private final QueryLimits limits;
    private final QueryPlanner planner;
    private final PlanCache cache = new PlanCache(CACHED_PLANS);
    private final RunningQueries running;
    private final Set<RunningQuery> holders = ConcurrentHashMap.newKeySet();
    private final Map<Outcome, Runnable> counters = new EnumMap<>(Outcome.class);
    private volatile boolean closed;

    public QueryEngine(TableDirectory tables, Meters meters, QueryLimits limits) {
        this.tables = tables;
        this.limits = limits;
        this.planner = new QueryPlanner(tables);
        this.running = new RunningQueries(limits);
        meters.planCache(cache::hits, cache::misses, cache::evictions);
        meters.runningQueries(running::running);
        for (Outcome outcome : Outcome.values()) {
            counters.put(outcome, meters.queries(outcome.name().toLowerCase(Locale.ROOT)));
        }
    }

    /// Runs a query. Its rows come as the cursor is read; the cursor must be closed, or read to its end.
    ///
    /// @param params null, Boolean, Long, BigDecimal or String for each `?` or `$1`, in order
    /// @throws AlluviumException for whatever is wrong with the query, a table or a parameter; QUERY_CANCELED
    ///     and TOO_MANY_QUERIES at the limits
    public ResultCursor execute(Statement.Query query, List<@Nullable Object> params) {
        StatementShape shape = StatementShape.of(query.node());
        return start(query, shape, null, params).cursor();
    }

    /// Plans a query to run it many times.
    public PreparedQuery prepare(Statement.Query query) {
        StatementShape shape = StatementShape.of(query.node());
        Planned planned = plan(query, shape);
        return new PreparedQuery(this, query, planned.shape, planned.plan);
    }

    ResultCursor execute(PreparedQuery prepared, List<@Nullable Object> params) {
        Started started = start(prepared.query(), prepared.shape(), prepared.plan(), params);
        Plan used = started.tree.plan();
        if (used.parameters().lifted() == prepared.shape().literals().size()) {
            prepared.plan(used);
        }
        return started.cursor();
    }

    /// The plan of a query, one line a row; with ANALYZE the query is run, and each line says how many rows
    /// and batches its step gave and how long it and the steps below it took.
    public ResultCursor explain(Statement.Explain explain, List<@Nullable Object> params) {
        Statement.Query query = explain.query();
        if (query == null) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "EXPLAIN CREATE TABLE is not supported in this version",
                    "EXPLAIN its SELECT over tables that exist, or create the table and DESCRIBE it");
        }
        StatementShape shape = StatementShape.of(query.node());
        return new LineCursor(
                "plan", explain.analyze() ? analyzed(query, shape, params) : explained(query, shape, params));
    }

    /// Without values for its parameters, a query is shown with what its tables can be read by.
    private List<String> explained(Statement.Query query, StatementShape shape, List<@Nullable Object> params) {
        Planned planned = plan(query, shape);
        Optional<List<TableView>> views = planned.plan.views(tables, null);
        for (int attempt = 0; attempt < MOST_ATTEMPTS && views.isEmpty(); attempt++) {
            cache.remove(planned.shape.key(), planned.plan);
            planned = plan(query, shape);
            views = planned.plan.views(tables, null);
        }
        var tree = new OperatorTree(planned.plan, limits, texts(planned.shape.literals()));
        int given = planned.plan.parameters().given();
        if (views.isPresent() && (given == 0 || given == params.size())) {
            ParameterValues.set(tree.execution().parameters(), params, given, planned.shape.literals());
            tree.look(views.get());
        }
        return ExplainLines.of(tree.root());
    }

    private List<String> analyzed(Statement.Query query, StatementShape shape, List<@Nullable Object> params) {
        long startNanos = System.nanoTime();
        boolean hit = cache.peek(shape.key()) != null;
        Started started = start(query, shape, null, params);
        started.tree.root().profileAll();
        try (QueryCursor cursor = started.cursor) {
            long rows = 0;
            for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
                rows += batch.size();
            }
            return ExplainLines.analyzed(started.tree.root(), hit, rows, System.nanoTime() - startNanos);
        }
    }

    /// Plans and runs some statements, so that the first user's query finds the planner's classes loaded and
    /// compiled. Never fails.
    public void warmUp() {
        for (String sql : WARM_UP) {
            try (ResultCursor cursor = execute((Statement.Query) StatementParser.parse(sql), List.of())) {
                while (cursor.next() != null) {
                    // the rows are not wanted
                }
            } catch (AlluviumException e) {
                return;
            }
        }
    }

    /// Refuses queries from now on.
    @Override
    public void close() {
        closed = true;
    }

    private record Planned(StatementShape shape, Plan plan) {}

    private record Started(OperatorTree tree, QueryCursor cursor) {}

    private Started start(
            Statement.Query query, StatementShape shape, @Nullable Plan known, List<@Nullable Object> params) {
        if (closed) {
            throw new AlluviumException(ErrorCode.TABLE_NOT_READY, "the service is stopping", "try again later");
        }
        long deadlineNanos = System.nanoTime() + limits.statementTimeout().toNanos();
        running.enter(deadlineNanos);
        try {
            return open(query, shape, known, params, deadlineNanos);
        } catch (AlluviumException e) {
            ended(e.code() == ErrorCode.QUERY_CANCELED ? Outcome.CANCELED : Outcome.ERROR);
            throw e;
        } catch (OutOfMemoryError e) {
            ended(Outcome.ERROR);
            throw QueryCursor.outOfMemory(e);
        } catch (StackOverflowError e) {
            ended(Outcome.ERROR);
            throw StatementSize.nestedTooDeeply(e);
        } catch (RuntimeException e) {
            ended(Outcome.ERROR);
            throw new AlluviumException(
                    ErrorCode.INTERNAL,
                    "the query could not be started: " + e,
                    "this is a fault of Alluvium; please report it",
                    e);
        }
    }

    private void ended(Outcome outcome) {
        running.leave();
        Runnable counter = counters.get(outcome);
        if (counter != null) {
            counter.run();
        }
    }

    private Started open(
            Statement.Query query,
            StatementShape shape,
            @Nullable Plan known,
            List<@Nullable Object> params,
            long deadlineNanos) {
        Planned planned = known == null ? plan(query, shape) : new Planned(shape, known);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Optional<Started> started = open(query, planned, params, deadlineNanos);
            if (started.isPresent()) {
                return started.get();
            }
            cache.remove(planned.shape.key(), planned.plan);
            planned = plan(query, shape);
        }
        throw new AlluviumException(
                ErrorCode.TABLE_NOT_READY, "a table of the query keeps changing its columns", "try again");
    }

    /// Takes the views and begins to run; empty when a table has changed so that the plan no longer fits.
    private Optional<Started> open(
            Statement.Query query, Planned planned, List<@Nullable Object> params, long deadlineNanos) {
        OperatorTree tree = tree(planned);
        var holder = new RunningQuery(query.sql(), tree.execution(), holders);
        boolean isOpen = false;
        try {
            Optional<List<TableView>> views = planned.plan.views(tables, tree.isLight() ? null : holder);
            if (views.isEmpty()) {
                return Optional.empty();
            }
            ParameterValues.set(
                    tree.execution().parameters(),
                    params,
                    planned.plan.parameters().given(),
                    planned.shape.literals());
            tree.open(views.get(), deadlineNanos);
            var cursor = new QueryCursor(tree, holder, this::ended);
            isOpen = true;
            return Optional.of(new Started(tree, cursor));
        } finally {
            if (!isOpen) {
                holder.close();
            }
        }
    }

    /// The memory that the operators of all running queries hold.
    public long bytes() {
        return holders.stream().mapToLong(RunningQuery::bytes).sum();
    }

    private OperatorTree tree(Planned planned) {
        OperatorTree idle = planned.plan.takeIdle();
        return idle != null ? idle : new OperatorTree(planned.plan, limits, texts(planned.shape.literals()));
    }

    private static List<String> texts(List<SqlLiteral> literals) {
        return literals.stream().map(SqlLiteral::toString).toList();
    }

    /// The cached plan, or a new one. When a literal could not be lifted, the plan serves this one statement
    /// and is cached under the statement with its literals.
    private Planned plan(Statement.Query query, StatementShape shape) {
        Plan cached = cache.find(shape.key());
        if (cached != null) {
            return new Planned(shape, cached);
        }
        StatementShape exact = shape.literals().isEmpty() ? shape : StatementShape.exact(query.node());
        Plan alone = cache.peek(exact.key());
        if (alone != null) {
            return new Planned(exact, alone);
        }
        var lifted = new LiftedLiterals(shape.literals());
        Plan plan = planner.plan(query, lifted);
        boolean shared = lifted.areAllParameters();
        StatementShape used = shared ? shape : exact;
        if (!shared) {
            plan = planner.plan(query, new LiftedLiterals(List.of()));
        }
        cache.put(used.key(), plan);
        return new Planned(used, plan);
    }
}

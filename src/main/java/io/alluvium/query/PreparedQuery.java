package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A query that is planned and can be run many times. Safe from any thread; when a table that it reads has
/// changed its columns, it is planned anew.
public final class PreparedQuery {

    private final QueryEngine engine;
    private final Statement.Query query;
    private final StatementShape shape;
    private volatile Plan plan;

    PreparedQuery(QueryEngine engine, Statement.Query query, StatementShape shape, Plan plan) {
        this.engine = engine;
        this.query = query;
        this.shape = shape;
        this.plan = plan;
    }

    /// The columns of the answer.
    public Schema schema() {
        return plan.schema();
    }

    /// The types of `?` or `$1`, in order.
    public List<ColumnType> parameterTypes() {
        Plan.PlanParameters parameters = plan.parameters();
        return parameters.types().subList(0, parameters.given());
    }

    /// Runs the query.
    ///
    /// @param params null, Boolean, Long, BigDecimal or String for each parameter
    public ResultCursor execute(List<@Nullable Object> params) {
        return engine.execute(this, params);
    }

    Statement.Query query() {
        return query;
    }

    StatementShape shape() {
        return shape;
    }

    Plan plan() {
        return plan;
    }

    void plan(Plan newer) {
        plan = newer;
    }
}

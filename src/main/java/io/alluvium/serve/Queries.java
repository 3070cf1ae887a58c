package io.alluvium.serve;

import io.alluvium.query.ResultCursor;
import io.alluvium.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers queries. Safe from any thread.
public interface Queries {

    /// @param params the values of `?` and `$1`, in order: null, Boolean, Long, BigDecimal or String
    ResultCursor execute(Statement.Query query, List<@Nullable Object> params);

    /// The plan of a query, one line a row; with what it did and took when `analyze` is asked for.
    ResultCursor explain(Statement.Explain explain, List<@Nullable Object> params);
}

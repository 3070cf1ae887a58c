package io.alluvium.serve;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.query.ResultCursor;
import io.alluvium.sql.Statement;
import io.alluvium.testkit.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Queries whose answers a test has prepared by their text.
public final class FakeQueries implements Queries {

    private final Map<String, Function<List<@Nullable Object>, ResultCursor>> answers = new ConcurrentHashMap<>();

    public FakeQueries answer(String sql, Function<List<@Nullable Object>, ResultCursor> answer) {
        answers.put(sql, answer);
        return this;
    }

    public FakeQueries answer(String sql, Schema schema, List<@Nullable Object[]> rows) {
        return answer(sql, params -> new Batches(schema, List.of(TableRows.batch(schema, rows))));
    }

    @Override
    public ResultCursor execute(Statement.Query query, List<@Nullable Object> params) {
        Function<List<@Nullable Object>, ResultCursor> answer = answers.get(query.sql());
        if (answer == null) {
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_COLUMN, "column nope does not exist", "Perhaps you meant note", 8, null);
        }
        return answer.apply(params);
    }

    @Override
    public ResultCursor explain(Statement.Explain explain, List<@Nullable Object> params) {
        return new ListedRows(ListedRows.text("plan")).add(explain.analyze() ? "Scan orders, 3 rows" : "Scan orders");
    }

    /// A cursor over prepared batches.
    public static final class Batches implements ResultCursor {
        private final Schema schema;
        private final List<RowBatch> batches;
        public volatile boolean isClosed;

        public Batches(Schema schema, List<RowBatch> batches) {
            this.schema = schema;
            this.batches = new ArrayList<>(batches);
        }

        @Override
        public Schema schema() {
            return schema;
        }

        @Override
        public @Nullable RowBatch next() {
            return batches.isEmpty() ? null : batches.removeFirst();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}

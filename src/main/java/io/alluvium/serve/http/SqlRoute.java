package io.alluvium.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.data.RowBatch;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.alluvium.query.ResultCursor;
import io.alluvium.serve.Answer;
import io.alluvium.serve.Session;
import io.alluvium.sql.Statement;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `POST /api/sql`: runs one statement and streams its rows.
final class SqlRoute {

    private static final int MAX_EXPONENT = 1000;

    private final Session session;
    private final Meters meters;
    private final Patience patience;

    SqlRoute(Session session, Meters meters, Patience patience) {
        this.session = session;
        this.meters = meters;
        this.patience = patience;
    }

    void handle(Exchange exchange, byte[] content) throws IOException {
        long startNanos = System.nanoTime();
        JsonNode body = Json.object(content, List.of("sql", "params"));
        String sql = sql(body.path("sql"));
        List<@Nullable Object> params = params(body.path("params"));
        AnswerFormat format = AnswerFormat.of(exchange.header("Accept").orElse(""));
        Statement statement = session.parse(sql);
        if (!isInterruptible(statement)) {
            answer(exchange, session.execute(statement, params), format, startNanos);
            return;
        }
        boolean done = false;
        exchange.beginCancellable();
        try {
            done = answer(exchange, session.execute(statement, params), format, startNanos);
        } finally {
            exchange.endCancellable();
            meters.query("http", done, System.nanoTime() - startNanos);
        }
    }

    /// A change of a table is carried through even if nobody waits for its answer.
    private static boolean isInterruptible(Statement statement) {
        return statement instanceof Statement.Query || statement instanceof Statement.Explain;
    }

    /// @return whether the answer is whole
    private boolean answer(Exchange exchange, Answer answer, AnswerFormat format, long startNanos) throws IOException {
        return switch (answer) {
            case Answer.Rows rows -> {
                try (ResultCursor cursor = rows.cursor()) {
                    yield stream(exchange, cursor, format, startNanos);
                }
            }
            case Answer.Done done -> {
                exchange.sendJson(Json.bytes(generator -> {
                    generator.writeStartObject();
                    generator.writeArrayFieldStart("columns");
                    generator.writeEndArray();
                    generator.writeArrayFieldStart("rows");
                    generator.writeEndArray();
                    generator.writeNumberField("rowCount", 0);
                    generator.writeStringField("message", done.message());
                    generator.writeNumberField("elapsedMs", elapsedMs(startNanos));
                    generator.writeEndObject();
                }));
                yield true;
            }
        };
    }

    private boolean stream(Exchange exchange, ResultCursor cursor, AnswerFormat format, long startNanos)
            throws IOException {
        var body = new StreamedBody(exchange, format.contentType(), patience);
        AnswerWriter writer = AnswerWriter.of(format, cursor.schema(), body);
        long rows = 0;
        while (true) {
            RowBatch batch;
            try {
                batch = cursor.next();
            } catch (RuntimeException | StackOverflowError e) {
                if (!body.isStreaming() || exchange.isGone()) {
                    throw e;
                }
                writer.finish(ErrorBody.of(e, exchange.method() + " " + exchange.path()));
                body.finishBroken();
                return false;
            }
            if (batch == null) {
                break;
            }
            if (exchange.isGone()) {
                throw new ClientGoneException("the client closed the connection");
            }
            writer.write(batch);
            rows += batch.size();
        }
        writer.finish(rows, elapsedMs(startNanos));
        body.finish();
        return true;
    }

    private static double elapsedMs(long startNanos) {
        return Math.round((System.nanoTime() - startNanos) / 1e3) / 1e3;
    }

    private static String sql(JsonNode sql) {
        if (!sql.isTextual() || sql.textValue().isBlank()) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    "the body has no text \"sql\"",
                    "Send {\"sql\": \"SELECT …\", \"params\": []}");
        }
        return sql.textValue();
    }

    private static List<@Nullable Object> params(JsonNode params) {
        if (params.isMissingNode() || params.isNull()) {
            return List.of();
        }
        if (!params.isArray()) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    "\"params\" is not an array",
                    "Send the values of ? or $1, $2 in order: \"params\": [1, \"a\"]");
        }
        var values = new ArrayList<@Nullable Object>(params.size());
        params.forEach(value -> values.add(param(value)));
        return values;
    }

    private static @Nullable Object param(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> value.booleanValue();
            case STRING -> value.textValue();
            case NUMBER ->
                value.canConvertToExactIntegral() && value.isIntegralNumber() && value.canConvertToLong()
                        ? (Object) value.longValue()
                        : decimal(value.decimalValue());
            case ARRAY, OBJECT, BINARY, POJO -> value.toString();
        };
    }

    private static BigDecimal decimal(BigDecimal value) {
        if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
            throw new AlluviumException(
                    ErrorCode.NUMERIC_OUT_OF_RANGE,
                    "the parameter " + value + " has more digits than any column holds",
                    "Give it as a text and cast it to DOUBLE");
        }
        return value;
    }
}

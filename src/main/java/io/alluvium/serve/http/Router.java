package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.alluvium.serve.console.ConsolePages;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Takes each request of one event loop to its route, and turns whatever goes wrong into the error shape.
///
/// The paths are taken apart here and not by a routing library, because those normalize paths, and keys
/// must not be.
final class Router {

    private static final byte[] LIVE = "{\"status\":\"UP\"}".getBytes(StandardCharsets.UTF_8);

    private final Workers workers;
    private final HttpLimits limits;
    private final Meters meters;
    private final RowRoute row;
    private final RowsRoutes rows;
    private final SqlRoute sql;
    private final StatusRoutes status;

    Router(HttpServices services, Workers workers, HttpLimits limits) {
        this.workers = workers;
        this.limits = limits;
        this.meters = services.meters();
        var tables = new ReadableTables(services.directory());
        this.row = new RowRoute(tables);
        this.rows = new RowsRoutes(tables, workers.patience());
        this.sql = new SqlRoute(services.session(), meters, workers.patience());
        this.status = new StatusRoutes(services.tables(), services.settings());
    }

    void handle(HttpServerRequest request) {
        List<String> segments = PathText.segments(request.path() == null ? "" : request.path());
        Optional<Route> route = Route.of(segments);
        var exchange = new Exchange(request, segments, route, meters);
        try {
            Route known = route.orElseThrow(() -> pathNotFound(exchange));
            if (!known.takes(exchange.method())) {
                exchange.putHeader("Allow", known.allowed());
                throw methodNotAllowed(exchange, known);
            }
            dispatch(known, exchange);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            exchange.fail(e);
        }
    }

    private void dispatch(Route route, Exchange exchange) throws IOException {
        switch (route) {
            case ROW -> row.handle(exchange);
            case LIVE -> exchange.sendJson(LIVE);
            case CONSOLE -> page(exchange);
            case READY -> call(exchange, () -> status.ready(exchange));
            case TABLES -> call(exchange, () -> status.tables(exchange));
            case TABLE -> call(exchange, () -> status.table(exchange));
            case CONFIG -> call(exchange, () -> status.config(exchange));
            case METRICS ->
                call(
                        exchange,
                        () -> exchange.send(
                                200, Meters.CONTENT_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8)));
            case ROWS -> statement(exchange, () -> rows.page(exchange));
            case LOOKUP -> withBody(exchange, body -> rows.lookup(exchange, body));
            case SQL -> withBody(exchange, body -> sql.handle(exchange, body));
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface BodyWork {
        void run(byte[] body) throws IOException;
    }

    private void call(Exchange exchange, Work work) {
        workers.runCall(() -> run(exchange, work));
    }

    private void statement(Exchange exchange, Work work) {
        try {
            workers.runStatement(() -> run(exchange, work));
        } catch (AlluviumException e) {
            exchange.fail(e);
        }
    }

    private void withBody(Exchange exchange, BodyWork work) {
        if (exchange.isCrossOrigin()) {
            throw new AlluviumException(
                    ErrorCode.CROSS_ORIGIN,
                    "the request comes from a page of another site: "
                            + exchange.header("Origin").orElse(""),
                    "Send it from a program, or from the console of this service");
        }
        RequestBody.collect(exchange, limits.maxBodyBytes(), body -> statement(exchange, () -> work.run(body)));
    }

    /// The top of a worker's work on one request.
    private static void run(Exchange exchange, Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            exchange.fail(e);
        }
    }

    private static void page(Exchange exchange) {
        ConsolePages.Page page =
                ConsolePages.page(exchange.segments().getFirst()).orElseThrow(() -> pathNotFound(exchange));
        exchange.putHeader("Cache-Control", "no-cache");
        exchange.putHeader("Content-Security-Policy", ConsolePages.CONTENT_SECURITY_POLICY);
        exchange.send(200, page.contentType(), page.content());
    }

    private static AlluviumException pathNotFound(Exchange exchange) {
        return new AlluviumException(
                ErrorCode.PATH_NOT_FOUND,
                "there is nothing at " + exchange.path(),
                "The API begins at /api/tables and /api/sql, the console at /");
    }

    private static AlluviumException methodNotAllowed(Exchange exchange, Route route) {
        return new AlluviumException(
                ErrorCode.METHOD_NOT_ALLOWED,
                exchange.method() + " is not possible at " + route.pattern(),
                "Use " + route.allowed());
    }

    /// Answers what is not HTTP, or has a head that is too long.
    void refuseMalformed(HttpServerRequest request) {
        var exchange = new Exchange(request, List.of(""), Optional.empty(), meters);
        Throwable cause = request.decoderResult().cause();
        exchange.putHeader("Connection", "close");
        exchange.fail(new AlluviumException(
                ErrorCode.INVALID_PARAMETER,
                "the request is not well-formed HTTP: " + (cause == null ? "" : cause.getMessage()),
                "The request line and the headers may have " + HttpServer.MAX_HEAD_BYTES + " bytes each"));
    }
}

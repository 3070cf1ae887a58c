package io.alluvium.serve.http;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The routes of the API.
enum Route {
    LIVE("/health/live", "GET"),
    READY("/health/ready", "GET"),
    TABLES("/api/tables", "GET"),
    TABLE("/api/tables/{t}", "GET"),
    ROWS("/api/tables/{t}/rows", "GET"),
    ROW("/api/tables/{t}/rows/{key}", "GET"),
    LOOKUP("/api/tables/{t}/lookup", "POST"),
    SQL("/api/sql", "POST"),
    CONFIG("/api/config", "GET"),
    METRICS("/metrics", "GET"),
    CONSOLE("/", "GET");

    private final String pattern;
    private final String method;

    Route(String pattern, String method) {
        this.pattern = pattern;
        this.method = method;
    }

    String pattern() {
        return pattern;
    }

    boolean takes(String wanted) {
        return wanted.equals(method) || (wanted.equals("HEAD") && method.equals("GET"));
    }

    /// The value of the `Allow` header.
    String allowed() {
        return method.equals("GET") ? "GET, HEAD" : method;
    }

    /// The route of a path.
    ///
    /// @param segments the parts between the slashes, still percent-encoded
    static Optional<Route> of(List<String> segments) {
        return Optional.ofNullable(
                switch (segments.getFirst()) {
                    case "api" -> ofApi(segments);
                    case "health" ->
                        switch (segments.size() == 2 ? segments.get(1) : "") {
                            case "live" -> LIVE;
                            case "ready" -> READY;
                            default -> null;
                        };
                    case "metrics" -> segments.size() == 1 ? METRICS : null;
                    default -> segments.size() == 1 ? CONSOLE : null;
                });
    }

    private static @Nullable Route ofApi(List<String> segments) {
        int size = segments.size();
        return switch (size < 2 ? "" : segments.get(1)) {
            case "sql" -> size == 2 ? SQL : null;
            case "config" -> size == 2 ? CONFIG : null;
            case "tables" -> {
                if (size <= 3) {
                    yield size == 2 ? TABLES : TABLE;
                }
                yield switch (segments.get(3)) {
                    case "rows" -> size == 4 ? ROWS : ROW;
                    case "lookup" -> size == 4 ? LOOKUP : null;
                    default -> null;
                };
            }
            default -> null;
        };
    }
}

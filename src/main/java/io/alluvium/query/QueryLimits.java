package io.alluvium.query;

import java.time.Duration;

/// What one query and all queries together may take.
///
/// @param statementTimeout how long a query may run, from its start to its last row
/// @param maxRunning how many queries run at the same time
/// @param maxQueued how many more wait for one of those to end; the next is refused
/// @param maxBytes how much memory the operators of one query may hold, about
public record QueryLimits(Duration statementTimeout, int maxRunning, int maxQueued, long maxBytes) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
    private static final long LEAST_BYTES = 64L << 20;

    public QueryLimits {
        if (statementTimeout.isNegative() || statementTimeout.isZero()) {
            throw new IllegalArgumentException("the statement timeout must be positive, not " + statementTimeout);
        }
        if (maxRunning < 1 || maxQueued < 0 || maxBytes < 1) {
            throw new IllegalArgumentException("limits of queries must be positive, not running " + maxRunning
                    + ", queued " + maxQueued + ", bytes " + maxBytes);
        }
    }

    /// Five minutes, 64 running, 256 waiting, and an eighth of the heap for each.
    public static QueryLimits defaults() {
        long bytes = Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 8);
        return new QueryLimits(DEFAULT_TIMEOUT, 64, 256, bytes);
    }

    public QueryLimits withStatementTimeout(Duration timeout) {
        return new QueryLimits(timeout, maxRunning, maxQueued, maxBytes);
    }

    public QueryLimits withMaxBytes(long bytes) {
        return new QueryLimits(statementTimeout, maxRunning, maxQueued, bytes);
    }
}

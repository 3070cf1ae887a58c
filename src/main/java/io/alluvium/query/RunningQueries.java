package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets so many queries run at the same time and some more wait. Safe from any thread.
final class RunningQueries {

    private final QueryLimits limits;
    private final Semaphore places;

    RunningQueries(QueryLimits limits) {
        this.limits = limits;
        this.places = new Semaphore(limits.maxRunning(), true);
    }

    int running() {
        return limits.maxRunning() - places.availablePermits();
    }

    /// Takes a place, for which [#leave()] must be called once.
    ///
    /// @param deadlineNanos the moment of `System.nanoTime` at which the wait ends
    /// @throws AlluviumException TOO_MANY_QUERIES, or QUERY_CANCELED when the wait is too long or interrupted
    void enter(long deadlineNanos) {
        if (places.tryAcquire()) {
            return;
        }
        if (places.getQueueLength() >= limits.maxQueued()) {
            throw new AlluviumException(
                    ErrorCode.TOO_MANY_QUERIES,
                    limits.maxRunning() + " queries are running and " + limits.maxQueued() + " are waiting",
                    "try again when some have ended");
        }
        try {
            if (!places.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new AlluviumException(
                        ErrorCode.QUERY_CANCELED,
                        "the query waited its whole statement timeout of "
                                + limits.statementTimeout().toMillis() + " ms behind " + limits.maxRunning()
                                + " running queries",
                        "try again when some have ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AlluviumException(ErrorCode.QUERY_CANCELED, "the query was canceled before it ran", null, e);
        }
    }

    void leave() {
        places.release();
    }
}

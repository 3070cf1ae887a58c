package io.alluvium.serve.http;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads beside the event loops: a bounded number of platform threads for statements, which may
/// compute for long and then share the processors by the system's time slices, and virtual threads for
/// short calls.
final class Workers implements AutoCloseable {

    private final HttpLimits limits;
    private final ThreadPoolExecutor statements;
    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-call-", 0).factory());

    Workers(HttpLimits limits) {
        this.limits = limits;
        this.statements = new ThreadPoolExecutor(
                limits.runningQueries(),
                limits.runningQueries(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.waitingQueries()),
                Thread.ofPlatform().daemon().name("http-statement-", 0).factory());
        statements.allowCoreThreadTimeOut(true);
    }

    /// Runs what may take long.
    ///
    /// @throws AlluviumException TOO_MANY_QUERIES
    void runStatement(Runnable task) {
        try {
            statements.execute(task);
        } catch (RejectedExecutionException e) {
            throw new AlluviumException(
                    ErrorCode.TOO_MANY_QUERIES,
                    "too many statements: " + limits.runningQueries() + " run and " + limits.waitingQueries() + " wait",
                    "Try again in a moment, or send fewer at the same time",
                    e);
        }
    }

    /// How long a statement may keep its thread for a client that does not read.
    Patience patience() {
        return new Patience(
                limits.stalledClient(),
                limits.stalledWhileOthersWait(),
                () -> !statements.getQueue().isEmpty());
    }

    /// Runs a short call that may block.
    void runCall(Runnable task) {
        calls.execute(task);
    }

    @Override
    public void close() {
        statements.shutdownNow();
        calls.shutdownNow();
    }
}

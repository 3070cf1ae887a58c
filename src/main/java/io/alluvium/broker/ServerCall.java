package io.alluvium.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A call that starts or stops Kafka's server. It has no bounds of its own: it waits for minutes, or for ever, for
/// parts of the server that have failed, such as a controller whose log cannot be written. Once the broker has
/// failed it is given a moment, then interrupted, and in the end left alone.
///
/// @param grace how long a call may go on after the failure before it is interrupted
/// @param patience how long it may go on after that
record ServerCall(BrokerFailure failure, Duration grace, Duration patience) {

    private static final Duration LOOK = Duration.ofMillis(100);

    ServerCall(BrokerFailure failure) {
        this(failure, Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    /// Returns when the call has returned; throws what it throws. An interruption is passed on to the call.
    ///
    /// @return false when it was left alone
    boolean run(String name, Runnable call) {
        var running = new Running(name, call);
        try {
            while (failure.reason() == null) {
                if (running.isDone(LOOK)) {
                    return true;
                }
            }
            if (running.isDone(grace)) {
                return true;
            }
            running.thread.interrupt();
            return running.isDone(patience);
        } finally {
            if (running.isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A call under way on a thread of its own.
    private static final class Running {
        private final CompletableFuture<Void> result = new CompletableFuture<>();
        private final Thread thread;
        /// Whether the one who waits for it was interrupted.
        private boolean isInterrupted;

        Running(String name, Runnable call) {
            thread = Thread.ofPlatform().daemon().name(name).start(() -> {
                try {
                    call.run();
                    result.complete(null);
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        }

        boolean isDone(Duration atMost) {
            long until = System.nanoTime() + atMost.toNanos();
            while (true) {
                try {
                    result.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (TimeoutException e) {
                    return false;
                } catch (InterruptedException e) {
                    isInterrupted = true;
                    thread.interrupt();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException thrown
                            ? thrown
                            : new IllegalStateException(e.getCause());
                }
            }
        }
    }
}

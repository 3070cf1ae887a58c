package io.alluvium.serve.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// How long a statement waits for a client that does not read its answer: long when nobody else wants its place,
/// short when others wait for one. Safe from any thread.
///
/// @param alone how long when no other statement waits
/// @param whileOthersWait how long when others do
/// @param othersWait whether others do now
record Patience(Duration alone, Duration whileOthersWait, BooleanSupplier othersWait) {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// Takes permits that come as the client reads.
    ///
    /// @throws ClientGoneException when they do not come in time
    void acquire(Semaphore permits, int count) throws ClientGoneException, InterruptedException {
        long start = System.nanoTime();
        while (!permits.tryAcquire(count, STEP_NANOS, TimeUnit.NANOSECONDS)) {
            long waited = System.nanoTime() - start;
            if (waited >= alone.toNanos()) {
                throw new ClientGoneException("the client read nothing for " + alone);
            }
            if (waited >= whileOthersWait.toNanos() && othersWait.getAsBoolean()) {
                throw new ClientGoneException(
                        "the client read nothing for " + whileOthersWait + " while other statements wait");
            }
        }
    }
}

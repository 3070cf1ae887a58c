package io.alluvium.retry;

import io.alluvium.data.Durations;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import io.alluvium.metrics.Meters;
import io.alluvium.metrics.RetryMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One source that may be missing, and what comes after each failure to read it: another attempt at a time, or no
/// more. The wait begins at the first failure; the last attempt is made at its end and never after it.
///
/// It does not sleep by itself: a caller with a scheduler acts on [#next], one with a thread of its own uses
/// [#run]. One thread tells it what happened; [#status()] may be asked from any.
public final class Retrier {

    private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);
    private static final List<String> RETRIED = Arrays.stream(FaultCategory.values())
            .filter(FaultCategory::isRetried)
            .map(FaultCategory::name)
            .toList();

    private final RetryPolicy policy;
    private final WaitingSource source;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RetryMeters meters;
    private volatile @Nullable Status status;

    public Retrier(
            RetryPolicy policy, WaitingSource source, InstantSource clock, RandomGenerator random, Meters meters) {
        this.policy = policy;
        this.source = source;
        this.clock = clock;
        this.random = random;
        this.meters = meters.retry(source.table().value(), source.name(), RETRIED);
    }

    /// What comes after a failure.
    public sealed interface Next {
        /// @param at not before this moment
        record Retry(Instant at, Duration delay) implements Next {}

        /// @param timedOut whether the wait is over; otherwise the fault does not cure itself
        record GiveUp(AlluviumException reason, boolean timedOut) implements Next {}
    }

    /// The failures since the source could last be read.
    ///
    /// @param nextAttemptAt empty when there is no further attempt
    /// @param deadline empty when attempts go on without limit, or the fault does not cure itself
    public record Status(
            FaultCategory category,
            int attempts,
            Instant firstFailureAt,
            Optional<Instant> nextAttemptAt,
            Optional<Instant> deadline,
            AlluviumException failure) {

        public String message() {
            String text = failure.getMessage();
            return text == null ? failure.code().name() : text;
        }

        public String hint() {
            return failure.hint().orElse("");
        }

        public String originalError() {
            Throwable cause = failure.getCause();
            return cause == null ? "" : WaysOut.original(cause);
        }
    }

    /// Waits out the time between two attempts.
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration delay) throws InterruptedException;

        /// Puts the calling thread to sleep.
        static Sleeper thread() {
            return Thread::sleep;
        }
    }

    /// Takes note of a failed attempt and says what comes next.
    public Next next(AlluviumException failure) {
        Instant now = clock.instant();
        Status before = status;
        Instant firstFailureAt = before == null ? now : before.firstFailureAt;
        int attempts = before == null ? 1 : before.attempts + 1;
        FaultCategory category = failure.category();
        Optional<Instant> deadline = category.isRetried() ? policy.limit().map(firstFailureAt::plus) : Optional.empty();
        boolean timedOut = deadline.isPresent() && !now.isBefore(deadline.get());
        meters.attempt(category.name());

        if (!category.isRetried() || timedOut) {
            status = new Status(category, attempts, firstFailureAt, Optional.empty(), deadline, failure);
            meters.notWaiting();
            if (timedOut) {
                meters.timeout();
            }
            log("gave up", Duration.between(firstFailureAt, now), "no further try");
            return new Next.GiveUp(failure, timedOut);
        }
        Duration delay = clipped(Backoff.delay(attempts - 1L, policy.backoff(), random), now, deadline);
        Instant at = now.plus(delay);
        status = new Status(category, attempts, firstFailureAt, Optional.of(at), deadline, failure);
        meters.waiting(category.name());
        meters.delay(delay);
        log("waiting", Duration.between(firstFailureAt, now), "next try in " + Durations.approximate(delay));
        return new Next.Retry(at, delay);
    }

    /// Takes note that the source could be read: a later failure begins a new wait.
    public void succeeded() {
        if (status != null) {
            status = null;
            meters.success();
            meters.notWaiting();
        }
    }

    /// Shows in the metrics what the table waits for, also where it does so without this; null when for nothing.
    public void show(@Nullable FaultCategory waitingFor) {
        if (waitingFor == null) {
            meters.notWaiting();
        } else {
            meters.waiting(waitingFor.name());
        }
    }

    /// The failures so far; empty when the last attempt succeeded and before the first.
    public Optional<Status> status() {
        return Optional.ofNullable(status);
    }

    /// Calls `attempt` until it succeeds.
    ///
    /// @param translate makes the fault of any exception but AlluviumException and InterruptedException
    /// @throws AlluviumException the last failure, when no further attempt is made
    public <T> T run(Callable<T> attempt, Function<Exception, AlluviumException> translate, Sleeper sleeper)
            throws InterruptedException {
        while (true) {
            AlluviumException failure;
            try {
                T result = attempt.call();
                succeeded();
                return result;
            } catch (InterruptedException e) {
                throw e;
            } catch (AlluviumException e) {
                failure = e;
            } catch (Exception e) {
                failure = translate.apply(e);
            }
            switch (next(failure)) {
                case Next.GiveUp giveUp -> throw giveUp.reason();
                case Next.Retry retry -> sleepUntil(retry.at(), sleeper);
            }
        }
    }

    private void sleepUntil(Instant at, Sleeper sleeper) throws InterruptedException {
        Duration left = Duration.between(clock.instant(), at);
        while (left.isPositive()) {
            sleeper.sleep(left);
            left = Duration.between(clock.instant(), at);
        }
    }

    private static Duration clipped(Duration delay, Instant now, Optional<Instant> deadline) {
        if (deadline.isEmpty()) {
            return delay;
        }
        Duration left = Duration.between(now, deadline.get());
        return delay.compareTo(left) < 0 ? delay : left;
    }

    private void log(String what, Duration elapsed, String then) {
        Status now = status;
        if (now == null) {
            return;
        }
        LOG.info(
                "table={} {}={} {}: {}, attempt {}, elapsed {}, {}",
                source.table(),
                source.kind(),
                source.name(),
                what,
                now.category,
                now.attempts,
                Durations.approximate(elapsed),
                then);
        LOG.debug("table={} {}={} the cause", source.table(), source.kind(), source.name(), now.failure);
    }
}

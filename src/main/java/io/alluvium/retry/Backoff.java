package io.alluvium.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The delay after an attempt as a pure function of the attempt's number and the policy, in constant time for any
/// number.
public final class Backoff {

    private static final long LEAST_NANOS = 1_000_000;

    private Backoff() {}

    /// The delay without jitter after attempt `attempt`, counted from 0.
    public static Duration delay(long attempt, BackoffPolicy policy) {
        return Duration.ofNanos(nanos(attempt, policy));
    }

    /// The delay moved at random by up to the policy's jitter, at least a millisecond and never past the policy's
    /// maximum.
    public static Duration delay(long attempt, BackoffPolicy policy, RandomGenerator random) {
        long exact = nanos(attempt, policy);
        if (policy.jitter() == 0) {
            return Duration.ofNanos(exact);
        }
        double share = 1 + policy.jitter() * (2 * random.nextDouble() - 1);
        long nanos = Math.max(LEAST_NANOS, Math.round(exact * share));
        return Duration.ofNanos(Math.min(nanos, maxNanos(policy)));
    }

    private static long nanos(long attempt, BackoffPolicy policy) {
        if (attempt < 0) {
            throw new IllegalArgumentException("attempts count from 0, not " + attempt);
        }
        return switch (policy) {
            case BackoffPolicy.Fixed p -> p.interval().toNanos();
            case BackoffPolicy.Linear p -> linear(attempt, p);
            case BackoffPolicy.Exponential p -> exponential(attempt, p);
        };
    }

    private static long linear(long attempt, BackoffPolicy.Linear policy) {
        long max = policy.max().toNanos();
        long interval = policy.interval().toNanos();
        long increment = policy.increment().toNanos();
        if (interval >= max || (increment > 0 && attempt > (max - interval) / increment)) {
            return max;
        }
        return interval + attempt * increment;
    }

    private static long exponential(long attempt, BackoffPolicy.Exponential policy) {
        double nanos = policy.interval().toNanos() * Math.pow(policy.multiplier(), (double) attempt);
        long max = policy.max().toNanos();
        return nanos >= max ? max : Math.round(nanos);
    }

    private static long maxNanos(BackoffPolicy policy) {
        return switch (policy) {
            case BackoffPolicy.Fixed p -> Long.MAX_VALUE;
            case BackoffPolicy.Linear p -> p.max().toNanos();
            case BackoffPolicy.Exponential p -> p.max().toNanos();
        };
    }
}

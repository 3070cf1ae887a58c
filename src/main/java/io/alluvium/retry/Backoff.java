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
        if (attempt < 0) {
            throw new IllegalArgumentException("attempts count from 0, not " + attempt);
        }
        return switch (policy) {
            case BackoffPolicy.Fixed p -> p.interval();
            case BackoffPolicy.Linear p -> linear(attempt, p);
            case BackoffPolicy.Exponential p -> exponential(attempt, p);
        };
    }

    /// The delay moved at random by up to the policy's jitter, at least a millisecond and never past the policy's
    /// maximum.
    public static Duration delay(long attempt, BackoffPolicy policy, RandomGenerator random) {
        Duration exact = delay(attempt, policy);
        if (policy.jitter() == 0) {
            return exact;
        }
        double share = 1 + policy.jitter() * (2 * random.nextDouble() - 1);
        long nanos = Math.max(LEAST_NANOS, Math.round(exact.toNanos() * share));
        return Duration.ofNanos(Math.min(nanos, maxNanos(policy)));
    }

    private static Duration linear(long attempt, BackoffPolicy.Linear policy) {
        long max = policy.max().toNanos();
        long interval = policy.interval().toNanos();
        long increment = policy.increment().toNanos();
        if (interval >= max || (increment > 0 && attempt > (max - interval) / increment)) {
            return policy.max();
        }
        return Duration.ofNanos(interval + attempt * increment);
    }

    private static Duration exponential(long attempt, BackoffPolicy.Exponential policy) {
        double nanos = policy.interval().toNanos() * Math.pow(policy.multiplier(), (double) attempt);
        return nanos >= policy.max().toNanos() ? policy.max() : Duration.ofNanos(Math.round(nanos));
    }

    private static long maxNanos(BackoffPolicy policy) {
        return switch (policy) {
            case BackoffPolicy.Fixed p -> Long.MAX_VALUE;
            case BackoffPolicy.Linear p -> p.max().toNanos();
            case BackoffPolicy.Exponential p -> p.max().toNanos();
        };
    }
}

package io.alluvium.retry;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// How the delay between attempts grows. `jitter` is the share of a delay by which it is moved at random,
/// both ways.
public sealed interface BackoffPolicy {

    /// The names that [#of] takes, besides `exp`.
    List<String> STRATEGIES = List.of("exponential", "linear", "fixed");

    double jitter();

    /// The same delay every time.
    record Fixed(Duration interval, double jitter) implements BackoffPolicy {
        public Fixed {
            checkInterval(interval);
            checkJitter(jitter);
        }
    }

    /// `interval`, `interval + increment`, `interval + 2 × increment` … up to `max`.
    record Linear(Duration interval, Duration increment, Duration max, double jitter) implements BackoffPolicy {
        public Linear {
            checkInterval(interval);
            checkInterval(max);
            checkJitter(jitter);
            if (increment.isNegative()) {
                throw new IllegalArgumentException("an increment is not negative: " + increment);
            }
        }
    }

    /// `interval`, `interval × multiplier`, `interval × multiplier²` … up to `max`.
    record Exponential(Duration interval, double multiplier, Duration max, double jitter) implements BackoffPolicy {
        public Exponential {
            checkInterval(interval);
            checkInterval(max);
            checkJitter(jitter);
            if (!(multiplier >= 1) || Double.isInfinite(multiplier)) {
                throw new IllegalArgumentException("a multiplier is a finite number of at least 1, not " + multiplier);
            }
        }
    }

    /// The policy that the options `retry.strategy`, `retry.interval` and so on describe together. A fixed delay is
    /// not bounded by `max`.
    ///
    /// @param strategy one of [#STRATEGIES] or `exp`, in any case
    /// @throws IllegalArgumentException when the strategy is unknown or a number is out of its range
    static BackoffPolicy of(
            String strategy, Duration interval, double multiplier, Duration increment, Duration max, double jitter) {
        return switch (strategy.strip().toLowerCase(Locale.ROOT)) {
            case "exponential", "exp" -> new Exponential(interval, multiplier, max, jitter);
            case "linear" -> new Linear(interval, increment, max, jitter);
            case "fixed" -> new Fixed(interval, jitter);
            default ->
                throw new IllegalArgumentException("unknown retry strategy '" + strategy + "'; allowed is one of "
                        + String.join(", ", STRATEGIES));
        };
    }

    private static void checkInterval(Duration interval) {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("a delay between attempts is longer than 0, not " + interval);
        }
    }

    private static void checkJitter(double jitter) {
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter is a share from 0 to 1, not " + jitter);
        }
    }
}

package io.alluvium.retry;

import java.time.Duration;
import java.util.Optional;

/// How long a source that cannot be read is tried again.
///
/// @param limit the time from the first failure to the last attempt; zero gives up at once, empty goes on
///     without limit
public record RetryPolicy(BackoffPolicy backoff, Optional<Duration> limit) {

    public RetryPolicy {
        if (limit.isPresent() && limit.get().isNegative()) {
            throw new IllegalArgumentException("a wait is not negative: " + limit.get());
        }
    }

    public static RetryPolicy upTo(Duration wait, BackoffPolicy backoff) {
        return new RetryPolicy(backoff, Optional.of(wait));
    }

    /// For a source that has been there and will be again.
    public RetryPolicy unlimited() {
        return new RetryPolicy(backoff, Optional.empty());
    }
}

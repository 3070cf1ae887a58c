package io.alluvium.source;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.retry.BackoffPolicy;
import io.alluvium.retry.RetryPolicy;
import java.time.Duration;

/// The retry policy that a table's options describe.
public final class SourceRetry {

    private SourceRetry() {}

    /// @param source one of the table's topics or files
    public static RetryPolicy policy(SourceDefinition source, EffectiveOptions options) {
        String prefix = source.optionPrefix() + ".";
        Duration interval = options.duration(prefix + "retry.interval");
        try {
            return RetryPolicy.upTo(
                    options.duration(prefix + "wait.timeout"),
                    BackoffPolicy.of(
                            options.text(prefix + "retry.strategy"),
                            interval,
                            options.number(prefix + "retry.multiplier"),
                            options.findDuration(prefix + "retry.increment").orElse(interval),
                            options.duration(prefix + "retry.max.delay"),
                            options.number(prefix + "retry.jitter")));
        } catch (IllegalArgumentException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the options " + prefix + "retry.… do not fit together",
                    e.getMessage(),
                    e);
        }
    }
}

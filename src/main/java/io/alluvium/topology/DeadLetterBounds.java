package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import java.time.Duration;

/// How many dead letters of a table are kept, and how long.
record DeadLetterBounds(int rows, Duration age) {

    /// What the records as they came may take in all.
    static final long MOST_BYTES = 64L << 20;

    static DeadLetterBounds of(EffectiveOptions options) {
        return new DeadLetterBounds(options.integer("error.max.rows"), options.duration("error.retention"));
    }
}

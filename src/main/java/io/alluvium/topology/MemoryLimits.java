package io.alluvium.topology;

import java.time.Duration;

/// What memory tables and the views of them may take.
///
/// @param bytes what tables and queries may take together before loads stand still
/// @param viewBytes what tables have given up and only views still have, before the oldest of these is ended
/// @param viewWarnAfter how old a view is when it is named in the log
public record MemoryLimits(long bytes, long viewBytes, Duration viewWarnAfter) {

    private static final double MOST_OF_HEAP = 0.85;

    /// What tables and queries may take together before those stand still, too, that are loaded and follow their
    /// source: half way between the limit and the heap, for the rest of which there is garbage to be made.
    long hardBytes() {
        long heap = Runtime.getRuntime().maxMemory();
        return Math.max(bytes, Math.min(bytes + (heap - bytes) / 2, (long) (heap * MOST_OF_HEAP)));
    }
}

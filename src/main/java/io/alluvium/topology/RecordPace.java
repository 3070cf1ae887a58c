package io.alluvium.topology;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Lets no more records pass in a second than a number, as an average since the first. Used by one thread at a
/// time.
final class RecordPace {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// What was not used longer ago than this is not made up for.
    private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double nanosPerRecord;
    private final LongSupplier nanoTime;
    /// When the next record is due.
    private double dueNanos;
    private boolean hasBegun;

    /// @param perSecond 0 for no limit
    RecordPace(int perSecond, LongSupplier nanoTime) {
        this.nanosPerRecord = perSecond == 0 ? 0 : 1e9 / perSecond;
        this.nanoTime = nanoTime;
    }

    /// Counts records that pass.
    ///
    /// @return how long to wait before more may come
    long take(int records) {
        if (nanosPerRecord == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        if (!hasBegun || dueNanos < now - MEMORY_NANOS) {
            hasBegun = true;
            dueNanos = now;
        }
        dueNanos += records * nanosPerRecord;
        long ahead = (long) (dueNanos - now);
        return ahead < SHORTEST_PAUSE_NANOS ? 0 : ahead;
    }

    /// As [#take], and waits, unless it is asked to end.
    void pass(int records, BooleanSupplier isEnded) {
        long wait = take(records);
        if (wait == 0) {
            return;
        }
        long until = nanoTime.getAsLong() + wait;
        for (long left = wait; left > 0 && !isEnded.getAsBoolean(); left = until - nanoTime.getAsLong()) {
            LockSupport.parkNanos(Math.min(left, LONGEST_PAUSE_NANOS));
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}

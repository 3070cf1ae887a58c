package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.function.LongSupplier;

/// Refuses more rows once all tables together have reached the memory limit, so that the heap never runs over. Safe
/// from any thread.
final class MemoryGuard {

    private static final long LOOK_AGAIN_NANOS = 100_000_000L;

    private final long limitBytes;
    private final LongSupplier usedBytes;
    private volatile long lookedNanos;
    private volatile long used;

    /// @param usedBytes the estimated heap of all tables
    MemoryGuard(long limitBytes, LongSupplier usedBytes) {
        this.limitBytes = limitBytes;
        this.usedBytes = usedBytes;
        this.lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;
    }

    /// @throws AlluviumException MEMORY_LIMIT when there is no room for more rows of `table`
    void check(TableName table) {
        long now = System.nanoTime();
        if (now - lookedNanos >= LOOK_AGAIN_NANOS) {
            lookedNanos = now;
            used = usedBytes.getAsLong();
        }
        if (used > limitBytes) {
            throw new AlluviumException(
                    ErrorCode.MEMORY_LIMIT,
                    "there is no memory for more rows of the table " + table + ": the tables take " + megabytes(used)
                            + " MB, and alluvium.memory.limit is " + megabytes(limitBytes) + " MB",
                    "Drop tables, leave out rows or columns in the SELECT, keep a large table on disk (WITH"
                            + " (\"table.storage\" = \"rocksdb\")), or raise alluvium.memory.limit and with it the heap"
                            + " (-Xmx in ALLUVIUM_JAVA_OPTS).");
        }
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }
}

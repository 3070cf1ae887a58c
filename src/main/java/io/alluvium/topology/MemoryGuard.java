package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.function.LongSupplier;

/// Says whether there is memory for more rows, so that the heap never runs over. Safe from any thread.
///
/// Two things speak against it: what tables and queries are known to take has reached its limit, or the heap was
/// still nearly full after the last garbage collection, whatever fills it. Tables that are being loaded stand still
/// at `alluvium.memory.limit`; those that follow their source go on for longer, because most changes take the place
/// of what was there.
final class MemoryGuard {

    private static final long LOOK_AGAIN_NANOS = 10_000_000L;
    /// A look may take one part in so many of the time.
    private static final int LOOK_SHARE = 30;
    /// A look that was interrupted seems dear: what is taken for its price grows by this much from one to the next.
    private static final int MOST_DEARER = 2;
    /// A load that stands still goes on below this share of the limit.
    private static final double ROOM = 0.95;

    private final MemoryLimits limits;
    private final LongSupplier tableBytes;
    private final LongSupplier nanoTime;
    private final HeapPressure pressure = new HeapPressure();
    private volatile LongSupplier queryBytes = () -> 0;
    private volatile Look last;

    /// @param used what tables and queries take
    /// @param pauseNanos how long it counts
    /// @param untilNanos from when on it is time to look again
    private record Look(long used, boolean isHeapFull, long pauseNanos, long untilNanos) {}

    /// @param tableBytes what all tables take
    MemoryGuard(MemoryLimits limits, LongSupplier tableBytes) {
        this(limits, tableBytes, System::nanoTime);
    }

    /// @param nanoTime a clock as [System#nanoTime]
    MemoryGuard(MemoryLimits limits, LongSupplier tableBytes, LongSupplier nanoTime) {
        this.limits = limits;
        this.tableBytes = tableBytes;
        this.nanoTime = nanoTime;
        this.last = new Look(0, false, LOOK_AGAIN_NANOS, nanoTime.getAsLong());
    }

    /// Counts what queries take, too.
    void count(LongSupplier bytes) {
        queryBytes = bytes;
    }

    /// @throws AlluviumException MEMORY_LIMIT when there is no room for one table more
    void check(TableName table) {
        if (!hasRoom(false)) {
            throw new AlluviumException(
                    ErrorCode.MEMORY_LIMIT,
                    "there is no memory for the table " + table + ": " + reason(false),
                    "Drop tables, keep a large one on disk (WITH (\"table.storage\" = \"rocksdb\")), or raise"
                            + " alluvium.memory.limit and with it the heap (ALLUVIUM_HEAP).");
        }
    }

    /// @param isLive whether the rows are those of a table that is loaded and follows its source
    boolean isFull(boolean isLive) {
        Look look = look();
        return look.isHeapFull || look.used >= limit(isLive);
    }

    /// Whether a table that stands still may go on.
    boolean hasRoom(boolean isLive) {
        Look look = look();
        return !look.isHeapFull && look.used < ROOM * limit(isLive);
    }

    /// Whether rows that take so many bytes may come in at once.
    boolean hasRoomFor(long bytes) {
        return look().used + bytes < limit(true);
    }

    /// Why a table stands still.
    ///
    /// @param bytes what it takes itself
    AlluviumException standstill(TableName table, long bytes, boolean isLive) {
        return new AlluviumException(
                ErrorCode.MEMORY_LIMIT,
                (isLive
                                ? "the table " + table + " takes no more changes in: "
                                : "the load of the table " + table + " stands still: ")
                        + reason(isLive) + "; the table itself takes " + Amounts.text(bytes),
                "It goes on by itself when there is room: drop other tables, or drop this one and leave out rows or"
                        + " columns in its SELECT. Or start the service with a greater alluvium.memory.limit and with"
                        + " it a greater heap (ALLUVIUM_HEAP).");
    }

    private String reason(boolean isLive) {
        Look look = look();
        if (look.used >= ROOM * limit(isLive)) {
            return "tables and queries take " + Amounts.text(look.used) + " and may take "
                    + Amounts.text(limit(isLive))
                    + (isLive
                            ? ", the most that alluvium.memory.limit = " + Amounts.text(limits.bytes())
                                    + " leaves to tables that are loaded"
                            : " (alluvium.memory.limit)");
        }
        return "the heap of " + Amounts.text(Runtime.getRuntime().maxMemory())
                + " is nearly full after a garbage collection, though tables and queries take only "
                + Amounts.text(look.used);
    }

    private long limit(boolean isLive) {
        return isLive ? limits.hardBytes() : limits.bytes();
    }

    private Look look() {
        Look look = last;
        long now = nanoTime.getAsLong();
        if (now - look.untilNanos >= 0) {
            long used = tableBytes.getAsLong() + queryBytes.getAsLong();
            boolean isHeapFull = pressure.isHigh();
            long end = nanoTime.getAsLong();
            long pause = Math.clamp(LOOK_SHARE * (end - now), LOOK_AGAIN_NANOS, MOST_DEARER * look.pauseNanos);
            look = new Look(used, isHeapFull, pause, end + pause);
            last = look;
        }
        return look;
    }
}

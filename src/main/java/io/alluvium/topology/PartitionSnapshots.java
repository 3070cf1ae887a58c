package io.alluvium.topology;

import io.alluvium.table.PartitionView;
import io.alluvium.table.SnapshotFiles;
import io.alluvium.table.TableStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One partition of a table: up to which record its rows in memory contain the topic, and its snapshots.
///
/// The thread that applies the records says with [#commit] what the rows contain at that moment; the newest such
/// pair of view and offset waits for the snapshot thread, which takes it with [#write] when it is time.
final class PartitionSnapshots {

    private static final long UNKNOWN = -1;

    private final @Nullable TableStore store;
    private final int partition;
    private final @Nullable SnapshotFiles files;
    private final InstantSource clock;
    private final Duration interval;

    private volatile long contained = UNKNOWN;
    private boolean forgotten;
    private @Nullable Pair pending;
    private @Nullable Pair written;
    private long dueNanos;

    /// A view, the offset of the record after those whose rows it has, and when that was so.
    private record Pair(PartitionView view, long next, Instant at) {

        @SuppressWarnings("ReferenceEquality") // A view is the same one until something changes.
        boolean isSame(Pair other) {
            return view == other.view && next == other.next;
        }
    }

    /// @param store null as `files` is where no snapshots are taken
    PartitionSnapshots(
            @Nullable TableStore store,
            int partition,
            @Nullable SnapshotFiles files,
            InstantSource clock,
            Duration interval) {
        this.store = store;
        this.partition = partition;
        this.files = files;
        this.clock = clock;
        this.interval = interval;
        this.dueNanos = System.nanoTime() + interval.toNanos();
    }

    int partition() {
        return partition;
    }

    Optional<SnapshotFiles> files() {
        return Optional.ofNullable(files);
    }

    /// The rows have come from a snapshot.
    synchronized void loaded(long next) {
        contained = next;
        written = now(next);
    }

    /// The offset of the record after those that the rows contain; empty while that is not known.
    OptionalLong contained() {
        long next = contained;
        return next == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /// Everything before the offset `next`, and nothing after it, is in the rows. On the thread that applies
    /// records.
    synchronized void commit(long next) {
        contained = next;
        if (files == null) {
            return;
        }
        Pair now = now(next);
        pending = now != null && written != null && written.isSame(now) ? null : now;
    }

    private @Nullable Pair now(long next) {
        return Optional.ofNullable(store)
                .flatMap(rows -> rows.partition(partition))
                .map(view -> new Pair(view, next, clock.instant()))
                .orElse(null);
    }

    /// Which records the rows contain is not to be relied on any more: they go when the partition is opened next.
    synchronized void forget() {
        contained = UNKNOWN;
        forgotten = true;
        pending = null;
        written = null;
        if (files != null) {
            dueNanos = System.nanoTime() + interval.toNanos();
        }
    }

    /// Whether the rows had been given up since the partition was opened before.
    synchronized boolean wasForgotten() {
        boolean was = forgotten;
        forgotten = false;
        return was;
    }

    /// Has the next pair written as soon as it is there.
    synchronized void due() {
        dueNanos = System.nanoTime();
    }

    /// As [#due], unless there is a snapshot already.
    synchronized void dueIfNew() {
        if (files != null && files.last().isEmpty()) {
            due();
        }
    }

    synchronized boolean isWaiting() {
        return pending != null && System.nanoTime() - dueNanos >= 0;
    }

    /// Writes a snapshot if it is time and something has changed. On the snapshot thread.
    void write(SnapshotFiles.Pace pace) throws IOException {
        SnapshotFiles into = files;
        Pair next;
        synchronized (this) {
            next = pending;
            if (into == null || next == null || System.nanoTime() - dueNanos < 0) {
                return;
            }
            pending = null;
            dueNanos = System.nanoTime() + interval.toNanos();
        }
        try {
            into.write(next.view, next.next, next.at, pace);
        } catch (IOException | RuntimeException e) {
            tryAgainLater(next);
            throw e;
        }
        synchronized (this) {
            written = forgotten ? null : next;
        }
    }

    private synchronized void tryAgainLater(Pair failed) {
        if (pending == null && !forgotten) {
            pending = failed;
        }
    }
}

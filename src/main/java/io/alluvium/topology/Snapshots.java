package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshots of all tables: the one thread that writes them, at a bounded rate, and those that read them at a
/// start. Safe from any thread.
///
/// A table's are in `<directory>/<application id>/<partition>/`; only one filling at a time has a directory.
final class Snapshots implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final Duration LONGEST_TICK = Duration.ofMillis(500);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(20);
    private static final int MAX_READERS = 8;
    private static final Duration READERS_IDLE = Duration.ofSeconds(5);

    private final SnapshotSettings settings;
    private final InstantSource clock;
    private final List<TableSnapshots> open = new CopyOnWriteArrayList<>();
    private final Set<Path> used = ConcurrentHashMap.newKeySet();
    private final Semaphore wakes = new Semaphore(0);
    private final int readerCount = Math.min(MAX_READERS, Runtime.getRuntime().availableProcessors());
    private final ThreadPoolExecutor readers;
    private final Thread thread;
    private volatile boolean closed;

    /// Keeps the writing below the bytes a second that the settings allow.
    interface Speed {
        /// Waits as long as needed, or until `hurry` says so.
        void written(long bytes, BooleanSupplier hurry);
    }

    Snapshots(SnapshotSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.readers = new ThreadPoolExecutor(
                readerCount,
                readerCount,
                READERS_IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("snapshot-reader-", 1).factory());
        readers.allowCoreThreadTimeOut(true);
        this.thread = Thread.ofPlatform().daemon().name("snapshot").unstarted(this::run);
        if (settings.enabled()) {
            thread.start();
        }
    }

    SnapshotSettings settings() {
        return settings;
    }

    InstantSource clock() {
        return clock;
    }

    ExecutorService readers() {
        return readers;
    }

    int readerCount() {
        return readerCount;
    }

    /// Those of a filling that is about to begin.
    ///
    /// @param content what the rows are: a snapshot of other content is not used
    /// @param store one that keeps its rows on disk itself has no snapshots
    TableSnapshots of(TableName table, String applicationId, String content, int partitions, TableStorage store) {
        Path directory = settings.directory().resolve(applicationId);
        TableStore rows = store instanceof TableStore inMemory ? inMemory : null;
        boolean isOn = rows != null && settings.enabled() && used.add(directory);
        var added = new TableSnapshots(this, table, isOn ? rows : null, directory, content, partitions);
        if (isOn) {
            open.add(added);
        }
        return added;
    }

    void remove(TableSnapshots ended, Path directory) {
        if (open.remove(ended)) {
            used.remove(directory);
        }
    }

    void wake() {
        wakes.release();
    }

    private void run() {
        var speed = new SteadySpeed(settings.maxBytesPerSecond());
        while (!closed) {
            try {
                if (wakes.tryAcquire(tick().toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
            for (TableSnapshots table : open) {
                table.write(speed);
            }
        }
    }

    private Duration tick() {
        Duration quarter = settings.interval().dividedBy(4);
        if (quarter.compareTo(SHORTEST_TICK) < 0) {
            return SHORTEST_TICK;
        }
        return quarter.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : quarter;
    }

    private static final class SteadySpeed implements Speed {
        private static final long PAUSE_NANOS = 5_000_000;
        private static final double NANOS = 1e9;
        private final double bytesPerSecond;
        private long freeNanos = System.nanoTime();

        SteadySpeed(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        @Override
        public void written(long bytes, BooleanSupplier hurry) {
            long now = System.nanoTime();
            freeNanos = Math.max(freeNanos, now) + (long) (bytes / bytesPerSecond * NANOS);
            while (freeNanos - System.nanoTime() > PAUSE_NANOS && !hurry.getAsBoolean()) {
                java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// Deletes the snapshots of the applications that nobody uses any more.
    void delete(Predicate<String> isUnused) {
        Path root = settings.directory();
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> all = Files.list(root)) {
            all.filter(path -> isUnused.test(String.valueOf(path.getFileName())) && !used.contains(path))
                    .forEach(Snapshots::deleteTree);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("snapshots in {} could not be deleted: {}", root, e.toString());
        }
    }

    private static void deleteTree(Path top) {
        try (Stream<Path> tree = Files.walk(top)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the threads; all tables have been closed before.
    @Override
    public void close() {
        closed = true;
        wake();
        readers.shutdownNow();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.alluvium.topology;

import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.format.Widening;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.table.SnapshotFiles;
import io.alluvium.table.SnapshotFiles.Loaded;
import io.alluvium.table.SnapshotFiles.Snapshot;
import io.alluvium.table.TableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshots of one filling of a table, all partitions, and up to which records its rows contain the topic.
///
/// A partition is loaded before its application starts, from a directory that Kafka Streams does not know: it opens
/// a store several times and wipes what it does not like.
final class TableSnapshots implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableSnapshots.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final Duration WARN_AGAIN = Duration.ofMinutes(5);

    private final Snapshots service;
    private final TableName table;
    private final @Nullable TableStore store;
    private final Path directory;
    private final List<PartitionSnapshots> partitions = new ArrayList<>();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean hurries;
    private volatile boolean live;
    private volatile boolean closed;
    private long warnAgainNanos = System.nanoTime();

    /// What a snapshot of a partition must fit.
    ///
    /// @param begin the offset of the first record that the topic has
    /// @param end the offset after the last one
    /// @param longestAge how old a snapshot may be that is not at the end: a topic that is compacted forgets
    ///     deletions some time after they came, and the replay of its tail would leave their rows
    private record Bounds(long begin, long end, Duration longestAge) {}

    /// @param store null where no snapshots are taken
    /// @param content what the rows are: a snapshot of other content is not used
    TableSnapshots(
            Snapshots service, TableName table, @Nullable TableStore store, Path directory, String content, int count) {
        this.service = service;
        this.table = table;
        this.store = store;
        this.directory = directory;
        for (int p = 0; p < count; p++) {
            var files = new SnapshotFiles(directory.resolve(Integer.toString(p)), content + "\npartition " + p);
            partitions.add(new PartitionSnapshots(
                    store,
                    p,
                    store == null ? null : files,
                    service.clock(),
                    service.settings().interval()));
        }
    }

    /// Loads what there are snapshots of, one partition after the other.
    ///
    /// @param ends for each partition the offset after its last record
    /// @param memory a snapshot for which there is no room is not used
    void load(Topic topic, Map<TopicPartition, Long> ends, KafkaCluster cluster, MemoryGuard memory)
            throws InterruptedException {
        TableStore into = store;
        if (into == null || !Files.isDirectory(directory)) {
            return;
        }
        Map<TopicPartition, Long> begins = cluster.beginningOffsets(topic);
        Duration longestAge = Duration.ofMillis(cluster.keepsDeletionsMillis(topic) / 2);
        for (int partition = 0; partition < partitions.size(); partition++) {
            var place = new TopicPartition(topic.name(), partition);
            load(
                    into,
                    partition,
                    new Bounds(begins.getOrDefault(place, 0L), ends.getOrDefault(place, 0L), longestAge),
                    memory);
        }
    }

    private void load(TableStore into, int partition, Bounds bounds, MemoryGuard memory) throws InterruptedException {
        Optional<SnapshotFiles> files = partitions.get(partition).files();
        if (files.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        Instant now = service.clock().instant();
        Loaded loaded = files.get()
                .load(
                        into,
                        partition,
                        snapshot -> refusal(snapshot, bounds, now).or(() -> refusal(snapshot, into, memory)),
                        (narrow, wide) -> Widening.of(narrow, wide).equals(wide),
                        service.readers(),
                        service.readerCount());
        switch (loaded) {
            case Loaded.Nothing() -> {}
            case Loaded.Rows(Snapshot snapshot) -> {
                partitions.get(partition).loaded(snapshot.next());
                LOG.info(
                        "table={} partition {}: {} rows up to offset {} from the snapshot of {} in {} ms",
                        table,
                        partition,
                        snapshot.rows(),
                        snapshot.next(),
                        snapshot.takenAt(),
                        (System.nanoTime() - start) / 1_000_000);
            }
            case Loaded.Refused(String reason) ->
                LOG.info(
                        "table={} partition {}: its snapshot is not used: {}; it is loaded from Kafka",
                        table,
                        partition,
                        reason);
            case Loaded.Damaged(String reason) ->
                LOG.warn(
                        "table={} partition {}: its snapshot is damaged and was set aside: {}; it is loaded from Kafka",
                        table,
                        partition,
                        reason);
        }
    }

    private static Optional<String> refusal(Snapshot snapshot, TableStore into, MemoryGuard memory) {
        return memory.hasRoomFor(into.bytes() + snapshot.bytes())
                ? Optional.empty()
                : Optional.of("there is no memory for its " + Amounts.text(snapshot.bytes()));
    }

    private static Optional<String> refusal(Snapshot snapshot, Bounds bounds, Instant now) {
        if (snapshot.next() < bounds.begin) {
            return Optional.of("the topic begins at offset " + bounds.begin + ", after its offset " + snapshot.next());
        }
        if (snapshot.next() > bounds.end) {
            return Optional.of("the topic ends at offset " + bounds.end + ", before its offset " + snapshot.next());
        }
        Duration age = Duration.between(snapshot.takenAt(), now);
        if (snapshot.next() < bounds.end && age.compareTo(bounds.longestAge) > 0) {
            return Optional.of("it is of " + snapshot.takenAt()
                    + ", and the topic may have forgotten deletions that came after it");
        }
        return Optional.empty();
    }

    /// The offset of the record after those that the rows of a partition contain; empty while that is not known.
    OptionalLong contained(int partition) {
        return partitions.get(partition).contained();
    }

    /// Everything before the offset `next`, and nothing after it, is in the partition's rows.
    void commit(int partition, long next) {
        partitions.get(partition).commit(next);
    }

    /// Which records the partition's rows contain is not to be relied on any more.
    void forget(int partition) {
        LOG.warn("table={} partition {} is loaded anew from Kafka", table, partition);
        writing.lock();
        try {
            PartitionSnapshots known = partitions.get(partition);
            known.forget();
            if (known.files().isPresent()) {
                known.files().get().delete();
            }
        } catch (IOException e) {
            LOG.warn("table={} partition {}: its snapshot could not be deleted: {}", table, partition, e.toString());
        } finally {
            writing.unlock();
        }
    }

    /// Whether the partition's rows had been given up since it was opened before.
    boolean wasForgotten(int partition) {
        return partitions.get(partition).wasForgotten();
    }

    /// The table has all that its source holds: what has no snapshot yet gets one.
    void live() {
        live = true;
        partitions.forEach(PartitionSnapshots::dueIfNew);
    }

    boolean isLive() {
        return live;
    }

    /// Writes those snapshots for which it is time. On the snapshot thread.
    void write(Snapshots.Speed speed) {
        for (PartitionSnapshots partition : partitions) {
            writing.lock();
            try {
                if (!closed) {
                    partition.write(bytes -> pause(speed, bytes));
                }
            } catch (IOException | RuntimeException e) {
                failed(partition, e);
            } finally {
                writing.unlock();
            }
        }
    }

    private void pause(Snapshots.Speed speed, long bytes) throws IOException {
        if (!hurries) {
            speed.written(bytes, () -> hurries || closed);
        }
        if (closed) {
            throw new IOException("the table was closed");
        }
    }

    private void failed(PartitionSnapshots partition, Exception e) {
        if (!closed && System.nanoTime() - warnAgainNanos >= 0) {
            warnAgainNanos = System.nanoTime() + WARN_AGAIN.toNanos();
            LOG.warn(
                    "table={} partition {}: no snapshot could be written to {}: {}; the one before stays, the next"
                            + " attempt is in {} s",
                    table,
                    partition.partition(),
                    directory,
                    e.toString(),
                    service.settings().interval().toSeconds());
        }
    }

    /// The newest snapshots, empty while there is none.
    Optional<TableStatus.Snapshot> status(long recordsRestored) {
        var positions = new ArrayList<TableStatus.PartitionPosition>();
        Instant oldest = Instant.MAX;
        long bytes = 0;
        for (PartitionSnapshots partition : partitions) {
            Optional<Snapshot> last = partition.files().flatMap(SnapshotFiles::last);
            if (last.isPresent()) {
                positions.add(new TableStatus.PartitionPosition(
                        partition.partition(), last.get().next()));
                bytes += last.get().bytes();
                oldest = oldest.isBefore(last.get().takenAt())
                        ? oldest
                        : last.get().takenAt();
            }
        }
        return positions.isEmpty()
                ? Optional.empty()
                : Optional.of(new TableStatus.Snapshot(oldest, bytes, recordsRestored, positions));
    }

    /// Has what was said last by [#commit] written, for a bounded time, and ends the taking of snapshots. The
    /// application must have been closed before.
    @Override
    public void close() {
        hurries = true;
        if (store != null && !closed) {
            partitions.forEach(PartitionSnapshots::due);
            service.wake();
            long until = System.nanoTime() + CLOSE_WAIT.toNanos();
            try {
                while (isWriting() && System.nanoTime() - until < 0) {
                    Thread.sleep(LOOK_AGAIN);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        end();
    }

    private boolean isWriting() {
        return partitions.stream().anyMatch(PartitionSnapshots::isWaiting) || writing.isLocked();
    }

    /// Ends the taking of snapshots; those that there are will not be used again.
    void discard() {
        end();
    }

    private void end() {
        closed = true;
        writing.lock();
        try {
            service.remove(this, directory);
        } finally {
            writing.unlock();
        }
    }
}

package io.alluvium.topology;

import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.AlluviumException;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.table.TableStorage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One filling of a table: its store, the application that feeds it, and what brings the rows into its topic. A
/// table that is loaded anew has a second generation beside the one that is served, until the new one is as far.
final class Generation implements AutoCloseable {

    final Feed feed;
    /// The topics that must stay the ones they are: the table's own, and before it the one that a job reads.
    final List<Topic> topics;
    final LiveShape shape;
    final TableStorage store;
    final LoadProgress progress;
    final BadRecords bad;
    private final Intake intake;
    private final TableSnapshots snapshots;
    private final TableApplication application;
    private final @Nullable LoaderRun loader;
    private final @Nullable Job job;
    private final Map<Integer, Long> starts;
    private final Map<TopicPartition, Long> boundary;
    private final long startedNanos = System.nanoTime();
    private volatile long liveNanos;

    /// @param starts for each partition the offset of the first record that does not come from a snapshot
    Generation(
            Feed feed,
            @Nullable Topic jobSource,
            LiveShape shape,
            TableStorage store,
            BadRecords bad,
            Intake intake,
            TableSnapshots snapshots,
            TableApplication application,
            @Nullable LoaderRun loader,
            @Nullable Job job,
            LoadProgress progress,
            Map<Integer, Long> starts,
            Map<TopicPartition, Long> boundary) {
        this.feed = feed;
        this.topics = jobSource == null ? List.of(feed.topic()) : List.of(jobSource, feed.topic());
        this.shape = shape;
        this.store = store;
        this.bad = bad;
        this.intake = intake;
        this.snapshots = snapshots;
        this.application = application;
        this.loader = loader;
        this.job = job;
        this.progress = progress;
        this.starts = Map.copyOf(starts);
        this.boundary = Map.copyOf(boundary);
    }

    /// Whether the table holds everything that its source held when it began.
    boolean isLoaded() {
        if (!application.isPastBoundary()) {
            return false;
        }
        if (loader == null) {
            return true;
        }
        if (!loader.isBulkDone()) {
            return false;
        }
        Map<Integer, Long> positions = application.positions();
        return loader.ends().entrySet().stream()
                .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    void live() {
        liveNanos = System.nanoTime();
        intake.live();
        snapshots.live();
        bad.loaded();
    }

    /// Why no rows come in for want of memory; empty when they do.
    Optional<AlluviumException> standstill() {
        return intake.standstill();
    }

    /// The rows of the table of errors; empty when bad records are counted alone.
    Optional<TableStorage> errors() {
        return bad.letters().map(DeadLetters::store);
    }

    Optional<LoaderRun> loader() {
        return Optional.ofNullable(loader);
    }

    Map<Integer, Long> positions() {
        return application.positions();
    }

    /// The records taken so far.
    long loaded() {
        return application.positions().entrySet().stream()
                .mapToLong(p -> p.getValue() - starts.getOrDefault(p.getKey(), 0L))
                .sum();
    }

    /// The records of the bulk part, as far as it can be told.
    OptionalLong total() {
        if (loader != null && !loader.isBulkDone()) {
            long expected = progress.rowsExpected();
            return expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected);
        }
        if (loader != null && progress.rowsSent() > 0) {
            return OptionalLong.of(Math.max(progress.rowsSent(), loaded()));
        }
        return OptionalLong.of(boundary.entrySet().stream()
                .mapToLong(e -> e.getValue() - starts.getOrDefault(e.getKey().partition(), 0L))
                .sum());
    }

    /// Seconds from the start to the end of bulk, or to now.
    double bulkSeconds() {
        long end = liveNanos == 0 ? System.nanoTime() : liveNanos;
        return Math.max(1e-3, (end - startedNanos) / 1e9);
    }

    /// The records that are in the topic and not yet in the table.
    long lagRecords() {
        return application.lagRecords();
    }

    /// What is on disk for the next start.
    Optional<TableStatus.Snapshot> snapshot() {
        return snapshots.status(application.restoredRecords());
    }

    /// Stops everything, also what serves the rows.
    void release() {
        close();
        store.close();
    }

    /// The same for a generation whose rows nobody needs any more.
    void discard() {
        stop();
        snapshots.discard();
        store.delete();
    }

    /// Stops everything that feeds the store; its rows stay, and are written to disk for the next start.
    @Override
    public void close() {
        stop();
        snapshots.close();
    }

    private void stop() {
        intake.end();
        if (loader != null) {
            loader.close();
        }
        if (job != null) {
            job.close();
        }
        application.close();
        bad.letters().ifPresent(DeadLetters::close);
    }
}

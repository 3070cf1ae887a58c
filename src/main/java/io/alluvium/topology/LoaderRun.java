package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.retry.Retrier;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A loader at work on a thread of its own: everything that the source holds, then what changes, from where the
/// last run had come to. A source that cannot be read later on is tried again without limit; a position that is
/// lost has the source loaded again over the rows that there are ([Reload]).
final class LoaderRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoaderRun.class);
    private static final long CLOSE_MILLIS = 5_000;

    private final TableName table;
    private final ExternalSource source;
    private final ExternalSource.Discovery discovery;
    private final String topic;
    private final Supplier<InputTopicSink> sinks;
    private final Retrier retrier;
    private final Thread thread;
    private Position position;
    private volatile boolean bulkDone;
    private volatile Map<Integer, Long> ends = Map.of();
    private volatile @Nullable AlluviumException dead;

    /// @param topic the input topic
    /// @param committed where the last run had come to
    /// @param sinks makes the way into the input topic; called again after a failure
    LoaderRun(
            TableName table,
            ExternalSource source,
            ExternalSource.Discovery discovery,
            String topic,
            Optional<PositionTopic.Entry> committed,
            Supplier<InputTopicSink> sinks,
            Retrier retrier) {
        this.table = table;
        this.source = source;
        this.discovery = discovery;
        this.topic = topic;
        this.position = committed.map(PositionTopic.Entry::position).orElse(Position.START);
        this.bulkDone = committed.map(PositionTopic.Entry::bulkDone).orElse(false);
        this.sinks = sinks;
        this.retrier = retrier;
        this.thread = Thread.ofPlatform().daemon().name("loader-" + table).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Whether everything that the source held at first is in the input topic.
    boolean isBulkDone() {
        return bulkDone;
    }

    /// For each partition of the input topic one past the last record of this run.
    Map<Integer, Long> ends() {
        return ends;
    }

    /// Why the source cannot be read at present, while it is tried again.
    Optional<Retrier.Status> failing() {
        return retrier.status();
    }

    /// Why there will be no further attempt.
    Optional<AlluviumException> dead() {
        return Optional.ofNullable(dead);
    }

    private void run() {
        try {
            while (!isDone()) {}
        } catch (InterruptedException e) {
            LOG.debug("table={} loader stopped", table);
        } catch (AlluviumException e) {
            dead = e;
        } catch (RuntimeException e) {
            LOG.error("table={} the loader failed", table, e);
            dead = new AlluviumException(
                    ErrorCode.INTERNAL, "the loader failed: " + e, "see the log; this is a fault of Alluvium", e);
        }
    }

    /// Runs one loader as long as it keeps its place in the source.
    ///
    /// @return whether there is nothing to follow
    private boolean isDone() throws InterruptedException {
        try (Loader loader = source.open(discovery, topic)) {
            load(loader);
            while (true) {
                try {
                    follow(loader);
                    return true;
                } catch (AlluviumException failure) {
                    pauseOrGiveUp(failure);
                    if (failure.code() == ErrorCode.POSITION_LOST) {
                        return false;
                    }
                }
            }
        } catch (LoadFailedException failed) {
            pauseOrGiveUp(failed.failure);
            return false;
        }
    }

    /// Everything that the source holds, unless that has been done.
    private void load(Loader loader) throws InterruptedException, LoadFailedException {
        boolean again = position.equals(Reload.UNFINISHED);
        if (bulkDone && !again) {
            return;
        }
        try (InputTopicSink sink = sinks.get()) {
            sink.start();
            try {
                Position loaded = again ? reload(loader, sink) : loader.loadAll(position, sink);
                sink.endBulk();
                sink.commit(loaded);
                ends = sink.ends();
                bulkDone = true;
            } finally {
                keepPosition(sink);
            }
            retrier.succeeded();
        } catch (AlluviumException failure) {
            throw new LoadFailedException(failure);
        }
    }

    private Position reload(Loader loader, InputTopicSink sink) throws InterruptedException {
        var reload = new Reload(sink);
        sink.readAgain("");
        Position loaded = loader.loadAll(Position.START, reload);
        int deleted = reload.deleteOthers();
        LOG.info("table={} its source was loaded again; {} rows were there no longer", table, deleted);
        return loaded;
    }

    private void follow(Loader loader) throws InterruptedException {
        try (InputTopicSink sink = sinks.get()) {
            sink.start();
            sink.endBulk();
            try {
                retrier.succeeded();
                loader.follow(position, sink);
            } finally {
                keepPosition(sink);
            }
        }
    }

    private void keepPosition(InputTopicSink sink) {
        if (!sink.committed().equals(Position.START)) {
            position = sink.committed();
        }
    }

    private void pauseOrGiveUp(AlluviumException failure) throws InterruptedException {
        if (failure.code() == ErrorCode.POSITION_LOST) {
            LOG.warn("table={} its source is loaded again: {}", table, failure.getMessage());
            position = Reload.UNFINISHED;
            return;
        }
        switch (retrier.next(failure)) {
            case Retrier.Next.Retry retry -> Thread.sleep(retry.delay());
            case Retrier.Next.GiveUp giveUp -> throw giveUp.reason();
        }
    }

    /// A load that has to be tried again with a loader of its own.
    private static final class LoadFailedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient AlluviumException failure;

        LoadFailedException(AlluviumException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

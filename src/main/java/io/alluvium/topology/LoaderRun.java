package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.retry.Retrier;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A loader at work on a thread of its own, in the instance whose turn it is ([LoaderGroup]): everything that the
/// source holds, then what changes, from where it was left, by whichever instance. In the others it looks when the
/// source has been loaded.
///
/// A source that cannot be read later on is tried again without limit; a position that is lost has the source
/// loaded again over the rows that there are ([Reload]).
final class LoaderRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoaderRun.class);
    private static final long CLOSE_MILLIS = 5_000;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final ExternalSource source;
    private final ExternalSource.Discovery discovery;
    private final InputTopic input;
    private final LoaderGroup group;
    private final Retrier retrier;
    private final Thread thread;
    private Position position = Position.START;
    /// Whether the source does not know the position any more.
    private boolean isLost;
    private volatile boolean bulkDone;
    private volatile Map<Integer, Long> ends = Map.of();
    private volatile @Nullable AlluviumException dead;
    private volatile boolean closed;
    /// Whether the thread is at the source; guarded by this.
    private boolean working;

    LoaderRun(
            ExternalSource source,
            ExternalSource.Discovery discovery,
            InputTopic input,
            LoaderGroup group,
            Retrier retrier) {
        this.source = source;
        this.discovery = discovery;
        this.input = input;
        this.group = group;
        this.retrier = retrier;
        this.thread = Thread.ofPlatform().daemon().name("loader-" + table()).unstarted(this::run);
    }

    void start() {
        bulkDone = input.committed().map(PositionTopic.Entry::bulkDone).orElse(false);
        group.add(this);
        thread.start();
    }

    TableName table() {
        return input.table();
    }

    /// Whether everything that the source held at first is in the input topic.
    boolean isBulkDone() {
        return bulkDone;
    }

    /// For each partition of the input topic one past the last record of the bulk part, when that was done while
    /// this ran.
    Map<Integer, Long> ends() {
        return ends;
    }

    /// Why the source cannot be read at present, while it is tried again.
    Optional<Retrier.Status> failing() {
        return group.owns(table()) ? retrier.status() : Optional.empty();
    }

    /// Why there will be no further attempt.
    Optional<AlluviumException> dead() {
        return Optional.ofNullable(dead);
    }

    private void run() {
        try {
            boolean done = false;
            while (!done && !closed) {
                try {
                    awaitTurn();
                    done = isDone();
                } catch (InterruptedException e) {
                    LOG.info("table={} its loader stops", table());
                    isLost = false;
                } finally {
                    endTurn();
                }
            }
        } catch (AlluviumException e) {
            dead = e;
        } catch (RuntimeException e) {
            LOG.error("table={} the loader failed", table(), e);
            dead = new AlluviumException(
                    ErrorCode.INTERNAL, "the loader failed: " + e, "see the log; this is a fault of Alluvium", e);
        }
    }

    private void awaitTurn() throws InterruptedException {
        while (!beginTurn()) {
            if (!group.awaitTurn(table(), LOOK_AGAIN) && !bulkDone) {
                look();
            }
        }
    }

    private synchronized boolean beginTurn() {
        working = group.owns(table());
        return working;
    }

    private synchronized void endTurn() {
        working = false;
        if (!closed) {
            // It was meant for the turn that is over.
            Thread.interrupted();
        }
        notifyAll();
    }

    /// Asks the thread to leave the source, as another instance is to go on.
    synchronized void giveUpTurn() {
        if (working) {
            thread.interrupt();
        }
    }

    /// Waits until the thread has left the source, or the time is over.
    ///
    /// @param until in the time of [System#nanoTime()]
    synchronized void awaitEndOfTurn(long until) throws InterruptedException {
        while (working && until - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, until - System.nanoTime());
        }
    }

    /// Looks whether the instance whose turn it is has loaded everything.
    private void look() {
        try {
            if (input.committed().filter(LoaderRun::isWhole).isPresent()) {
                ends = input.ends();
                bulkDone = true;
            }
        } catch (AlluviumException e) {
            LOG.debug("table={} it cannot be seen how far its load is", table(), e);
        }
    }

    private static boolean isWhole(PositionTopic.Entry entry) {
        return entry.bulkDone() && !entry.position().equals(Reload.UNFINISHED);
    }

    /// Runs one loader as long as it keeps its place in the source.
    ///
    /// @return whether there is nothing to follow
    private boolean isDone() throws InterruptedException {
        try (Loader loader = source.open(discovery, input.topic().name())) {
            load(loader);
            while (true) {
                try {
                    return isFollowed(loader);
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
        try {
            if (!isLost && input.committed().filter(LoaderRun::isWhole).isPresent()) {
                return;
            }
            try (InputTopicSink sink = input.open()) {
                sink.start();
                if (!isWholeNow()) {
                    Position loaded = isLost ? reload(loader, sink) : loader.loadAll(position, sink);
                    sink.endBulk();
                    sink.commit(loaded);
                    ends = sink.ends();
                    isLost = false;
                    bulkDone = true;
                }
            }
            retrier.succeeded();
        } catch (AlluviumException failure) {
            throw new LoadFailedException(failure);
        }
    }

    /// Takes up the position where it was left. Nobody else changes it after a sink has started: what an attempt
    /// before has committed, though it was told otherwise, is seen, too.
    ///
    /// @return whether the bulk part is done
    private boolean isWholeNow() {
        Optional<PositionTopic.Entry> committed = input.committed();
        position = committed.map(PositionTopic.Entry::position).orElse(Position.START);
        isLost |= position.equals(Reload.UNFINISHED);
        if (isLost || committed.filter(LoaderRun::isWhole).isEmpty()) {
            return false;
        }
        if (!bulkDone) {
            ends = input.ends();
            bulkDone = true;
        }
        return true;
    }

    private Position reload(Loader loader, InputTopicSink sink) throws InterruptedException {
        var reload = new Reload(sink);
        sink.readAgain("");
        Position loaded = loader.loadAll(Position.START, reload);
        int deleted = reload.deleteOthers();
        LOG.info("table={} its source was loaded again; {} rows were there no longer", table(), deleted);
        return loaded;
    }

    /// @return false when the source has to be loaded first
    private boolean isFollowed(Loader loader) throws InterruptedException {
        try (InputTopicSink sink = input.open()) {
            sink.start();
            if (!isWholeNow()) {
                return false;
            }
            sink.endBulk();
            retrier.succeeded();
            loader.follow(position, sink);
            return true;
        }
    }

    private void pauseOrGiveUp(AlluviumException failure) throws InterruptedException {
        if (closed || !group.owns(table())) {
            // The failure is that of a call that the end of the turn has interrupted, or of a write by two.
            throw new InterruptedException();
        }
        if (failure.code() == ErrorCode.POSITION_LOST) {
            LOG.warn("table={} its source is loaded again: {}", table(), failure.getMessage());
            isLost = true;
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
        closed = true;
        group.remove(this);
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

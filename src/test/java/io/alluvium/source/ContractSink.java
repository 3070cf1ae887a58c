package io.alluvium.source;

import io.alluvium.data.Position;
import io.alluvium.testkit.RecordingSink;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A sink that commits rows and position at once, and does something at chosen calls: fails, waits, or changes the
/// source. The loader's thread sends; any thread may ask what was committed.
///
/// As with a producer whose transaction was lost, nothing can be sent after a fault until it is begun again.
final class ContractSink implements ChangeSink {

    /// When something is done.
    enum Moment {
        SEND,
        COMMIT,
        /// Behind a commit that has taken effect.
        COMMITTED
    }

    /// Something to do at a call.
    interface Hook {
        /// @param number counts the calls of this kind from 1
        void at(Moment moment, long number) throws InterruptedException;
    }

    /// What the sink was told to fail with.
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String message) {
            super(message);
        }
    }

    private final RecordingSink rows = new RecordingSink();
    private volatile Hook hook = (moment, number) -> {};
    private final Map<Moment, Long> calls = new EnumMap<>(Moment.class);
    private boolean ready;
    private boolean endsBulk;
    private boolean bulkDone;
    private int pending;
    private int mostPending;

    void hook(Hook next) {
        hook = next;
    }

    /// Does something once.
    void at(Moment moment, long number, Runnable action) {
        hook((present, count) -> {
            if (present == moment && count == number) {
                action.run();
            }
        });
    }

    /// Fails once.
    void failAt(Moment moment, long number) {
        at(moment, number, () -> {
            throw new Fault("at " + moment + " " + number);
        });
    }

    /// Lets go what was sent and not committed, and is ready again.
    synchronized void begin() {
        rows.abort();
        pending = 0;
        ready = true;
        endsBulk = bulkDone;
    }

    /// What is committed from now on says that the bulk part is done.
    synchronized void endBulk() {
        endsBulk = true;
    }

    private void call(Moment moment) throws InterruptedException {
        long number;
        synchronized (this) {
            if (!ready) {
                throw new IllegalStateException("the loader uses a sink that has failed");
            }
            number = calls.merge(moment, 1L, Long::sum);
        }
        try {
            hook.at(moment, number);
        } catch (Fault e) {
            synchronized (this) {
                rows.abort();
                ready = false;
            }
            throw e;
        }
    }

    @Override
    public void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
        call(Moment.SEND);
        synchronized (this) {
            rows.send(key, value);
            mostPending = Math.max(mostPending, ++pending);
        }
    }

    @Override
    public void commit(Position position) throws InterruptedException {
        call(Moment.COMMIT);
        synchronized (this) {
            rows.commit(position);
            pending = 0;
            bulkDone = endsBulk;
        }
        call(Moment.COMMITTED);
    }

    @Override
    public synchronized void progress(long done, long total) {
        rows.progress(done, total);
    }

    @Override
    public synchronized void readBack(Receiver receiver) {
        rows.readBack(receiver);
    }

    @Override
    public synchronized void bad(String place, @Nullable String column, String reason, byte[] raw) {
        rows.bad(place, column, reason, raw);
    }

    @Override
    public synchronized void readAgain(String places) {
        rows.readAgain(places);
    }

    /// The committed rows, sorted as texts; one that is there under two keys stands there twice.
    synchronized List<String> rows() {
        return rows.values().stream().sorted().toList();
    }

    synchronized List<RecordingSink.Bad> bad() {
        return List.copyOf(rows.bad());
    }

    synchronized Position position() {
        return rows.position();
    }

    synchronized boolean isBulkDone() {
        return bulkDone;
    }

    /// The greatest number of rows and deletions that were sent between two commits.
    synchronized int mostPending() {
        return mostPending;
    }
}

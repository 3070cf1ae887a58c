package io.alluvium.source.file;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Passes changes on to a sink and says when they are to be committed: after so many rows or so much time.
final class Changes {

    /// How many rows are committed together at the most.
    static final int MOST_ROWS = 50_000;

    private static final long LONGEST_NANOS = 1_000_000_000;

    private final ChangeSink sink;
    private final int mostRows;
    private final LongSupplier nanoClock;
    private long committedNanos;
    private int pending;
    private boolean uncommitted;

    Changes(ChangeSink sink, int mostRows, LongSupplier nanoClock) {
        this.sink = sink;
        this.mostRows = mostRows;
        this.nanoClock = nanoClock;
        this.committedNanos = nanoClock.getAsLong();
    }

    void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
        touch();
        pending++;
        sink.send(key, value);
    }

    void bad(String place, @Nullable String column, String reason, byte[] raw) {
        touch();
        pending++;
        sink.bad(place, column, reason, raw);
    }

    void readAgain(String places) {
        sink.readAgain(places);
    }

    /// Says that the position is another one.
    void touch() {
        uncommitted = true;
    }

    boolean isUncommitted() {
        return uncommitted;
    }

    /// How many records are handed over together at the most.
    int mostTogether() {
        return Math.min(mostRows, FileBatch.MOST_RECORDS);
    }

    /// Whether so many more rows can be committed together with those that were sent.
    boolean hasRoomFor(int rows) {
        return pending == 0 || pending + rows <= mostRows;
    }

    /// Whether it is time to commit.
    ///
    /// @throws InterruptedException when the thread was told to stop
    boolean isDue() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the loader was stopped");
        }
        return pending >= mostRows || (uncommitted && nanoClock.getAsLong() - committedNanos >= LONGEST_NANOS);
    }

    void commit(Position position, long done, long total) throws InterruptedException {
        sink.commit(position);
        sink.progress(done, total);
        pending = 0;
        uncommitted = false;
        committedNanos = nanoClock.getAsLong();
    }
}

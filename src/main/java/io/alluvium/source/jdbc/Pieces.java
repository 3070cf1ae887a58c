package io.alluvium.source.jdbc;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Passes changes on to a sink and says when they are to be committed: after so many rows, bytes or so much time.
/// Belongs to the loader's thread.
final class Pieces {

    private static final int MOST_ROWS = 50_000;
    private static final long MOST_BYTES = 16 << 20;
    private static final long LONGEST_NANOS = 1_000_000_000;

    private final ChangeSink sink;
    private final LongSupplier nanoClock;
    private long committedNanos;
    private int rows;
    private long bytes;

    Pieces(ChangeSink sink, LongSupplier nanoClock) {
        this.sink = sink;
        this.nanoClock = nanoClock;
        this.committedNanos = nanoClock.getAsLong();
    }

    void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
        sink.send(key, value);
        rows++;
        bytes += key.length + (value == null ? 0 : value.length);
    }

    void bad(Batch.Bad record) {
        sink.bad(record.place, record.column, record.reason, record.raw);
        rows++;
    }

    boolean isUncommitted() {
        return rows > 0;
    }

    /// Whether it is time to commit.
    ///
    /// @throws InterruptedException when the thread was told to stop
    boolean isDue() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the loader was stopped");
        }
        return rows >= MOST_ROWS
                || bytes >= MOST_BYTES
                || (rows > 0 && nanoClock.getAsLong() - committedNanos >= LONGEST_NANOS);
    }

    void commit(Position position) throws InterruptedException {
        sink.commit(position);
        rows = 0;
        bytes = 0;
        committedNanos = nanoClock.getAsLong();
    }
}

package io.alluvium.source.file;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads that read files ahead of a loader. Each reads one file, or one range of a file; there are no more of
/// them than a number, and what they have read and nobody has taken is bounded. Belongs to the loader's thread.
final class Readers implements AutoCloseable {

    /// How many bytes of a file are one range.
    static final int RANGE_BYTES = 1 << 19;
    /// How many bytes of rows each may have ready.
    private static final long MOST_BYTES = 2 << 20;
    private static final long IDLE_SECONDS = 5;

    private final int most;
    private final int rangeBytes;
    private @Nullable ThreadPoolExecutor threads;
    private int reading;

    /// @param most how many read at the same time; with one the loader's thread reads alone
    Readers(int most, int rangeBytes) {
        this.most = most;
        this.rangeBytes = rangeBytes;
    }

    /// Whether files are read by other threads than the loader's.
    boolean areSeveral() {
        return most > 1;
    }

    int rangeBytes() {
        return rangeBytes;
    }

    /// Whether there are fewer at work than there may be.
    boolean hasFree() {
        return areSeveral() && reading < most;
    }

    /// Reads on a thread of its own, until it is closed.
    ReadAhead start(FileBatches.Opening opening) {
        reading++;
        var ahead = new ReadAhead(opening, MOST_BYTES, () -> reading--);
        threads().execute(ahead);
        return ahead;
    }

    private ThreadPoolExecutor threads() {
        ThreadPoolExecutor present = threads;
        if (present == null) {
            present = new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("file-reader-", 1).factory());
            threads = present;
        }
        return present;
    }

    @Override
    public void close() {
        ThreadPoolExecutor present = threads;
        threads = null;
        if (present != null) {
            present.shutdown();
        }
    }
}

package io.alluvium.table;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Builds indexes in the background: one piece of one index after another, so that a large one does not keep the
/// others waiting. Safe from any thread.
public final class IndexBuilder {

    private static final IndexBuilder SHARED = new IndexBuilder(oneThread());

    private final Executor executor;

    /// @param executor runs the pieces; how many at a time is its to say, those of one index are never run together
    public IndexBuilder(Executor executor) {
        this.executor = executor;
    }

    /// That of the process: one thread, which is there while there is work.
    public static IndexBuilder shared() {
        return SHARED;
    }

    private static Executor oneThread() {
        var pool = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("alluvium-index").factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// Has an index take in what there is for it.
    void wake(SecondaryIndex index) {
        if (index.markAsWaiting()) {
            executor.execute(() -> step(index));
        }
    }

    private void step(SecondaryIndex index) {
        if (index.step()) {
            wake(index);
        }
    }
}

package io.alluvium.source.file;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads on a thread of its own ahead of who takes the batches, as far as a number of bytes goes. What the reading
/// fails with is thrown behind the batches that came before. [#next] and [#close] belong to one thread.
final class ReadAhead implements FileBatches, Runnable {

    private final Opening opening;
    private final long mostBytes;
    private final Runnable onClose;
    private boolean isClosed;
    /// These are guarded by this.
    private final Queue<FileBatch> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean ended;
    private boolean abandoned;
    private @Nullable Throwable failure;

    /// @param onClose called once
    ReadAhead(Opening opening, long mostBytes, Runnable onClose) {
        this.opening = opening;
        this.mostBytes = mostBytes;
        this.onClose = onClose;
    }

    @Override
    public void run() {
        Throwable thrown = null;
        try (FileBatches batches = opening.open()) {
            FileBatch batch = batches.next();
            while (batch != null && put(batch)) {
                batch = batches.next();
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            thrown = e;
        }
        end(thrown);
    }

    /// @return false when nobody wants any more
    private synchronized boolean put(FileBatch batch) throws InterruptedException {
        while (waitingBytes >= mostBytes && !abandoned) {
            wait();
        }
        if (!abandoned) {
            waiting.add(batch);
            waitingBytes += batch.bytes();
            notifyAll();
        }
        return !abandoned;
    }

    private synchronized void end(@Nullable Throwable thrown) {
        ended = true;
        failure = thrown;
        notifyAll();
    }

    @Override
    public synchronized @Nullable FileBatch next() throws IOException, InterruptedException {
        while (waiting.isEmpty() && !ended) {
            wait();
        }
        FileBatch batch = waiting.poll();
        if (batch != null) {
            waitingBytes -= batch.bytes();
            notifyAll();
            return batch;
        }
        switch (failure) {
            case null -> {
                return null;
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("a reader of files was stopped", e);
        }
    }

    /// Gives up what was not read.
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        synchronized (this) {
            abandoned = true;
            waiting.clear();
            notifyAll();
        }
        onClose.run();
    }
}

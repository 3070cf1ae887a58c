package io.alluvium.source;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs loaders on a thread as a table does: everything first, then what changes, from what was committed; a
/// position that is lost has everything loaded again, and what did not come again is deleted. What a loader fails
/// with is noted and tried again at once, until it is stopped: a load with a new loader, following with the same.
/// What a definition is wrong with ends it.
final class LoaderDrive implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 60_000;
    private static final long PAUSE_MILLIS = 5;
    private static final Position UNFINISHED = new Position(Map.of("reload", "unfinished"));

    private final WritableSource source;
    private final ContractSink sink;
    private final boolean restarts;
    private final Runnable betweenAttempts;
    private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile @Nullable Throwable end;
    private boolean lost;

    LoaderDrive(WritableSource source, ContractSink sink) {
        this(source, sink, false, () -> {});
    }

    /// @param restarts whether a loader that failed while it followed is replaced by a new one
    /// @param betweenAttempts called by the loader's thread after each fault of the sink
    LoaderDrive(WritableSource source, ContractSink sink, boolean restarts, Runnable betweenAttempts) {
        this.source = source;
        this.sink = sink;
        this.restarts = restarts;
        this.betweenAttempts = betweenAttempts;
        this.thread = Thread.ofPlatform().name("contract-loader").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                runOne();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            end = e;
        }
    }

    private void runOne() throws InterruptedException {
        try (Loader loader = source.open()) {
            load(loader);
            boolean same = true;
            while (same) {
                try {
                    sink.begin();
                    loader.follow(sink.position(), sink);
                    throw new IllegalStateException("follow has returned");
                } catch (AlluviumException | ContractSink.Fault e) {
                    note(e);
                    same = !lost && !restarts;
                }
            }
        } catch (AlluviumException | ContractSink.Fault e) {
            note(e);
        }
    }

    private void load(Loader loader) throws InterruptedException {
        boolean again = lost || sink.position().equals(UNFINISHED);
        if (sink.isBulkDone() && !again) {
            return;
        }
        sink.begin();
        Position loaded = again ? reload(loader) : loader.loadAll(sink.position(), sink);
        sink.endBulk();
        sink.commit(loaded);
        lost = false;
    }

    private Position reload(Loader loader) throws InterruptedException {
        var reload = new Reload();
        sink.readAgain("");
        Position loaded = loader.loadAll(Position.START, reload);
        reload.deleteOthers();
        return loaded;
    }

    private void note(RuntimeException failure) throws InterruptedException {
        failures.add(failure);
        if (failure instanceof AlluviumException known && known.category() == FaultCategory.CONFIGURATION) {
            throw failure;
        }
        lost |= failure instanceof AlluviumException known && known.code() == ErrorCode.POSITION_LOST;
        if (failure instanceof ContractSink.Fault) {
            betweenAttempts.run();
        }
        Thread.sleep(PAUSE_MILLIS);
    }

    /// What loaders and sink have failed with so far.
    List<RuntimeException> failures() {
        return List.copyOf(failures);
    }

    /// The codes of the errors that loaders have ended with.
    List<ErrorCode> codes() {
        return failures.stream()
                .filter(AlluviumException.class::isInstance)
                .map(e -> ((AlluviumException) e).code())
                .toList();
    }

    /// Waits until what was committed is what the source holds.
    void awaitRows() {
        await("the rows of the source", () -> sink.rows().equals(source.rows()));
    }

    void await(String what, BooleanSupplier condition) {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (!thread.isAlive() && !condition.getAsBoolean()) {
                throw new AssertionError("the loader has ended", end);
            }
            if (System.currentTimeMillis() > until) {
                var failure = new AssertionError("waited in vain for " + what + "; " + difference() + "; position "
                        + sink.position() + "; bad " + sink.bad() + "; " + failures.size() + " failures");
                failures.stream().limit(5).forEach(failure::addSuppressed);
                throw failure;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private String difference() {
        List<String> missing = new ArrayList<>(source.rows());
        List<String> surplus = new ArrayList<>(sink.rows());
        sink.rows().forEach(missing::remove);
        source.rows().forEach(surplus::remove);
        return "missing " + missing + ", surplus " + surplus;
    }

    void interrupt() {
        thread.interrupt();
    }

    /// Waits for the end of the loader's thread.
    ///
    /// @return what it has ended with
    @Nullable
    Throwable awaitEnd() {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (thread.isAlive()) {
            var failure = new AssertionError("the loader does not stop; it is at the place below");
            failure.setStackTrace(thread.getStackTrace());
            throw failure;
        }
        return end;
    }

    @Override
    public void close() {
        interrupt();
        Throwable ended = awaitEnd();
        if (!(ended instanceof InterruptedException)) {
            throw new AssertionError("the loader has not ended by the interruption", ended);
        }
    }

    /// Takes everything into a sink that has rows already; nothing of the loader's positions is committed.
    private final class Reload extends ForwardingSink {
        private final Set<ByteBuffer> sent = new HashSet<>();

        Reload() {
            super(LoaderDrive.this.sink);
        }

        @Override
        public void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
            if (value == null) {
                sent.remove(ByteBuffer.wrap(key));
            } else {
                sent.add(ByteBuffer.wrap(key));
            }
            sink.send(key, value);
        }

        @Override
        public void commit(Position position) throws InterruptedException {
            sink.commit(UNFINISHED);
        }

        void deleteOthers() throws InterruptedException {
            sink.commit(UNFINISHED);
            List<byte[]> others = new ArrayList<>();
            sink.readBack((key, value) -> {
                if (value != null && !sent.contains(ByteBuffer.wrap(key))) {
                    others.add(key);
                }
            });
            for (byte[] key : others) {
                sink.send(key, null);
            }
        }
    }
}

package io.alluvium.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ContractSink.Moment;
import io.alluvium.testkit.RecordingSink;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every loader does, whatever it reads: a loader is right when a table over it ends up with the rows of its
/// source. Each loader has a class that extends this one and says what its source is; `-Dcontract.seed=…` repeats
/// a run.
public abstract class LoaderContract {

    private static final long SEED = Long.getLong("contract.seed", System.nanoTime());
    private static final int SMALL = 8;

    /// A new source without rows.
    protected abstract WritableSource newSource();

    /// Of how many calls one is tried out where all could be.
    protected int stride() {
        return 1;
    }

    /// How many rows a source has that is read in many pieces.
    protected int manyRows() {
        return 2_000;
    }

    /// How many changes come while a loader reads.
    protected int manyChanges() {
        return 120;
    }

    /// A test that is told by its seed.
    @FunctionalInterface
    private interface Body {
        void run(Random random) throws Exception;
    }

    private static void seeded(Body body) {
        try {
            body.run(new Random(SEED));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
        }
    }

    @Test
    void whileTheSourceIsWrittenNothingIsMissedAndNothingIsDoubled() {
        seeded(random -> {
            try (WritableSource source = newSource()) {
                source.insert(manyRows());
                var sink = new ContractSink();
                try (var writer = new Writer(source, manyChanges(), random.nextLong());
                        var drive = new LoaderDrive(source, sink)) {
                    writer.finish();
                    drive.awaitRows();
                    assertThat(new HashSet<>(drive.codes())).isSubsetOf(ErrorCode.POSITION_LOST);
                }
                assertSame(source, sink);
            }
        });
    }

    @Test
    void afterAFaultAtAnyCallTheNextLoaderGoesOnToTheSameRows() {
        seeded(random -> {
            for (Moment moment : Moment.values()) {
                for (boolean restarts : new boolean[] {true, false}) {
                    long number = 1 + random.nextLong(stride());
                    while (hasFailed(moment, number, restarts, SMALL, random.nextLong())) {
                        number += stride();
                    }
                }
            }
        });
    }

    @Test
    void afterAFaultInALongLoadTheNextLoaderGoesOnToTheSameRows() {
        seeded(random -> {
            for (int i = 0; i < 8 / Math.min(stride(), 4); i++) {
                hasFailed(Moment.SEND, 1 + random.nextInt(manyRows()), true, manyRows(), random.nextLong());
                hasFailed(Moment.COMMIT, 1 + random.nextInt(6), true, manyRows(), random.nextLong());
                hasFailed(Moment.COMMITTED, 1 + random.nextInt(6), true, manyRows(), random.nextLong());
            }
        });
    }

    /// Loads and follows with a sink that fails once; the source changes before the next attempt.
    ///
    /// @param restarts whether a loader that failed while it followed is replaced by a new one
    /// @return whether there were as many calls
    private boolean hasFailed(Moment moment, long number, boolean restarts, int rows, long seed) {
        var random = new Random(seed);
        var betweenAttempts = new Random(random.nextLong());
        try (WritableSource source = newSource()) {
            source.insert(rows);
            var sink = new ContractSink();
            sink.failAt(moment, number);
            var changer = new Changer(source, betweenAttempts);
            List<RuntimeException> failures;
            try (var drive = new LoaderDrive(source, sink, restarts, changer)) {
                drive.awaitRows();
                for (int i = 0; i < 4; i++) {
                    source.change(random);
                }
                drive.awaitRows();
                // The last row is committed behind all that a fault has led to.
                sink.hook((present, count) -> {});
                source.insert(1);
                drive.awaitRows();
                failures = drive.failures();
                assertThat(new HashSet<>(drive.codes())).isSubsetOf(ErrorCode.POSITION_LOST);
            }
            assertSame(source, sink);
            return !failures.isEmpty();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "fault at " + moment + " " + number + (restarts ? ", new loader" : ", same loader")
                            + ", seed of it " + seed + ": " + e.getMessage(),
                    e);
        }
    }

    private record Changer(WritableSource source, Random random) implements Runnable {
        @Override
        public void run() {
            for (int i = 0; i < 3; i++) {
                source.change(random);
            }
        }
    }

    @Test
    void aSlowSinkLosesNothingAndIsNeverHandedMoreThanABatchUncommitted() {
        seeded(random -> {
            try (WritableSource source = newSource()) {
                source.insert(manyRows());
                var sink = new ContractSink();
                var pauses = new Random(random.nextLong());
                sink.hook((moment, number) -> {
                    if (pauses.nextInt(moment == Moment.SEND ? 150 : 3) == 0) {
                        Thread.sleep(pauses.nextInt(6));
                    }
                });
                try (var drive = new LoaderDrive(source, sink)) {
                    for (int i = 0; i < 12; i++) {
                        source.insert(1 + random.nextInt(20));
                        Thread.sleep(random.nextInt(12));
                    }
                    drive.awaitRows();
                    assertThat(drive.failures()).isEmpty();
                }
                assertSame(source, sink);
                assertThat(sink.mostPending()).isBetween(1, source.mostPending());
            }
        });
    }

    @Test
    void aSourceThatFailsInTheMiddleIsReadOnFromTheCommittedPosition() {
        seeded(random -> {
            for (int i = 0; i < outages(); i++) {
                fail(i, 1 + random.nextInt(50), false, random);
                fail(i, 1, true, random);
            }
        });
    }

    private int outages() {
        try (WritableSource source = newSource()) {
            return source.outages().size();
        }
    }

    /// @param follows whether it fails behind the load
    private void fail(int index, int sends, boolean follows, Random random) {
        try (WritableSource source = newSource()) {
            WritableSource.Outage outage = source.outages().get(index);
            source.insert(follows ? SMALL : 6 * manyRows());
            var sink = new ContractSink();
            var begun = new CountDownLatch(1);
            Runnable begin = () -> {
                outage.begin().run();
                begun.countDown();
            };
            if (!follows) {
                sink.at(Moment.SEND, sends, begin);
            }
            try (var drive = new LoaderDrive(source, sink)) {
                if (follows) {
                    drive.awaitRows();
                    sink.hook((moment, number) -> {
                        if (moment == Moment.SEND && begun.getCount() > 0) {
                            begin.run();
                        }
                    });
                    source.insert(SMALL);
                }
                drive.await("the outage", () -> begun.getCount() == 0);
                if (outage.isSeen()) {
                    drive.await("an error", () -> !drive.codes().isEmpty());
                }
                outage.end().run();
                source.change(random);
                drive.awaitRows();
                Set<ErrorCode> allowed = new HashSet<>(outage.codes());
                allowed.add(ErrorCode.POSITION_LOST);
                assertThat(new HashSet<>(drive.codes())).isSubsetOf(allowed);
            }
            assertSame(source, sink);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("outage " + index + (follows ? " while it is followed" : " at send " + sends), e);
        }
    }

    @Test
    void aSourceThatIsCutEmptiedOrReplacedGivesTheRowsThatItHasThen() {
        seeded(random -> {
            try (WritableSource source = newSource()) {
                source.insert(60);
                var sink = new ContractSink();
                for (WritableSource.Upheaval upheaval : source.upheavals()) {
                    try (var drive = new LoaderDrive(source, sink)) {
                        drive.awaitRows();
                        upheaval.action().run();
                        drive.awaitRows();
                        source.insert(20 + random.nextInt(20));
                        drive.awaitRows();
                    } catch (AssertionError e) {
                        throw new AssertionError(upheaval.name() + " while it is followed: " + e.getMessage(), e);
                    }
                    upheaval.action().run();
                    try (var drive = new LoaderDrive(source, sink)) {
                        drive.awaitRows();
                        source.insert(20 + random.nextInt(20));
                        drive.awaitRows();
                    } catch (AssertionError e) {
                        throw new AssertionError(upheaval.name() + " while no loader runs: " + e.getMessage(), e);
                    }
                    assertSame(source, sink);
                }
            }
        });
    }

    @Test
    void aStopEndsTheLoaderAtAnyMoment() {
        seeded(random -> {
            for (Moment moment : Moment.values()) {
                for (boolean blocks : new boolean[] {false, true}) {
                    int rows = manyRows() / 4;
                    int inLoad = 1 + random.nextInt(moment == Moment.SEND ? rows : 1);
                    stop(moment, inLoad, blocks, rows, random);
                    stop(moment, (moment == Moment.SEND ? SMALL : 2) + 1 + random.nextInt(4), blocks, SMALL, random);
                }
            }
        });
    }

    /// @param blocks whether the sink stands still until the loader is stopped
    private void stop(Moment moment, int number, boolean blocks, int rows, Random random) throws Exception {
        try (WritableSource source = newSource()) {
            source.insert(rows);
            var sink = new ContractSink();
            var reached = new CountDownLatch(1);
            var never = new CountDownLatch(1);
            sink.hook((present, count) -> {
                if (present == moment && count >= number && reached.getCount() > 0) {
                    reached.countDown();
                    if (blocks) {
                        never.await();
                    } else {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            try (var drive = new LoaderDrive(source, sink)) {
                drive.await("call " + moment + " " + number, () -> {
                    boolean isReached = reached.getCount() == 0;
                    if (!isReached) {
                        source.change(random);
                    }
                    return isReached;
                });
                if (blocks) {
                    drive.interrupt();
                }
                assertThat(drive.awaitEnd()).isInstanceOf(InterruptedException.class);
            }
            try (var next = new LoaderDrive(source, sink)) {
                next.awaitRows();
            }
            assertSame(source, sink);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "stopped at " + moment + " " + number + " of " + rows + (blocks ? ", blocked" : ""), e);
        }
    }

    @Test
    void aBadRecordThatIsMendedIsForgottenWithTheNextLook() {
        try (WritableSource source = newSource()) {
            assumeTrue(source.looksAtBadRecordsAgain(), "this loader looks only at rows that are new or changed");
        }
        seeded(random -> {
            try (WritableSource source = newSource()) {
                source.insert(SMALL);
                source.spoil();
                var sink = new ContractSink();
                try (var drive = new LoaderDrive(source, sink)) {
                    drive.await("the bad record", () -> sink.rows().size() == SMALL && places(sink) == 1);
                    source.mend();
                    drive.awaitRows();
                    drive.await("that it is forgotten", () -> sink.bad().isEmpty());
                    source.spoil();
                    drive.await("the next one", () -> places(sink) == 1);
                }
                source.mend();
                try (var drive = new LoaderDrive(source, sink)) {
                    drive.awaitRows();
                    drive.await("that it is forgotten", () -> sink.bad().isEmpty());
                }
            }
        });
    }

    private static long places(ContractSink sink) {
        return sink.bad().stream().map(RecordingSink.Bad::place).distinct().count();
    }

    private static void assertSame(WritableSource source, ContractSink sink) {
        assertThat(sink.rows()).isEqualTo(source.rows());
        assertThat(sink.bad()).isEmpty();
    }

    /// Changes a source on a thread of its own.
    private static final class Writer implements AutoCloseable {
        private final Thread thread;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Writer(WritableSource source, int changes, long seed) {
            var random = new Random(seed);
            thread = Thread.ofPlatform().name("contract-writer").start(() -> {
                try {
                    for (int i = 0; i < changes; i++) {
                        source.change(random);
                        Thread.sleep(random.nextInt(4));
                    }
                } catch (InterruptedException | RuntimeException e) {
                    failure.set(e);
                }
            });
        }

        void finish() throws InterruptedException {
            thread.join();
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new AssertionError("writing failed", thrown);
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}

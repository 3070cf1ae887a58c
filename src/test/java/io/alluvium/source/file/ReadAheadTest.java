package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

    private static final int ROW_BYTES = 1_000;

    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    private FileBatch batch() {
        var batch = new FileBatch(1, 0);
        batch.add(new byte[0], new byte[ROW_BYTES], made.getAndIncrement());
        return batch;
    }

    /// Batches without an end.
    private FileBatches endless() {
        return new FileBatches() {
            @Override
            public FileBatch next() {
                return batch();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }

    private static Thread start(ReadAhead ahead) {
        return Thread.ofPlatform().daemon().start(ahead);
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime()).as("it reads on and on").isLessThan(until);
            Thread.sleep(1);
        }
    }

    @Test
    void noMoreIsReadAheadThanSoManyBytes() throws Exception {
        try (var ahead = new ReadAhead(this::endless, 20L * ROW_BYTES, () -> {})) {
            Thread reader = start(ahead);
            awaitWaiting(reader);

            assertThat(made.get()).isCloseTo(20, within(2));

            for (int i = 0; i < 100; i++) {
                assertThat(Objects.requireNonNull(ahead.next()).places).containsExactly(i);
            }
            awaitWaiting(reader);
            assertThat(made.get()).isCloseTo(120, within(2));
        }
    }

    @Test
    void aReaderThatIsGivenUpLetsGoOfWhatItReads() throws Exception {
        var ahead = new ReadAhead(this::endless, ROW_BYTES, () -> {});
        Thread reader = start(ahead);
        awaitWaiting(reader);

        ahead.close();

        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        reader.join(60_000);
        assertThat(reader.isAlive()).isFalse();
    }

    @Test
    void aFailureComesBehindWhatWasReadBefore() throws Exception {
        FileBatches failing = () -> {
            if (made.get() == 3) {
                throw new IOException("the disk is gone");
            }
            return batch();
        };
        try (var ahead = new ReadAhead(() -> failing, Long.MAX_VALUE, () -> {})) {
            start(ahead);

            for (int i = 0; i < 3; i++) {
                assertThat(Objects.requireNonNull(ahead.next()).places).containsExactly(i);
            }
            assertThatThrownBy(ahead::next).isInstanceOf(IOException.class).hasMessage("the disk is gone");
        }
    }
}

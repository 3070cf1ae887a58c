package io.alluvium.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServerCallTest {

    @TempDir
    Path data;

    private final CountDownLatch never = new CountDownLatch(1);

    private BrokerFailure failure() {
        return new BrokerFailure(data, reason -> {});
    }

    private static ServerCall soon(BrokerFailure failure) {
        return new ServerCall(failure, Duration.ofMillis(10), Duration.ofMillis(50));
    }

    private void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCallThatWaitsForWhatHasFailedIsInterrupted() {
        BrokerFailure failure = failure();
        var wasInterrupted = new AtomicBoolean();
        boolean hasReturned = new ServerCall(failure, Duration.ofMillis(10), Duration.ofSeconds(50)).run("call", () -> {
            failure.accept("it gave up");
            await(never);
            wasInterrupted.set(Thread.currentThread().isInterrupted());
        });

        assertThat(hasReturned).isTrue();
        assertThat(wasInterrupted).isTrue();
    }

    @Test
    void aCallThatGoesOnRegardlessIsLeftAlone() {
        BrokerFailure failure = failure();
        failure.accept("it gave up");
        boolean hasReturned = soon(failure).run("call", () -> {
            while (never.getCount() > 0) {
                await(never);
                Thread.interrupted();
            }
        });
        never.countDown();

        assertThat(hasReturned).isFalse();
    }

    @Test
    void aCallOfABrokerThatHasNotFailedTakesItsTime() {
        var wasInterrupted = new AtomicBoolean(true);
        boolean hasReturned = soon(failure()).run("call", () -> {
            try {
                Thread.sleep(500);
                wasInterrupted.set(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(hasReturned).isTrue();
        assertThat(wasInterrupted).isFalse();
    }

    @Test
    void anInterruptionIsPassedOnAndKept() {
        Thread.currentThread().interrupt();
        boolean hasReturned = soon(failure()).run("call", () -> await(never));

        assertThat(hasReturned).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatItThrowsIsThrown() {
        assertThatThrownBy(() -> soon(failure()).run("call", () -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
    }
}

package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.testkit.CapturedLog;
import io.alluvium.testkit.TableStatuses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    private static final TableStatus LIVE =
            TableStatuses.of("customers", TableState.LIVE).build();
    private static final TableStatus LOADING = TableStatuses.of("orders", TableState.LOADING)
            .progress(new TableStatus.Progress(TableStatus.Phase.BULK, 50, 100, 10, 5))
            .build();

    @Test
    void withoutATerminalALineInTheLogTellsOfEachTableUnderWayUntilAllAreLive() throws Exception {
        assertThat(ProgressDisplay.LOG_INTERVAL).isEqualTo(Duration.ofSeconds(10));
        var tables = new CopyOnWriteArrayList<>(List.of(LIVE, LOADING));
        var looksWhenLive = new CountDownLatch(3);
        try (var log = new CapturedLog("io.alluvium.progress");
                var _ = ProgressDisplay.inLog(
                        () -> {
                            if (tables.size() == 1) {
                                looksWhenLive.countDown();
                            }
                            return List.copyOf(tables);
                        },
                        Duration.ofMillis(10))) {
            await(log, 2);
            assertThat(log.lines(Level.INFO))
                    .allSatisfy(line -> assertThat(line)
                            .isEqualTo("orders  LOADING  [##########..........]  50.0 %  50 of 100 rows  10 rows/s"
                                    + "  5.0 s left"));

            tables.remove(LOADING);
            int before = log.lines(Level.INFO).size();
            assertThat(looksWhenLive.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(log.lines(Level.INFO).size()).isBetween(before, before + 1);
        }
    }

    private static void await(CapturedLog log, int lines) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (log.lines(Level.INFO).size() < lines) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(5);
        }
    }
}

package io.alluvium.cli;

import io.alluvium.catalog.TableStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows how far the tables are: on a terminal, lines at its bottom that are drawn anew five times a second;
/// otherwise a line in the log every ten seconds for each table under way. Runs on one thread of its own.
final class ProgressDisplay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.alluvium.progress");
    private static final Duration REDRAW = Duration.ofMillis(200);

    /// How often there is a line in the log where there is no terminal.
    static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    private final @Nullable StatusLines statusLines;

    private ProgressDisplay(@Nullable StatusLines statusLines) {
        this.statusLines = statusLines;
    }

    static ProgressDisplay start(Supplier<List<TableStatus>> tables, boolean terminal) {
        return terminal ? onTerminal(tables) : inLog(tables, LOG_INTERVAL);
    }

    private static ProgressDisplay onTerminal(Supplier<List<TableStatus>> tables) {
        StatusLines lines = StatusLines.install();
        ProgressDisplay display = new ProgressDisplay(lines);
        InstantSource clock = InstantSource.system();
        display.every(REDRAW, () -> lines.show(ProgressLines.render(tables.get(), clock.instant())));
        return display;
    }

    static ProgressDisplay inLog(Supplier<List<TableStatus>> tables, Duration interval) {
        ProgressDisplay display = new ProgressDisplay(null);
        InstantSource clock = InstantSource.system();
        display.every(interval, () -> {
            List<TableStatus> now = tables.get();
            if (ProgressLines.isUnderWay(now)) {
                ProgressLines.render(now, clock.instant()).forEach(LOG::info);
            }
        });
        return display;
    }

    private void every(Duration interval, Runnable step) {
        var _ = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        step.run();
                    } catch (RuntimeException e) {
                        LOG.warn("the progress cannot be shown", e);
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        if (statusLines != null) {
            statusLines.close();
        }
    }
}

package io.alluvium.cli;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a person sees of tables that are not live yet: a line for each.
final class ProgressLines {

    private static final int BAR = 20;

    private ProgressLines() {}

    /// The tables that load or wait, in order; those that failed or stalled, because they want attention. Empty
    /// when every table is live or paused.
    static List<String> render(List<TableStatus> tables, Instant now) {
        List<TableStatus> shown = tables.stream()
                .filter(t -> t.state() != TableState.LIVE && t.state() != TableState.PAUSED)
                .toList();
        int width =
                shown.stream().mapToInt(t -> t.name().value().length()).max().orElse(0);
        return shown.stream()
                .map(t -> String.format(Locale.ROOT, "%-" + width + "s  %-7s  %s", t.name(), t.state(), detail(t, now))
                        .stripTrailing())
                .toList();
    }

    /// Whether anything is still expected to change by itself soon.
    static boolean isUnderWay(List<TableStatus> tables) {
        return tables.stream().anyMatch(t -> t.state() == TableState.LOADING || t.state() == TableState.WAITING);
    }

    private static String detail(TableStatus table, Instant now) {
        return switch (table.state()) {
            case LOADING -> table.progress().map(ProgressLines::loading).orElse("");
            case WAITING, STALLED -> table.retry().map(r -> retrying(r, now)).orElse("");
            case FAILED ->
                table.retry().map(r -> r.category() + ": " + r.message()).orElse("");
            case LIVE, PAUSED -> "";
        };
    }

    private static String loading(TableStatus.Progress progress) {
        String rate = String.format(Locale.ROOT, "%,.0f rows/s", progress.rowsPerSecond());
        if (progress.total() <= 0) {
            return String.format(Locale.ROOT, "%,d rows  %s", progress.loaded(), rate);
        }
        int filled = (int) (progress.percent() * BAR / 100);
        String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
        String left = progress.secondsLeft() > 0
                ? "  " + time(Duration.ofMillis((long) (progress.secondsLeft() * 1000))) + " left"
                : "";
        return String.format(
                Locale.ROOT,
                "[%s] %5.1f %%  %,d of %,d rows  %s%s",
                bar,
                progress.percent(),
                progress.loaded(),
                progress.total(),
                rate,
                left);
    }

    private static String retrying(TableStatus.Retry retry, Instant now) {
        Optional<Instant> next = retry.nextAttemptAt();
        String when =
                next.map(at -> ", next in " + time(Duration.between(now, at))).orElse("");
        return retry.category() + ", attempt " + retry.attempts() + when + ": " + retry.message();
    }

    /// `4.6 s`, `12 s`, `3 min 5 s`, `2 h 1 min`.
    private static String time(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (millis < 60_000) {
            return millis / 1000 + " s";
        }
        Duration rounded = Duration.ofMillis(millis);
        return rounded.toHours() == 0
                ? rounded.toMinutes() + " min " + rounded.toSecondsPart() + " s"
                : rounded.toHours() + " h " + rounded.toMinutesPart() + " min";
    }
}

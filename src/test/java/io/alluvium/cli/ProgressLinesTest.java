package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProgressLinesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void everyTableThatIsNotLiveHasALine() {
        List<TableStatus> tables = List.of(
                table("customers", TableState.LIVE, null, null),
                table(
                        "orders",
                        TableState.LOADING,
                        new TableStatus.Progress(TableStatus.Phase.BULK, 1_250_000, 5_000_000, 812_000.4, 4.6),
                        null),
                table("payments", TableState.WAITING, null, retry(Optional.of(NOW.plusSeconds(72)))),
                table("prices", TableState.FAILED, null, retry(Optional.empty())),
                table("quotes", TableState.PAUSED, null, null));

        assertThat(ProgressLines.render(tables, NOW))
                .containsExactly(
                        "orders    LOADING  [#####...............]  25.0 %  1,250,000 of 5,000,000 rows"
                                + "  812,000 rows/s  4.6 s left",
                        "payments  WAITING  TOPIC_MISSING, attempt 3, next in 1 min 12 s: there is no topic p",
                        "prices    FAILED   TOPIC_MISSING: there is no topic p");
    }

    @Test
    void aBulkOfUnknownSizeShowsItsRowsOnly() {
        TableStatus table = table(
                "files", TableState.LOADING, new TableStatus.Progress(TableStatus.Phase.BULK, 42, -1, 10, 0), null);

        assertThat(ProgressLines.render(List.of(table), NOW)).containsExactly("files  LOADING  42 rows  10 rows/s");
    }

    @Test
    void nothingIsShownWhenAllTablesAreLive() {
        List<TableStatus> tables = List.of(table("orders", TableState.LIVE, null, null));

        assertThat(ProgressLines.render(tables, NOW)).isEmpty();
        assertThat(ProgressLines.isUnderWay(tables)).isFalse();
    }

    @Test
    void aFailedTableIsNotUnderWay_aWaitingOneIs() {
        assertThat(ProgressLines.isUnderWay(List.of(table("a", TableState.FAILED, null, null))))
                .isFalse();
        assertThat(ProgressLines.isUnderWay(List.of(table("a", TableState.WAITING, null, null))))
                .isTrue();
    }

    @Test
    void logLinesAppearAboveTheStatusLines() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        StatusLines lines = new StatusLines(new PrintStream(screen, true, UTF_8));
        PrintStream log = new PrintStream(lines, true, UTF_8);

        lines.show(List.of("one", "two"));
        log.print("log\n");
        lines.show(List.of());
        log.print("end\n");

        assertThat(screen.toString(UTF_8).replaceAll("\u001b\\[\\?7[lh]", ""))
                .isEqualTo("one\ntwo\n" + "\r\u001b[2A\u001b[0J" + "log\n" + "one\ntwo\n" + "\r\u001b[2A\u001b[0J"
                        + "end\n");
    }

    private static TableStatus.Retry retry(Optional<Instant> next) {
        return new TableStatus.Retry(
                FaultCategory.TOPIC_MISSING, 3, NOW, next, Optional.empty(), "there is no topic p", "create it", "");
    }

    private static TableStatus table(
            String name,
            TableState state,
            TableStatus.@org.jspecify.annotations.Nullable Progress progress,
            TableStatus.@org.jspecify.annotations.Nullable Retry retry) {
        TableName tableName = new TableName(name);
        return new TableStatus(
                tableName,
                state,
                new TableStatus.Key(List.of(), "Kafka record key"),
                Schema.of(),
                new TableDefinition(
                        tableName,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        false,
                        "",
                        TableDefinition.Origin.SESSION),
                0,
                0,
                List.of(),
                Optional.ofNullable(progress),
                Optional.empty(),
                TableStatus.Times.NONE,
                0,
                Optional.ofNullable(retry),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}

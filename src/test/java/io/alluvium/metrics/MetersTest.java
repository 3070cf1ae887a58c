package io.alluvium.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {

    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void everyMetricIsShownUnderItsName() {
        everything("orders");

        List<String> missing = Arrays.stream(MetricNames.class.getFields())
                .map(MetersTest::value)
                .filter(name -> !meters.scrape().contains("# TYPE " + name + " "))
                .toList();

        assertThat(missing).isEmpty();
        assertThat(meters.scrape()).contains("jvm_memory_used_bytes", "jvm_gc_", "jvm_threads_", "process_cpu_usage");
    }

    @Test
    void gaugesShowWhatIsTrueWhenTheyAreAskedFor() {
        var rows = new AtomicLong(1);
        TableMeters table = meters.table("orders");
        table.size(rows::get, Map.of("keys", () -> 7));
        table.lag(OptionalLong::empty);
        rows.set(1_000_000);

        assertThat(meters.scrape())
                .contains("alluvium_table_rows{table=\"orders\"} 1000000.0")
                .contains("alluvium_table_bytes{part=\"keys\",table=\"orders\"} 7.0")
                .contains("alluvium_table_lag_records{table=\"orders\"} NaN");
    }

    @Test
    void aTableThatTakesThePlaceOfAnotherIsShownInstead() {
        meters.table("orders").size(() -> 1, Map.of());
        meters.table("orders").size(() -> 2, Map.of());

        assertThat(meters.scrape()).contains("alluvium_table_rows{table=\"orders\"} 2.0");
    }

    @Test
    void oneStateIsShownOfAll() {
        meters.table("orders").state(List.of("LOADING", "LIVE"), () -> "LIVE");

        assertThat(meters.scrape())
                .contains("alluvium_table_state{state=\"LIVE\",table=\"orders\"} 1.0")
                .contains("alluvium_table_state{state=\"LOADING\",table=\"orders\"} 0.0");
    }

    @Test
    void aDroppedTableTakesItsMetersAlongAndNoOthers() {
        everything("orders");
        everything("prices");

        meters.remove("orders");

        assertThat(meters.scrape()).doesNotContain("table=\"orders\"").contains("table=\"prices\"");
    }

    @Test
    void aTableThatIsCreatedAgainStartsAtZero() {
        meters.table("orders").bad(7);
        meters.remove("orders");
        meters.table("orders").bad(1);

        assertThat(meters.scrape()).contains("alluvium_bad_records_total{table=\"orders\"} 1.0");
    }

    @Test
    void queriesAndRequestsAreCountedByOutcome() {
        meters.query("http", true, 2_000_000);
        meters.query("http", true, 3_000_000);
        meters.query("pg", false, 1_000);
        meters.httpRequest("GET", "/api/tables/{t}", 404, 1_000);

        assertThat(meters.scrape())
                .contains("alluvium_query_seconds_count{outcome=\"ok\",protocol=\"http\"} 2")
                .contains("alluvium_query_seconds_bucket{outcome=\"ok\",protocol=\"http\",le=\"0.001\"} 0")
                .contains("alluvium_query_seconds_count{outcome=\"error\",protocol=\"pg\"} 1")
                .contains(
                        "alluvium_http_requests_seconds_count{method=\"GET\",route=\"/api/tables/{t}\",status=\"404\"} 1");
    }

    private void everything(String name) {
        RetryMeters retry = meters.retry(name, "topic", List.of("NETWORK"));
        retry.waiting("NETWORK");
        retry.delay(Duration.ofSeconds(1));
        TableMeters table = meters.table(name);
        table.size(() -> 1, Map.of("keys", () -> 1L));
        table.lag(() -> OptionalLong.of(3));
        table.snapshot(() -> 1, java.util.Optional::empty);
        table.state(List.of("LIVE"), () -> "LIVE");
        table.loadedBulk(5);
        meters.fileListings(name).run();
        meters.query("http", true, 1);
        meters.httpRequest("GET", "/metrics", 200, 1);
        meters.queries("ok").run();
        meters.runningQueries(() -> 1);
        meters.planCache(() -> 1, () -> 2, () -> 3);
    }

    private static String value(Field constant) {
        try {
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}

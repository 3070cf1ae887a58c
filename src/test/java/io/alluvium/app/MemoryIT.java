package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.testkit.BuiltService;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged service with a heap that is too small for its topics: it stays up, says so, and goes on when there
/// is room.
class MemoryIT {

    private static final int KEPT_ROWS = 200_000;
    private static final int LARGE_ROWS = 400_000;

    @Test
    void aHeapThatIsTooSmallStopsALoadAndNothingElse(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        try (var service = new BuiltService(folder).with("ALLUVIUM_HEAP", "256m")) {
            service.start();
            fill(service, "kept", KEPT_ROWS);
            fill(service, "large", LARGE_ROWS);
            service.sql("CREATE TABLE kept AS SELECT * FROM kafka_topic('kept')");
            service.awaitState("kept", "LIVE");

            service.sql("CREATE TABLE large AS SELECT * FROM kafka_topic('large')");
            JsonNode stalled = service.awaitState("large", "STALLED");

            assertThat(stalled.path("retry").path("message").asText()).contains("the load of the table large");
            assertThat(stalled.path("rows").asInt()).isBetween(1, LARGE_ROWS - 1);
            assertThat(stalled.path("memory").path("total").asLong()).isPositive();
            assertThat(service.status("/health/live")).isEqualTo(200);
            assertThat(service.status("/health/ready")).isEqualTo(503);
            assertThat(service.sql("SELECT COUNT(*) FROM kept").path("rows")).hasToString("[[" + KEPT_ROWS + "]]");
            assertThat(answerToOneTableMore(service)).contains("53200", "alluvium.memory.limit");
            service.await(
                    "the reason",
                    () -> service.sql("SELECT COUNT(*) FROM large").toString().contains("stands still"));

            service.sql("DROP TABLE kept");
            service.awaitState("large", "LIVE");
            assertThat(service.sql("SELECT COUNT(*) FROM large").path("rows")).hasToString("[[" + LARGE_ROWS + "]]");
            assertThat(service.log()).doesNotContain("OutOfMemoryError");
        }
    }

    /// A load may stand still for a moment, until the next garbage collection has shown that there is room, before
    /// it does so for good.
    private static String answerToOneTableMore(BuiltService service) throws Exception {
        String answer = "";
        for (int i = 0; i < 100 && !answer.contains("53200"); i++) {
            if (i > 0) {
                service.sql("DROP TABLE IF EXISTS more");
                Thread.sleep(200);
            }
            answer = service.sql("CREATE TABLE more AS SELECT * FROM kafka_topic('kept')")
                    .toString();
        }
        return answer;
    }

    private static void fill(BuiltService service, String topic, int rows) {
        try (var producer = new KafkaProducer<String, String>(
                Map.of("bootstrap.servers", service.bootstrapServers(), "linger.ms", 20, "batch.size", 1 << 18),
                new StringSerializer(),
                new StringSerializer())) {
            for (int row = 0; row < rows; row++) {
                String text =
                        Integer.toString(row).repeat(200 / Integer.toString(row).length());
                var _ = producer.send(new ProducerRecord<>(
                        topic, Integer.toString(row), "{\"n\":" + row + ",\"text\":\"" + text + "\"}"));
            }
        }
    }
}

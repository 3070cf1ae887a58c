package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.broker.SecuredBroker;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables over a broker that asks for TLS and a login: what the service's settings say reaches every client, the
/// Admin client, consumers, producers and those of Kafka Streams, and so does what a table says.
class SecuredKafkaTest {

    @Test
    void everyClientLogsInAndAWrongPasswordFailsTheTable(@TempDir Path directory) throws Exception {
        var broker = SecuredBroker.start(directory, "app", "sesame");
        var memory = new MemoryLimits(1L << 30, 1L << 30, Duration.ofMinutes(1));
        try (var cluster = new TestCluster(directory, 2, memory, broker, broker.client("app", "sesame"))) {
            cluster.createTopic("orders");
            cluster.send("orders", "a", "{\"id\":1,\"n\":2}");
            cluster.flush();
            String from = " FROM kafka_topic('orders')";
            cluster.create("CREATE TABLE orders AS SELECT *" + from);
            cluster.create("CREATE TABLE by_id AS SELECT id PRIMARY KEY, n" + from);
            cluster.create("CREATE TABLE sums AS SELECT id, SUM(n) AS total FROM orders GROUP BY id");
            cluster.awaitLive("orders");
            cluster.awaitLive("by_id");
            cluster.awaitLive("sums");
            cluster.send("orders", "b", "{\"id\":1,\"n\":5}");
            cluster.flush();
            cluster.awaitRows("orders", Map.of("a", List.of(2L), "b", List.of(5L)), "_key", "n");
            cluster.awaitRows("by_id", Map.of("1", List.of(5L)), "id", "n");
            cluster.awaitRows("sums", Map.of("1", List.of("7")), "id", "total");

            cluster.create("CREATE TABLE refused AS SELECT *" + from + " WITH (\"kafka.sasl.jaas.config\" = '"
                    + SecuredBroker.login("app", "wrong-secret") + "')");

            TableStatus refused = cluster.awaitState("refused", TableState.FAILED);
            assertThat(refused.retry().orElseThrow().category()).isEqualTo(FaultCategory.AUTHENTICATION);
            assertThat(refused.retry().orElseThrow().toString()).doesNotContain("wrong-secret");
            assertThat(refused.options().toString())
                    .contains("kafka.sasl.jaas.config")
                    .doesNotContain("wrong-secret");
        }
    }
}

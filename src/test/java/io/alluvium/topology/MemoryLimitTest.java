package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two tables that fit into memory one by one and not together.
class MemoryLimitTest {

    private static final int ROWS = 150_000;
    private static final long LIMIT = 24L << 20;

    @Test
    void aLoadStandsStillAtTheLimitAndGoesOnWhenAnotherTableIsDropped(@TempDir Path directory) {
        try (var cluster = new TestCluster(directory, 1, new MemoryLimits(LIMIT, LIMIT, Duration.ofMinutes(1)))) {
            fill(cluster, "first");
            fill(cluster, "second");
            cluster.create("CREATE TABLE first AS SELECT * FROM kafka_topic('first')");
            assertThat(cluster.awaitLive("first").bytes())
                    .as("more than half of the limit")
                    .isBetween(LIMIT / 2, LIMIT);

            cluster.create("CREATE TABLE second AS SELECT * FROM kafka_topic('second')");
            TableStatus status = cluster.awaitState("second", TableState.STALLED);

            TableStatus.Retry why = status.retry().orElseThrow();
            assertThat(why.category()).isEqualTo(FaultCategory.LIMIT);
            assertThat(why.message()).contains("the load of the table second stands still", "alluvium.memory.limit");
            assertThat(why.hint()).contains("drop other tables");
            assertThat(catchThrowableOfType(AlluviumException.class, () -> cluster.tables.find(new TableName("second")))
                            .code())
                    .isEqualTo(ErrorCode.TABLE_NOT_READY);
            AlluviumException refused = catchThrowableOfType(
                    AlluviumException.class,
                    () -> cluster.create("CREATE TABLE third AS SELECT * FROM kafka_topic('second')"));
            assertThat(refused.code()).isEqualTo(ErrorCode.MEMORY_LIMIT);

            cluster.send("first", "new", "{\"text\":\"new\"}");
            cluster.flush();
            cluster.awaitStatus("first", s -> s.rows() == ROWS + 1);
            TableStatus later = cluster.status("second");
            assertThat(later.state()).isEqualTo(TableState.STALLED);
            assertThat(later.rows())
                    .as("it stands still")
                    .isEqualTo(status.rows())
                    .isLessThan(ROWS);

            cluster.tables.drop(new TableName("first"), false);
            assertThat(cluster.awaitLive("second").rows()).isEqualTo(ROWS);
            assertThat(cluster.status("second").retry()).isEmpty();
        }
    }

    @Test
    void aLoadThatStandsStillCanBeDropped(@TempDir Path directory) {
        try (var cluster = new TestCluster(directory, 1, new MemoryLimits(LIMIT / 4, LIMIT, Duration.ofMinutes(1)))) {
            fill(cluster, "first");
            cluster.create("CREATE TABLE first AS SELECT * FROM kafka_topic('first')");
            cluster.awaitState("first", TableState.STALLED);

            cluster.tables.drop(new TableName("first"), false);

            assertThat(cluster.tables.tables()).isEmpty();
            cluster.create("CREATE TABLE second AS SELECT * FROM kafka_topic('first')");
            assertThat(cluster.awaitState("second", TableState.STALLED).rows()).isBetween(1L, ROWS - 1L);
        }
    }

    private static void fill(TestCluster cluster, String topic) {
        cluster.createTopic(topic);
        for (int row = 0; row < ROWS; row++) {
            cluster.send(topic, "key-" + row, "{\"text\":\"" + "x".repeat(70) + row + "\"}");
        }
        cluster.flush();
    }
}

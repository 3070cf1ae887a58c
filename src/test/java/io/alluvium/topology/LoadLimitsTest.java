package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The options that bound a load.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadLimitsTest {

    private static final int ROWS = 20_000;

    private TestCluster cluster;
    private Path directory;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        directory = folder;
        cluster = new TestCluster(folder, 1);
        cluster.createTopic("many");
        for (int row = 0; row < ROWS; row++) {
            cluster.send("many", "k" + row, "{\"n\":" + row + "}");
        }
        cluster.flush();
        Files.writeString(
                directory.resolve("many.csv"),
                IntStream.range(0, ROWS)
                        .mapToObj(row -> row + "," + row)
                        .collect(Collectors.joining("\n", "id,n\n", "\n")));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private String file() {
        return "file://" + directory.resolve("many.csv");
    }

    @Test
    void aTableWithMoreRowsThanItMayHaveIsFailedAndSaysSo() {
        cluster.create("CREATE TABLE few AS SELECT * FROM kafka_topic('many') WITH (\"load.max.rows\" = \"100\")");

        TableStatus.Retry why =
                cluster.awaitState("few", TableState.FAILED).retry().orElseThrow();

        assertThat(why.category()).isEqualTo(FaultCategory.LIMIT);
        assertThat(why.message()).contains("topic many", "more than 100 rows", "load.max.rows");
        cluster.create("CREATE TABLE enough AS SELECT * FROM kafka_topic('many') WITH (\"load.max.rows\" = \"20000\")");
        assertThat(cluster.awaitLive("enough").rows()).isEqualTo(ROWS);
    }

    @Test
    void aLoadWithARateIsStillOnItsWayWhenOneWithoutIsDone() {
        cluster.create(
                "CREATE TABLE slow_topic AS SELECT * FROM kafka_topic('many') WITH (\"load.rate.limit\" = \"1\")");
        cluster.create("CREATE TABLE slow_file AS SELECT * FROM " + file() + " WITH (\"load.rate.limit\" = \"1\")");
        cluster.create("CREATE TABLE fast_topic AS SELECT * FROM kafka_topic('many')");
        cluster.create("CREATE TABLE fast_file AS SELECT * FROM " + file());

        assertThat(cluster.awaitLive("fast_topic").rows()).isEqualTo(ROWS);
        assertThat(cluster.awaitLive("fast_file").rows()).isEqualTo(ROWS);

        for (String slow : new String[] {"slow_topic", "slow_file"}) {
            assertThat(cluster.status(slow).state()).as(slow).isEqualTo(TableState.LOADING);
            cluster.tables.drop(new TableName(slow), false);
        }
    }
}

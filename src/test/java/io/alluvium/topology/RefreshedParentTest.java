package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.data.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A table that is loaded again has another topic afterwards, and those that select from it go over to that.
class RefreshedParentTest {

    @Test
    void tablesOverATableThatIsLoadedAgainGoOverToItsNewTopicAndServeTheirRowsMeanwhile(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("lines.csv");
        Files.writeString(file, "id,n\n1,10\n2,20\n");
        try (var cluster = new TestCluster(folder.resolve("data"), 2);
                Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            cluster.create("CREATE TABLE lines (id BIGINT PRIMARY KEY, n BIGINT) AS SELECT * FROM 'file://" + file
                    + "' WITH (\"file.watch\" = 'true', \"file.watch.interval\" = '100ms')");
            cluster.create("CREATE TABLE few AS SELECT * FROM lines WHERE n > 15");
            cluster.create("CREATE TABLE fewer AS SELECT id, n + 1 AS m FROM few");
            cluster.create("CREATE TABLE counted AS SELECT COUNT(*) AS c, SUM(n) AS s FROM lines");
            for (String table : List.of("lines", "few", "fewer", "counted")) {
                cluster.awaitLive(table);
            }
            Set<String> before = inputs(admin);
            assertThat(before).hasSize(1);

            cluster.tables.refresh(new TableName("lines"));
            var states = new TreeSet<TableState>();
            TestCluster.await("the former topic of lines to go", () -> {
                for (String table : List.of("few", "fewer", "counted")) {
                    states.add(cluster.status(table).state());
                }
                return inputs(admin).stream().noneMatch(before::contains);
            });

            assertThat(states).containsExactly(TableState.LIVE);
            Files.writeString(file, "3,30\n", StandardOpenOption.APPEND);
            cluster.awaitRows("few", Map.of("2", List.of(20L), "3", List.of(30L)), "id", "n");
            cluster.awaitRows("fewer", Map.of("2", List.of(21L), "3", List.of(31L)), "id", "m");
            cluster.awaitRows("counted", Map.of("all", List.of(3L, "60")), "_key", "c", "s");
        }
    }

    /// The input topics of `lines`.
    private static Set<String> inputs(Admin admin) {
        try {
            return admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("alluvium.test.lines.") && name.endsWith(".input"))
                    .collect(Collectors.toSet());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a table serves when its group has thrown it out and it joins again, which is what a pause of the process
/// that is longer than the session brings about.
class LostMembershipTest {

    private static final int ROWS = 2_000;

    @Test
    void aTableThatIsThrownOutOfItsGroupServesItsRowsThroughout(@TempDir Path directory) {
        try (var cluster = new TestCluster(directory, 2)) {
            for (int table = 0; table < 4; table++) {
                String name = "t" + table;
                cluster.createTopic(name);
                for (int row = 0; row < ROWS; row++) {
                    cluster.send(name, "k" + row, "{\"n\":" + row + "}");
                }
                cluster.flush();
                cluster.create("CREATE TABLE " + name + " AS SELECT * FROM kafka_topic('" + name
                        + "') WITH (\"kafka.heartbeat.interval.ms\" = \"100\")");
                cluster.awaitLive(name);

                String group = cluster.kafka
                        .groupsWithPrefix("alluvium.test." + name + ".")
                        .getFirst();
                Set<String> before = cluster.members(group);
                cluster.kafka.removeMembers(group);

                cluster.send(name, "after", "{\"n\":1}");
                cluster.flush();
                TestCluster.await("another membership of " + name, () -> {
                    assertThat(rows(cluster, name)).as("rows of %s", name).isGreaterThanOrEqualTo(ROWS);
                    Set<String> members = cluster.members(group);
                    return !members.isEmpty() && Collections.disjoint(members, before);
                });
                TestCluster.await("the change after it in " + name, () -> {
                    assertThat(rows(cluster, name)).as("rows of %s", name).isGreaterThanOrEqualTo(ROWS);
                    return rows(cluster, name) == ROWS + 1;
                });
            }
        }
    }

    private static long rows(TestCluster cluster, String table) {
        return cluster.status(table).rows();
    }
}

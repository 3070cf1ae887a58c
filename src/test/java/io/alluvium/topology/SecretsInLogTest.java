package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.CapturedLog;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stands in the log, at every level, of tables whose sources need a password.
class SecretsInLogTest {

    @Test
    void thePasswordOfADatabaseIsInNoLineAndNoStackTrace(@TempDir Path directory) throws Exception {
        String database = "h2:mem:secrets;DATABASE_TO_LOWER=TRUE";
        try (var owner = DriverManager.getConnection("jdbc:" + database, "app", "right-secret");
                var statement = owner.createStatement();
                var cluster = new TestCluster(directory, 1);
                var log = new CapturedLog("io.alluvium")) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)");
            statement.execute("INSERT INTO t VALUES (1, 2)");
            String from = "SELECT * FROM jdbc('" + database;
            Map<String, String> refused = Map.of(
                    "by_url", from + ";USER=app;PASSWORD=wrong-secret', 't')",
                    "by_option", from + "', 't') WITH (\"jdbc.user\" = 'app', \"jdbc.password\" = 'wrong-secret')");
            refused.forEach((table, select) -> cluster.create("CREATE TABLE " + table + " AS " + select));
            cluster.create("CREATE TABLE let_in AS " + from
                    + "', 't') WITH (\"jdbc.user\" = 'app', \"jdbc.password\" = 'right-secret')");

            for (String table : refused.keySet()) {
                TableStatus failed = cluster.awaitState(table, TableState.FAILED);
                assertThat(failed.retry().orElseThrow().category()).isEqualTo(FaultCategory.AUTHENTICATION);
            }
            cluster.awaitLive("let_in");
            cluster.awaitRows("let_in", Map.of("1", List.of(2L)), "id", "v");
            statement.execute("DROP TABLE t");
            cluster.awaitState("let_in", TableState.STALLED);
            cluster.tables.drop(new TableName("let_in"), false);

            assertThat(log.text())
                    .contains("table=by_url", "table=by_option", "table=let_in")
                    .doesNotContain("wrong-secret")
                    .doesNotContain("right-secret");
        }
    }
}

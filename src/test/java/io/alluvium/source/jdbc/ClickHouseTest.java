package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.ClickHouseServer;
import io.alluvium.testkit.RecordingSink;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// ClickHouse by its own driver, as any driver on the class path is used: against the real server of Debian's
/// packages, with the last driver that speaks to it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseTest {

    private ClickHouseServer server;

    @BeforeAll
    void start() {
        server = ClickHouseServer.started();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private JdbcFixture over(String relation) {
        return JdbcFixture.over(server.jdbcUrl(), relation);
    }

    @Test
    void typesOfClickHouse() throws Exception {
        server.execute("""
                CREATE TABLE types (id Int64, tiny Int8, small UInt16, whole Int32, large UInt32, huge UInt64,
                  single Float32, dbl Float64, exact Decimal(18, 4), name String, code FixedString(4), day Date,
                  moment DateTime, kind Enum8('a' = 1, 'b' = 2), uid UUID, tags Array(String), note Nullable(String))
                ENGINE = MergeTree() ORDER BY id""", """
                INSERT INTO types VALUES (9223372036854775807, -128, 65535, -2147483648, 4294967295,
                  18446744073709551615, 1.5, 0.1, 12345678901234.5678, 'Zoë "q"', 'abcd', '2026-01-31',
                  '2026-01-31 15:30:15', 'b', '0f8fad5b-d9cb-469f-a165-70867728950e', ['x', 'y,z'], NULL)""");

        JdbcFixture table = over("types").primaryKey("id");

        assertThat(table.columns())
                .containsExactly(
                        "id BIGINT",
                        "tiny INTEGER",
                        "small INTEGER",
                        "whole INTEGER",
                        "large DECIMAL(20,0)",
                        "huge DECIMAL(20,0)",
                        "single REAL",
                        "dbl DOUBLE",
                        "exact DECIMAL(18,4)",
                        "name VARCHAR",
                        "code VARCHAR",
                        "day DATE",
                        "moment TIMESTAMP",
                        "kind VARCHAR",
                        "uid VARCHAR",
                        "tags JSON",
                        "note VARCHAR");
        RecordingSink sink = table.load();
        assertThat(sink.bad()).isEmpty();
        // A DateTime is a moment, which the driver gives as the time of day here.
        var moment = LocalDateTime.ofInstant(Instant.parse("2026-01-31T15:30:15Z"), ZoneId.systemDefault());
        assertThat(sink.values())
                .containsExactly("{\"id\":9223372036854775807,\"tiny\":-128,\"small\":65535,\"whole\":-2147483648,"
                        + "\"large\":4294967295,\"huge\":18446744073709551615,\"single\":1.5,\"dbl\":0.1,"
                        + "\"exact\":12345678901234.5678,\"name\":\"Zoë \\\"q\\\"\",\"code\":\"abcd\","
                        + "\"day\":\"2026-01-31\",\"moment\":\"" + moment + "\",\"kind\":\"b\","
                        + "\"uid\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"tags\":[\"x\",\"y,z\"]}");
    }

    @Test
    void snapshotFindsChangesOfAllKinds() {
        server.execute(
                "CREATE TABLE items (id Int64, name String) ENGINE = MergeTree() ORDER BY id",
                "INSERT INTO items VALUES (1, 'a'), (2, 'b')");
        try (JdbcFixture.Following table = over("items").primaryKey("id").follow()) {
            table.awaitRows("{\"id\":1,\"name\":\"a\"}", "{\"id\":2,\"name\":\"b\"}");

            // A server of that age changes and deletes no rows: another table takes its place.
            server.execute(
                    "CREATE TABLE next (id Int64, name String) ENGINE = MergeTree() ORDER BY id",
                    "INSERT INTO next VALUES (2, 'x'), (3, 'c')",
                    "RENAME TABLE items TO former, next TO items");

            table.awaitRows("{\"id\":2,\"name\":\"x\"}", "{\"id\":3,\"name\":\"c\"}");
        }
    }

    @Test
    void incrementalFollowsAColumnThatGrows() {
        server.execute(
                "CREATE TABLE events (id Int64, n Int64) ENGINE = MergeTree() ORDER BY id",
                "INSERT INTO events VALUES (1, 10), (2, 20)");
        try (JdbcFixture.Following table =
                over("events").primaryKey("id").incremental("n").follow()) {
            table.awaitRows("{\"id\":1,\"n\":10}", "{\"id\":2,\"n\":20}");

            server.execute("INSERT INTO events VALUES (3, 20), (4, 30)");

            table.awaitRows("{\"id\":1,\"n\":10}", "{\"id\":2,\"n\":20}", "{\"id\":3,\"n\":20}", "{\"id\":4,\"n\":30}");
        }
    }

    @Test
    void aTableThatIsMissingIsWaitedForAndAServerThatIsGoneIsNetwork() {
        assertThatThrownBy(() -> over("nowhere").primaryKey("id").discover())
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_MISSING));
        server.stop();
        try {
            assertThatThrownBy(() -> over("items").primaryKey("id").discover())
                    .isInstanceOfSatisfying(
                            AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NETWORK));
        } finally {
            server.start();
        }
    }
}

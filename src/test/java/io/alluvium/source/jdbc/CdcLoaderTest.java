package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.Loader;
import io.alluvium.testkit.DatabaseServer;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import io.alluvium.testkit.RecordingSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The mode `cdc` over real servers: what the log brings, and what stands in its way.
class CdcLoaderTest extends CdcServers {

    @ParameterizedTest
    @EnumSource
    void insertsUpdatesDeletesAndChangedKeysArriveFromTheLog(Kind kind) {
        DatabaseServer server = server(kind);
        server.execute(
                "CREATE TABLE moves (id INT PRIMARY KEY, name VARCHAR(20))",
                "INSERT INTO moves VALUES (1, 'a'), (2, 'b'), (3, 'c'), (9, 'z')");
        try (JdbcFixture.Following table = cdc(kind, "moves").follow()) {
            table.awaitRows(row(1, "a"), row(2, "b"), row(3, "c"), row(9, "z"));

            server.execute(
                    "INSERT INTO moves VALUES (4, 'd')",
                    "UPDATE moves SET name = 'bb' WHERE id = 2",
                    "DELETE FROM moves WHERE id = 3",
                    "UPDATE moves SET id = 10 WHERE id = 9");
            table.awaitRows(row(1, "a"), row(2, "bb"), row(4, "d"), row(10, "z"));

            server.execute("TRUNCATE TABLE moves", "INSERT INTO moves VALUES (5, 'e')");
            table.awaitRows(row(5, "e"));
        }
    }

    private static String row(int id, String name) {
        return "{\"id\":" + id + ",\"name\":\"" + name + "\"}";
    }

    @ParameterizedTest
    @EnumSource
    void whatChangedWhileNobodyFollowedComesFromThePosition(Kind kind) {
        DatabaseServer server = server(kind);
        server.execute(
                "CREATE TABLE gaps (id INT PRIMARY KEY, name VARCHAR(20))",
                "INSERT INTO gaps VALUES (1, 'a'), (2, 'b')");
        JdbcFixture table = cdc(kind, "gaps");
        var sink = new RecordingSink();
        try (JdbcFixture.Following following = table.follow(sink)) {
            following.awaitRows(row(1, "a"), row(2, "b"));
            server.execute("INSERT INTO gaps VALUES (3, 'c')");
            following.awaitRows(row(1, "a"), row(2, "b"), row(3, "c"));
        }
        server.execute("DELETE FROM gaps WHERE id = 1", "UPDATE gaps SET name = 'bb' WHERE id = 2");

        try (JdbcFixture.Following following = table.follow(sink)) {
            following.awaitRows(row(2, "bb"), row(3, "c"));
            server.execute("INSERT INTO gaps VALUES (4, 'd')");
            following.awaitRows(row(2, "bb"), row(3, "c"), row(4, "d"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfSeveralColumnsOfAnyTypeFindsItsRows(Kind kind) {
        DatabaseServer server = server(kind);
        String stamp = kind == Kind.POSTGRES ? "TIMESTAMPTZ" : "TIMESTAMP(6)";
        String bytes = kind == Kind.POSTGRES ? "BYTEA" : "VARBINARY(8)";
        server.execute(
                "CREATE TABLE wide (a BIGINT, b VARCHAR(20), c NUMERIC(20,4), d DATE, e TIMESTAMP(6), f " + stamp
                        + ", g " + bytes + ", h BOOLEAN, v INT, PRIMARY KEY (a, b, c, d, e, f, g, h))",
                insertWide(kind, "x", 1));
        try (JdbcFixture.Following table = cdc(kind, "wide").follow()) {
            table.await("the row", () -> table.sink.values().size() == 1);
            server.execute("UPDATE wide SET v = 2");
            table.await("the update", () -> table.sink.values().toString().contains("\"v\":2"));
            server.execute(insertWide(kind, "Zoë, 'y'", 7));
            table.await("the insert", () -> table.sink.values().size() == 2);
            server.execute("DELETE FROM wide WHERE v = 2");
            table.await("the deletion", () -> table.sink.values().size() == 1);
            assertThat(table.sink.values().getFirst()).contains("Zoë, 'y'");
        }
    }

    private static String insertWide(Kind kind, String text, int value) {
        String zone = kind == Kind.POSTGRES ? "+02" : "";
        String bytes = kind == Kind.POSTGRES ? "'\\x00ff'" : "x'00FF'";
        return "INSERT INTO wide VALUES (9007199254740993, '" + text.replace("'", "''")
                + "', 1234567890123456.7891, '2026-01-31', '2026-01-31 12:30:15.123456', '2026-01-31 12:30:15.5" + zone
                + "', " + bytes + ", TRUE, " + value + ")";
    }

    /// The rows of the log's way are those of the scan, byte for byte.
    @Test
    void allTypesOfPostgresAreThoseOfTheScan() throws InterruptedException {
        postgres.execute("CREATE TYPE mood AS ENUM ('sad', 'happy')", """
                CREATE TABLE types (id BIGINT PRIMARY KEY, yes BOOLEAN, small SMALLINT, exact NUMERIC(20,4),
                  plain NUMERIC, real REAL, double DOUBLE PRECISION, name VARCHAR(20), code CHAR(4), raw BYTEA, day DATE,
                  at TIME, stamp TIMESTAMP, moment TIMESTAMPTZ, zoned TIMETZ, uid UUID, doc JSON, docb JSONB, tags TEXT[],
                  moments TIMESTAMPTZ[], mood mood, span INTERVAL, address INET, price MONEY, bits BIT(3), period INT4RANGE,
                  point POINT, body TEXT)""");
        String values = """
                TRUE, -32768, 1234567890123456.7891, 12.50, 1.5, 0.1, 'Zoë "q"', 'ab', '\\x00ff', '2026-01-31',
                '12:30:15.5', '2026-01-31 12:30:15.5', '2026-01-31 12:30:15+02', '12:30:15+02',
                '0f8fad5b-d9cb-469f-a165-70867728950e', '{"a": [1, 2.50]}', '{"b":null}', '{"x","y,z",NULL}',
                '{"2026-01-31 12:30:15+02"}', 'happy', '1 day 2 hours', '10.0.0.1', '12.50', B'101', '[1,5)', '(1,2)',
                (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n))""";
        equalToTheScan(Kind.POSTGRES, values, "UPDATE types SET small = 7");
    }

    @Test
    void allTypesOfMariaDbAreThoseOfTheScan() throws InterruptedException {
        maria.execute("""
                CREATE TABLE types (id BIGINT PRIMARY KEY, yes BOOLEAN, flag BIT(1), bits BIT(12), tiny TINYINT,
                  small SMALLINT UNSIGNED, uwhole INT UNSIGNED, ubig BIGINT UNSIGNED, exact DECIMAL(20,4), single FLOAT,
                  dbl DOUBLE, name VARCHAR(20), body LONGTEXT, raw VARBINARY(8), large LONGBLOB, day DATE, at TIME(6),
                  stamp DATETIME(6), moment TIMESTAMP(6) NULL, y YEAR, kind ENUM('a','b'), marks SET('x','y'), doc JSON,
                  uid UUID)""");
        String values = """
                TRUE, b'1', b'101000000001', -128, 65535, 4294967295, 18446744073709551615, 1234567890123456.7891,
                1.5, 0.1, 'Zoë "q"', 'body', x'00FF', x'0102', '2026-01-31', '12:30:15.123456', '2026-01-31 12:30:15.5',
                '2026-01-31 12:30:15', 2026, 'b', 'x,y', '{"a": [1, 2.50]}', '0f8fad5b-d9cb-469f-a165-70867728950e')""";
        equalToTheScan(Kind.MARIA, values, "UPDATE types SET tiny = 7");
    }

    private void equalToTheScan(Kind kind, String values, String update) throws InterruptedException {
        DatabaseServer server = server(kind);
        server.execute("INSERT INTO types VALUES (1, " + values);
        try (JdbcFixture.Following table = cdc(kind, "types").follow()) {
            table.await("the scan", () -> table.sink.values().size() == 1);
            server.execute("INSERT INTO types VALUES (2, " + values, "INSERT INTO types (id) VALUES (3)", update);
            table.await(
                    "the log",
                    () -> table.sink.values().size() == 3
                            && table.sink.values().stream().allMatch(v -> v.contains(":7,") || v.contains(":7}")));

            RecordingSink scanned = JdbcFixture.over(server.jdbcUrl(), "types").load();
            assertThat(table.sink.values()).containsExactlyInAnyOrderElementsOf(scanned.values());
            assertThat(table.sink.rows()).isEqualTo(scanned.rows());
        }
    }

    @Test
    void aSlotThatIsGoneIsAPositionThatIsLost() throws InterruptedException {
        postgres.execute("CREATE TABLE slotless (id INT PRIMARY KEY)", "INSERT INTO slotless VALUES (1)");
        JdbcFixture table = cdc(Kind.POSTGRES, "slotless");
        RecordingSink sink = table.load();
        postgres.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE"
                + " '%" + SlotName.of(table.topic()) + "'");

        assertLost(table, sink);
    }

    @Test
    void aBinaryLogThatWasPurgedIsAPositionThatIsLost() throws InterruptedException {
        maria.execute("CREATE TABLE purged (id INT PRIMARY KEY)", "INSERT INTO purged VALUES (1)");
        JdbcFixture table = cdc(Kind.MARIA, "purged");
        RecordingSink sink = table.load();
        maria.execute("RESET MASTER");
        Map<String, String> parts = new HashMap<>(sink.position().parts());
        parts.put("log.file", "binlog.999999");
        sink.commit(new Position(parts));

        assertLost(table, sink);
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatIsDefinedAnewIsAPositionThatIsLost(Kind kind) throws InterruptedException {
        server(kind).execute("CREATE TABLE anew (id INT PRIMARY KEY)", "INSERT INTO anew VALUES (1)");
        JdbcFixture table = cdc(kind, "anew");
        RecordingSink sink = table.load();
        server(kind).execute("ALTER TABLE anew ADD COLUMN name VARCHAR(5)");

        assertLost(table, sink);
    }

    @Test
    void whatTheServerOrTheUserLacksIsSaidWithTheCommandThatHelps() {
        postgres.execute(
                "CREATE TABLE orders (id INT PRIMARY KEY, code INT)",
                "CREATE TABLE keyless (id INT, name TEXT)",
                "CREATE VIEW seen AS SELECT * FROM orders",
                "CREATE ROLE reader LOGIN PASSWORD '" + PostgresServer.PASSWORD + "'",
                "GRANT SELECT ON orders TO reader");
        assertRefused(
                cdc(Kind.POSTGRES, "keyless").with("key", "id"), ErrorCode.CONFIGURATION, "REPLICA IDENTITY FULL");
        assertRefused(
                cdc(Kind.POSTGRES, "orders").with("key", "code"), ErrorCode.CONFIGURATION, "REPLICA IDENTITY FULL");
        assertRefused(cdc(Kind.POSTGRES, "seen").with("key", "id"), ErrorCode.FEATURE_NOT_SUPPORTED, "ordinary table");
        assertRefused(
                cdc(Kind.POSTGRES, "SELECT * FROM orders").with("key", "id"),
                ErrorCode.CONFIGURATION,
                "Name the table");
        assertRefused(
                JdbcFixture.over(postgres.jdbcUrl().replace("user=app", "user=reader"), "orders")
                        .with("jdbc.mode", "cdc"),
                ErrorCode.AUTHENTICATION,
                "CREATE PUBLICATION");
        maria.execute(
                "CREATE TABLE orders (id INT PRIMARY KEY, code INT)",
                "CREATE TABLE hosts (id INT PRIMARY KEY, address INET6)",
                "CREATE USER reader@'%' IDENTIFIED BY '" + MariaServer.PASSWORD + "'",
                "GRANT SELECT ON shop.* TO reader@'%'");
        assertRefused(
                JdbcFixture.over(maria.jdbcUrl().replace("user=app", "user=reader"), "orders")
                        .with("jdbc.mode", "cdc"),
                ErrorCode.AUTHENTICATION,
                "GRANT REPLICATION SLAVE");
        assertRefused(cdc(Kind.MARIA, "hosts"), ErrorCode.FEATURE_NOT_SUPPORTED, "inet6");
    }

    private static void assertRefused(JdbcFixture table, ErrorCode code, String hint) {
        assertThatThrownBy(table::load).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage() + e.hint().orElse("")).contains(hint).doesNotContain(PostgresServer.PASSWORD);
        });
    }

    @Test
    void slotAndPublicationGoWhenTheTableDoes() throws InterruptedException {
        postgres.execute("CREATE TABLE brief (id INT PRIMARY KEY)");
        JdbcFixture table = cdc(Kind.POSTGRES, "brief");
        table.load();
        String name = SlotName.of(table.topic());
        assertThat(made(name)).isEqualTo(2);

        JdbcSource source = table.source();
        Loader unused = source.open(source.discover(), table.topic());
        unused.close();
        source.forget(table.topic());

        assertThat(made(name)).isZero();
    }

    private long made(String name) {
        return postgres.texts("SELECT slot_name FROM pg_replication_slots WHERE slot_name = '" + name
                        + "' UNION ALL SELECT pubname FROM pg_publication WHERE pubname = '" + name + "'")
                .size();
    }

    @Test
    void namesAreShortLegalAndDifferent() {
        assertThat(SlotName.of("alluvium.default.Kunden-1.1a2b3c4d.input"))
                .matches("alluvium_default_kunden_1_1a2b3c4d_[0-9a-f]{8}")
                .isNotEqualTo(SlotName.of("alluvium.default.Kunden.1.1a2b3c4d.input"));
        assertThat(SlotName.of("a".repeat(200))).hasSize(63);
        assertThat(List.of(Endpoint.literally("a.b"), Endpoint.literally("a,b")))
                .containsExactly("a\\.b", "a\\,b");
    }
}

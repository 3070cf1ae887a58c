package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import io.alluvium.testkit.RecordingSink;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All types of each database: the column that they become, and the value on its way.
class JdbcTypesTest {

    private static void run(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void typesOfPostgres() throws Exception {
        try (PostgresServer server = PostgresServer.started()) {
            server.execute(
                    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                    "CREATE DOMAIN percent AS INTEGER CHECK (VALUE BETWEEN 0 AND 100)",
                    """
                    CREATE TABLE types (id BIGINT PRIMARY KEY, yes BOOLEAN, small SMALLINT, whole INTEGER, exact NUMERIC(20,4),
                      plain NUMERIC, digits NUMERIC(30), thousands NUMERIC(5,-3), real REAL, double DOUBLE PRECISION, name VARCHAR(20),
                      code CHAR(4), body TEXT, raw BYTEA, day DATE, at TIME, stamp TIMESTAMP, moment TIMESTAMPTZ,
                      zoned TIMETZ, uid UUID, doc JSON, docb JSONB, tags TEXT[], matrix INTEGER[][], mood mood, share percent,
                      span INTERVAL, address INET, price MONEY, bits BIT(3), period INT4RANGE, point POINT)""",
                    """
                    INSERT INTO types VALUES (9223372036854775807, TRUE, -32768, 2147483647, 1234567890123456.7891,
                      12.5, 123456789012345678901234567890, 12000, 1.5, 0.1, 'Zoë "q"', 'ab', E'line\\nnext', '\\x00ff', '2026-01-31',
                      '12:30:15.123456', '2026-01-31 12:30:15.5', '2026-01-31 12:30:15+02', '12:30:15+02',
                      '0f8fad5b-d9cb-469f-a165-70867728950e', '{"a": [1, 2.50]}', '{"b":null}', '{"x","y,z",NULL}', '{{1,2},{3,4}}',
                      'happy', 42, '1 day 2 hours', '10.0.0.1', '12.50', B'101', '[1,5)', '(1,2)')""",
                    "INSERT INTO types (id, real, double) VALUES (1, 'NaN', '-Infinity')",
                    "INSERT INTO types (id, plain) VALUES (2, 'NaN')",
                    "INSERT INTO types (id, day) VALUES (3, 'infinity')",
                    "INSERT INTO types (id, stamp) VALUES (4, '-infinity')",
                    "INSERT INTO types (id, moment) VALUES (5, '10000-01-01 00:00+00')",
                    "INSERT INTO types (id) VALUES (6)");
            JdbcFixture table = JdbcFixture.over(server.jdbcUrl(), "types");

            assertThat(table.columns())
                    .containsExactly(
                            "id BIGINT",
                            "yes BOOLEAN",
                            "small INTEGER",
                            "whole INTEGER",
                            "exact DECIMAL(20,4)",
                            "plain DECIMAL(38,10)",
                            "digits DECIMAL(30,0)",
                            "thousands DECIMAL(38,10)",
                            "real REAL",
                            "double DOUBLE",
                            "name VARCHAR",
                            "code VARCHAR",
                            "body VARCHAR",
                            "raw BYTEA",
                            "day DATE",
                            "at TIME",
                            "stamp TIMESTAMP",
                            "moment TIMESTAMPTZ",
                            "zoned VARCHAR",
                            "uid UUID",
                            "doc JSON",
                            "docb JSON",
                            "tags JSON",
                            "matrix JSON",
                            "mood VARCHAR",
                            "share INTEGER",
                            "span VARCHAR",
                            "address VARCHAR",
                            "price VARCHAR",
                            "bits VARCHAR",
                            "period VARCHAR",
                            "point VARCHAR");
            RecordingSink sink = table.load();
            assertThat(sink.values())
                    .contains(
                            "{\"id\":9223372036854775807,\"yes\":true,\"small\":-32768,\"whole\":2147483647,"
                                    + "\"exact\":1234567890123456.7891,\"plain\":12.5,"
                                    + "\"digits\":123456789012345678901234567890,\"thousands\":12000,\"real\":1.5,\"double\":0.1,"
                                    + "\"name\":\"Zoë \\\"q\\\"\",\"code\":\"ab  \",\"body\":\"line\\nnext\",\"raw\":\"AP8=\","
                                    + "\"day\":\"2026-01-31\",\"at\":\"12:30:15.123456\","
                                    + "\"stamp\":\"2026-01-31T12:30:15.500000\",\"moment\":\"2026-01-31T10:30:15Z\","
                                    + "\"zoned\":\"12:30:15+02\",\"uid\":\"0f8fad5b-d9cb-469f-a165-70867728950e\","
                                    + "\"doc\":{\"a\": [1, 2.50]},\"docb\":{\"b\": null},\"tags\":[\"x\",\"y,z\",null],"
                                    + "\"matrix\":[[1,2],[3,4]],\"mood\":\"happy\",\"share\":42,"
                                    + "\"span\":\"1 day 02:00:00\","
                                    + "\"address\":\"10.0.0.1\",\"price\":\"$12.50\",\"bits\":\"101\",\"period\":\"[1,5)\","
                                    + "\"point\":\"(1,2)\"}",
                            "{\"id\":1,\"real\":\"NaN\",\"double\":\"-Infinity\"}",
                            "{\"id\":6}")
                    .hasSize(3);
            assertThat(sink.bad().stream().map(RecordingSink.Bad::column))
                    .containsExactlyInAnyOrder("plain", "day", "stamp", "moment");
        }
    }

    @Test
    void typesOfMariaDb() throws Exception {
        try (MariaServer server = MariaServer.started()) {
            server.execute("""
                    CREATE TABLE types (id BIGINT UNSIGNED PRIMARY KEY, yes BOOLEAN, flag BIT(1), bits BIT(12), tiny TINYINT,
                      utiny TINYINT UNSIGNED, small SMALLINT UNSIGNED, medium MEDIUMINT, whole INT, uwhole INT UNSIGNED, big BIGINT,
                      exact DECIMAL(20,4), huge DECIMAL(60,5), single FLOAT, dbl DOUBLE, name VARCHAR(20), body LONGTEXT,
                      raw VARBINARY(8), large LONGBLOB, day DATE, at TIME(6), span TIME, stamp DATETIME(6), moment TIMESTAMP(6) NULL,
                      y YEAR, kind ENUM('a','b'), marks SET('x','y'), doc JSON, uid UUID, address INET6)""", """
                    INSERT INTO types VALUES (18446744073709551615, TRUE, b'1', b'101000000001', -128, 255, 65535, -8388608,
                      2147483647, 4294967295, -9223372036854775808, 1234567890123456.7891, 12.5, 1.5, 0.1, 'Zoë "q"', 'body', x'00FF',
                      x'0102', '2026-01-31', '12:30:15.123456', '100:00:00', '2026-01-31 12:30:15.5', '2026-01-31 12:30:15',
                      2026, 'b', 'x,y', '{"a": [1, 2.50]}', '0f8fad5b-d9cb-469f-a165-70867728950e', '::1')""", """
                    INSERT INTO types (id, at, span, moment, exact) VALUES
                      (7, '12:30:15', NULL, '2026-01-31 12:30:15', -0.5)""", "INSERT INTO types (id) VALUES (6)");
            JdbcFixture table = JdbcFixture.over(server.jdbcUrl().replace("mariadb", "mysql"), "shop.types");

            assertThat(table.columns())
                    .containsExactly(
                            "id DECIMAL(20,0)",
                            "yes BOOLEAN",
                            "flag BOOLEAN",
                            "bits BYTEA",
                            "tiny INTEGER",
                            "utiny INTEGER",
                            "small INTEGER",
                            "medium INTEGER",
                            "whole INTEGER",
                            "uwhole BIGINT",
                            "big BIGINT",
                            "exact DECIMAL(20,4)",
                            "huge DECIMAL(38,10)",
                            "single REAL",
                            "dbl DOUBLE",
                            "name VARCHAR",
                            "body VARCHAR",
                            "raw BYTEA",
                            "large BYTEA",
                            "day DATE",
                            "at TIME",
                            "span TIME",
                            "stamp TIMESTAMP",
                            "moment TIMESTAMPTZ",
                            "y INTEGER",
                            "kind VARCHAR",
                            "marks VARCHAR",
                            "doc JSON",
                            "uid UUID",
                            "address VARCHAR");
            RecordingSink sink = table.load();
            assertThat(sink.values())
                    .containsExactlyInAnyOrder(
                            "{\"id\":7,\"exact\":-0.5000,\"at\":\"12:30:15.000000\",\"moment\":\"2026-01-31T07:30:15Z\"}",
                            "{\"id\":6}");
            assertThat(sink.bad()).hasSize(1).first().satisfies(bad -> {
                assertThat(bad.column()).isEqualTo("span");
                assertThat(bad.raw())
                        .isEqualTo(
                                "{\"id\":18446744073709551615,\"yes\":true,\"flag\":true,\"bits\":\"CgE=\",\"tiny\":-128,"
                                        + "\"utiny\":255,\"small\":65535,\"medium\":-8388608,\"whole\":2147483647,"
                                        + "\"uwhole\":4294967295,\"big\":-9223372036854775808,\"exact\":1234567890123456.7891,"
                                        + "\"huge\":12.50000,\"single\":1.5,\"dbl\":0.1,\"name\":\"Zoë \\\"q\\\"\",\"body\":\"body\","
                                        + "\"raw\":\"AP8=\",\"large\":\"AQI=\",\"day\":\"2026-01-31\",\"at\":\"12:30:15.123456\","
                                        + "\"stamp\":\"2026-01-31T12:30:15.500000\",\"moment\":\"2026-01-31T07:30:15Z\",\"y\":2026,"
                                        + "\"kind\":\"b\",\"marks\":\"x,y\",\"doc\":{\"a\": [1, 2.50]},"
                                        + "\"uid\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"address\":\"::1\"}");
            });
        }
    }

    @Test
    void typesOfH2() throws Exception {
        String url = "jdbc:h2:mem:types;DB_CLOSE_DELAY=-1";
        run(url, """
                CREATE TABLE types (id BIGINT PRIMARY KEY, yes BOOLEAN, tiny TINYINT, small SMALLINT, whole INTEGER,
                  exact NUMERIC(20,4), real REAL, double DOUBLE PRECISION, name VARCHAR(20), body CLOB, raw VARBINARY(8), large BLOB,
                  born DATE, clock TIME(6), stamp TIMESTAMP(9), moment TIMESTAMP WITH TIME ZONE, uid UUID, doc JSON,
                  tags VARCHAR(10) ARRAY, kind ENUM('a','b'))""", """
                INSERT INTO types VALUES (9223372036854775807, TRUE, -128, -32768, 2147483647, 1234567890123456.7891, 1.5,
                  0.1, 'Zoë "q"', 'body', x'00FF', x'0102', DATE '2026-01-31', TIME '12:30:15.123456',
                  TIMESTAMP '2026-01-31 12:30:15.123456789', TIMESTAMP WITH TIME ZONE '2026-01-31 12:30:15+02',
                  '0f8fad5b-d9cb-469f-a165-70867728950e', JSON '{"a": [1, 2.50]}', ARRAY['x', NULL], 'b')""", "INSERT INTO types (id) VALUES (1)");
        JdbcFixture table = JdbcFixture.over(url, "types");

        assertThat(table.columns())
                .containsExactly(
                        "id BIGINT",
                        "yes BOOLEAN",
                        "tiny INTEGER",
                        "small INTEGER",
                        "whole INTEGER",
                        "exact DECIMAL(20,4)",
                        "real REAL",
                        "double DOUBLE",
                        "name VARCHAR",
                        "body VARCHAR",
                        "raw BYTEA",
                        "large BYTEA",
                        "born DATE",
                        "clock TIME",
                        "stamp TIMESTAMP",
                        "moment TIMESTAMPTZ",
                        "uid UUID",
                        "doc JSON",
                        "tags JSON",
                        "kind VARCHAR");
        assertThat(table.load().values())
                .containsExactlyInAnyOrder(
                        "{\"id\":9223372036854775807,\"yes\":true,\"tiny\":-128,\"small\":-32768,\"whole\":2147483647,"
                                + "\"exact\":1234567890123456.7891,\"real\":1.5,\"double\":0.1,\"name\":\"Zoë \\\"q\\\"\","
                                + "\"body\":\"body\",\"raw\":\"AP8=\",\"large\":\"AQI=\",\"born\":\"2026-01-31\","
                                + "\"clock\":\"12:30:15.123456\",\"stamp\":\"2026-01-31T12:30:15.123456789\","
                                + "\"moment\":\"2026-01-31T10:30:15Z\",\"uid\":\"0f8fad5b-d9cb-469f-a165-70867728950e\","
                                + "\"doc\":{\"a\":[1,2.50]},\"tags\":[\"x\",null],\"kind\":\"b\"}",
                        "{\"id\":1}");
    }

    @Test
    void typesOfSqliteAreThoseOfItsValues(@TempDir Path folder) throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("types.db");
        run(
                url,
                "CREATE TABLE types (id INTEGER PRIMARY KEY, yes BOOLEAN, whole BIGINT, exact DECIMAL(10,2), double REAL,"
                        + " name TEXT, raw BLOB, day DATE, stamp DATETIME, anything)",
                "INSERT INTO types VALUES (9223372036854775807, 1, 5, 12.5, 0.1, 'Zoë', x'00FF', '2026-01-31',"
                        + " '2026-01-31 12:30:15', 'text')",
                "INSERT INTO types VALUES (2, 0, 'not a number', 7, 1, 5, 'text', NULL, 1769862615000, 1.5)");
        JdbcFixture table = JdbcFixture.over(url, "types");

        assertThat(table.columns())
                .containsExactly(
                        "id BIGINT",
                        "yes BOOLEAN",
                        "whole BIGINT",
                        "exact DECIMAL(10,2)",
                        "double DOUBLE",
                        "name VARCHAR",
                        "raw BYTEA",
                        "day DATE",
                        "stamp TIMESTAMP",
                        "anything DOUBLE");
        assertThat(table.load().values())
                .containsExactlyInAnyOrder(
                        "{\"id\":9223372036854775807,\"yes\":true,\"whole\":5,\"exact\":12.5,\"double\":0.1,\"name\":\"Zoë\","
                                + "\"raw\":\"AP8=\",\"day\":\"2026-01-31\",\"stamp\":\"2026-01-31 12:30:15\","
                                + "\"anything\":\"text\"}",
                        "{\"id\":2,\"yes\":false,\"whole\":\"not a number\",\"exact\":7,\"double\":1.0,\"name\":\"5\","
                                + "\"raw\":\"dGV4dA==\",\"stamp\":1769862615000,\"anything\":1.5}");
    }

    @Test
    void typesOfDuckDb(@TempDir Path folder) throws Exception {
        String url = "jdbc:duckdb:" + folder.resolve("types.duckdb");
        run(url, """
                CREATE TABLE types (id BIGINT PRIMARY KEY, yes BOOLEAN, tiny UTINYINT, whole INTEGER, uwhole UINTEGER,
                  ubig UBIGINT, huge HUGEINT, exact DECIMAL(20,4), single FLOAT, dbl DOUBLE, name VARCHAR, raw BLOB, born DATE,
                  clock TIME, stamp TIMESTAMP, moment TIMESTAMPTZ, uid UUID, tags VARCHAR[], pair STRUCT(a INTEGER, b VARCHAR))""", """
                INSERT INTO types VALUES (9223372036854775807, TRUE, 255, 2147483647, 4294967295, 18446744073709551615,
                  170141183460469231731687303715884105727::HUGEINT, 1234567890123456.7891, 1.5, 0.1, 'Zoë', '\\x00\\xFF'::BLOB,
                  '2026-01-31', '12:30:15.123456', '2026-01-31 12:30:15.5', '2026-01-31 12:30:15+02',
                  '0f8fad5b-d9cb-469f-a165-70867728950e', ['x', NULL], {'a': 1, 'b': 'z'})""", "INSERT INTO types (id) VALUES (1)");
        JdbcFixture table = JdbcFixture.over(url, "types");

        assertThat(table.columns())
                .containsExactly(
                        "id BIGINT",
                        "yes BOOLEAN",
                        "tiny INTEGER",
                        "whole INTEGER",
                        "uwhole BIGINT",
                        "ubig DECIMAL(20,0)",
                        "huge DECIMAL(38,0)",
                        "exact DECIMAL(20,4)",
                        "single REAL",
                        "dbl DOUBLE",
                        "name VARCHAR",
                        "raw BYTEA",
                        "born DATE",
                        "clock TIME",
                        "stamp TIMESTAMP",
                        "moment TIMESTAMPTZ",
                        "uid UUID",
                        "tags JSON",
                        "pair JSON");
        assertThat(table.load().values())
                .containsExactlyInAnyOrder(
                        "{\"id\":9223372036854775807,\"yes\":true,\"tiny\":255,\"whole\":2147483647,\"uwhole\":4294967295,"
                                + "\"ubig\":18446744073709551615,\"huge\":170141183460469231731687303715884105727,"
                                + "\"exact\":1234567890123456.7891,\"single\":1.5,\"dbl\":0.1,\"name\":\"Zoë\","
                                + "\"raw\":\"AP8=\",\"born\":\"2026-01-31\",\"clock\":\"12:30:15.123456\","
                                + "\"stamp\":\"2026-01-31T12:30:15.500000\",\"moment\":\"2026-01-31T10:30:15Z\","
                                + "\"uid\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"tags\":[\"x\",null],"
                                + "\"pair\":{\"a\":1,\"b\":\"z\"}}",
                        "{\"id\":1}");
    }
}

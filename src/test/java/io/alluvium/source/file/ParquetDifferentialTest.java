package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.data.Schema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What DuckDB writes as Parquet is compared with what DuckDB reads from it, as JSON.
class ParquetDifferentialTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Each column's name, the SQL that makes its value of `i`, and the SQL that writes a value as our JSON does.
    private static final List<String[]> COLUMNS = List.of(
            column("id", "i::BIGINT", "to_json(id)"),
            column("flag", "i % 3 = 0", "to_json(flag)"),
            column("tiny", "(i % 250 - 125)::TINYINT", "to_json(tiny)"),
            column("small", "(i - 30000)::SMALLINT", "to_json(small)"),
            column("whole", "(i * 7919 - 9999999)::INTEGER", "to_json(whole)"),
            column("utiny", "(i % 256)::UTINYINT", "to_json(utiny)"),
            column("uwhole", "(4294967295 - i)::UINTEGER", "to_json(uwhole)"),
            column("ubig", "(18446744073709551615 - i)::UBIGINT", "to_json(ubig)"),
            column("money", "(i * 1.01 - 500)::DECIMAL(9,2)", "to_json(money)"),
            column("wide", "(i * 1234567.891)::DECIMAL(18,3)", "to_json(wide)"),
            column("huge", "(i * 1.0000000001 + 12345678901234567890)::DECIMAL(38,10)", "to_json(huge)"),
            column("single", "(i / 7)::FLOAT", "single"),
            column("dbl", "i / 7.0::DOUBLE - 5", "to_json(dbl)"),
            column("word", "'w' || (i % 17)", "to_json(word)"),
            column("text", "'é\"\\\n\t日本' || i", "to_json(text)"),
            column("day", "DATE '1965-03-01' + i::INTEGER", "to_json(strftime(day, '%Y-%m-%d'))"),
            column(
                    "noon",
                    "TIME '12:30:00' + INTERVAL (i) MILLISECOND",
                    "to_json(strftime(DATE '2000-01-01' + noon, '%H:%M:%S.%f'))"),
            column(
                    "stamp",
                    "TIMESTAMP '1969-12-31 23:59:58.5' + INTERVAL (i * 1001) MICROSECOND",
                    "to_json(strftime(stamp, '%Y-%m-%dT%H:%M:%S.%f'))"),
            column(
                    "millis",
                    "(TIMESTAMP '2026-03-01 00:00:00' + INTERVAL (i) MILLISECOND)::TIMESTAMP_MS",
                    "to_json(strftime(millis::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%f'))"),
            column(
                    "nanos",
                    "(TIMESTAMP '2026-03-01 00:00:00' + INTERVAL (i) MICROSECOND)::TIMESTAMP_NS",
                    "to_json(strftime(nanos::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%f'))"),
            column(
                    "moment",
                    "(TIMESTAMP '2026-03-01 00:00:00' + INTERVAL (i) SECOND) AT TIME ZONE 'UTC'",
                    "to_json(strftime(moment AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'))"),
            column("uuid", "('00000000-0000-4000-8000-' || lpad(i::VARCHAR, 12, '0'))::UUID", "to_json(uuid)"),
            column("bytes", "encode('b' || i)", "to_json(base64(bytes))"),
            column("list", "[i, NULL, i + 1]", "to_json(list)"),
            column("lists", "[[i], [], NULL, [NULL, 2]]", "to_json(lists)"),
            column("empty", "CASE WHEN i % 2 = 0 THEN []::INTEGER[] END", "to_json(empty)"),
            column("nested", "{'a': i, 'b': {'c': 'x' || i, 'd': [1.5, NULL]}, 'n': NULL::INTEGER}", "to_json(nested)"),
            column("map", "MAP {'k' || (i % 3): i, 'z': NULL}", "to_json(map)"),
            column("things", "[{'n': i, 's': NULL}, {'n': NULL, 's': 'q'}]", "to_json(things)"),
            column("never", "NULL::INTEGER", "to_json(never)"));

    @TempDir
    private Path folder;

    private Connection duck;

    private static String[] column(String name, String make, String write) {
        return new String[] {name, make, write};
    }

    @BeforeEach
    void connect() throws Exception {
        duck = DriverManager.getConnection("jdbc:duckdb:");
        run("SET TimeZone = 'UTC'");
    }

    @AfterEach
    void disconnect() throws Exception {
        duck.close();
    }

    @ParameterizedTest
    @CsvSource({
        "uncompressed, V1, 100000",
        "snappy, V1, 2048",
        "zstd, V2, 2048",
        "gzip, V1, 4096",
        "lz4_raw, V2, 100000",
    })
    void everyTypeIsWhatDuckDbReads(String codec, String version, int groupRows) throws Exception {
        write(5000, codec, version, groupRows);

        List<String> rows = FileFixture.over(folder.resolve("t.parquet")).load().values();

        assertSame(rows);
    }

    @Test
    void typesOfColumnsAreThoseOfTheFooter() throws Exception {
        write(10, "snappy", "V1", 2048);

        Schema schema = FileFixture.over(folder.resolve("t.parquet")).discover().schema();

        assertThat(schema.columns().stream().map(c -> c.name() + " " + c.type()))
                .containsExactly(
                        "id BIGINT",
                        "flag BOOLEAN",
                        "tiny INTEGER",
                        "small INTEGER",
                        "whole INTEGER",
                        "utiny INTEGER",
                        "uwhole BIGINT",
                        "ubig DECIMAL(20,0)",
                        "money DECIMAL(9,2)",
                        "wide DECIMAL(18,3)",
                        "huge DECIMAL(38,10)",
                        "single REAL",
                        "dbl DOUBLE",
                        "word VARCHAR",
                        "text VARCHAR",
                        "day DATE",
                        "noon TIME",
                        "stamp TIMESTAMP",
                        "millis TIMESTAMP",
                        "nanos TIMESTAMP",
                        "moment TIMESTAMPTZ",
                        "uuid UUID",
                        "bytes BYTEA",
                        "list JSON",
                        "lists JSON",
                        "empty JSON",
                        "nested JSON",
                        "map JSON",
                        "things JSON",
                        "never INTEGER");
    }

    private void write(int rows, String codec, String version, int groupRows) throws Exception {
        var columns = new ArrayList<String>();
        for (String[] column : COLUMNS) {
            boolean isKey = column[0].equals("id");
            columns.add(
                    (isKey ? column[1] : "CASE WHEN hash(i, '" + column[0] + "') % 5 > 0 THEN " + column[1] + " END")
                            + " AS " + column[0]);
        }
        run("COPY (SELECT " + String.join(", ", columns) + " FROM range(" + rows + ") r(i)) TO '"
                + folder.resolve("t.parquet") + "' (FORMAT parquet, COMPRESSION " + codec + ", PARQUET_VERSION "
                + version
                + ", ROW_GROUP_SIZE " + groupRows + ")");
    }

    private void assertSame(List<String> rows) throws Exception {
        var select = new ArrayList<String>();
        COLUMNS.forEach(column -> select.add(column[2] + "::VARCHAR"));
        int row = 0;
        try (var statement = duck.createStatement();
                ResultSet expected = statement.executeQuery("SELECT " + String.join(", ", select)
                        + " FROM read_parquet('" + folder.resolve("t.parquet") + "') ORDER BY id")) {
            while (expected.next()) {
                JsonNode actual = MAPPER.readTree(rows.get(row++));
                for (int i = 0; i < COLUMNS.size(); i++) {
                    String name = COLUMNS.get(i)[0];
                    String text = expected.getString(i + 1);
                    JsonNode wanted = text == null || text.equals("null") ? null : MAPPER.readTree(text);
                    assertThat(canonical(actual.get(name)))
                            .as("column %s of row %s", name, row - 1)
                            .isEqualTo(canonical(wanted));
                }
            }
        }
        assertThat(rows).hasSize(row);
    }

    /// Numbers by value, and times without zeros at the end of their fraction.
    private static String canonical(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return "null";
        }
        if (node.isFloat() || node.isDouble()) {
            return Double.toString(node.doubleValue());
        }
        if (node.isTextual() && node.textValue().matches("[-0-9T:]*\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?")) {
            String text = node.textValue();
            String plain = text.replace("Z", "");
            return (plain.contains("T")
                            ? LocalDateTime.parse(plain).toString()
                            : LocalTime.parse(plain).toString())
                    + (text.endsWith("Z") ? "Z" : "");
        }
        return node.toString();
    }

    private void run(String sql) throws Exception {
        try (var statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }
}

package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.format.RowDecoder.Outcome;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRowDecoderTest {

    private static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("name", ColumnType.VARCHAR),
            Column.of("count", ColumnType.BIGINT),
            Column.of("price", ColumnType.decimal(18, 2)),
            Column.of("paid", ColumnType.BOOLEAN));

    private final RowBatch batch = RowBatch.forSchema(SCHEMA, 4);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Outcome decode(ColumnType type, boolean open, String value, RowBatch into) {
        return new JsonRowDecoder(Schema.of(Column.of("v", type)), 0, open)
                .decode(bytes("{\"v\":" + value + "}"), into, 0);
    }

    @Test
    void fieldsGoToTheColumnsOfTheirNameInAnyOrder() {
        var decoder = new JsonRowDecoder(SCHEMA, 1, true);
        String[] orders = {
            "{\"name\":\"pen\",\"count\":3,\"price\":1.5,\"paid\":true}",
            "{\"paid\":true,\"price\":1.50,\"count\":3,\"name\":\"pen\"}",
            " { \"count\" : 3 , \"name\" : \"pen\" , \"paid\" : true , \"price\" : 1.5 } "
        };
        for (int row = 0; row < orders.length; row++) {
            assertThat(decoder.decode(bytes(orders[row]), batch, row)).isInstanceOf(Outcome.Decoded.class);
            assertThat(batch.column(1).getText(row)).isEqualTo("pen");
            assertThat(batch.column(2).getLong(row)).isEqualTo(3);
            assertThat(batch.column(3).getLong(row)).isEqualTo(150);
            assertThat(batch.column(4).getBoolean(row)).isTrue();
        }
    }

    @Test
    void aFieldThatIsMissingOrNullIsNullAlsoWhereTheRowBeforeHadAValue() {
        var decoder = new JsonRowDecoder(SCHEMA, 1, true);
        decoder.decode(bytes("{\"name\":\"pen\",\"count\":3}"), batch, 0);
        decoder.decode(bytes("{\"count\":null}"), batch, 0);

        assertThat(batch.column(1).isNull(0)).isTrue();
        assertThat(batch.column(2).isNull(0)).isTrue();
    }

    @Test
    void ofANameThatStandsTwiceTheLastCounts() {
        new JsonRowDecoder(SCHEMA, 1, true).decode(bytes("{\"count\":1,\"count\":2}"), batch, 0);

        assertThat(batch.column(2).getLong(0)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[1]",
                "7",
                "\"text\"",
                "null",
                "{",
                "{\"count\":1",
                "{\"count\":1}x",
                "{\"count\":1}{}",
                "{count:1}"
            })
    void whatIsNoJsonObjectIsMalformed(String value) {
        assertThat(new JsonRowDecoder(SCHEMA, 1, true).decode(bytes(value), batch, 0))
                .isInstanceOf(Outcome.Malformed.class);
    }

    @Test
    void invalidUtf8IsMalformed() {
        byte[] value = bytes("{\"name\":\"..\"}");
        value[9] = (byte) 0xC3;
        value[10] = '(';

        assertThat(new JsonRowDecoder(SCHEMA, 1, true).decode(value, batch, 0)).isInstanceOf(Outcome.Malformed.class);
    }

    @Test
    void unknownFieldsAskForColumnsAllAtOnce() {
        var outcome = new JsonRowDecoder(SCHEMA, 1, true)
                .decode(bytes("{\"city\":\"Bern\",\"name\":\"pen\",\"size\":{\"w\":1},\"gone\":null}"), batch, 0);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Evolves.class, evolves -> {
            assertThat(evolves.schema().names())
                    .containsExactly("_key", "name", "count", "price", "paid", "city", "size");
            assertThat(evolves.schema().column(6).type()).isEqualTo(ColumnType.JSON);
        });
    }

    @Test
    void unknownFieldsArePassedOverWhereColumnsAreDeclared() {
        var outcome =
                new JsonRowDecoder(SCHEMA, 1, false).decode(bytes("{\"city\":{\"a\":[1,2]},\"count\":4}"), batch, 0);

        assertThat(outcome).isInstanceOf(Outcome.Decoded.class);
        assertThat(batch.column(2).getLong(0)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIGINT | 1.5 | DECIMAL(38,1)",
                "BIGINT | 99999999999999999999 | DECIMAL(38,0)",
                "BIGINT | 1e3 | DOUBLE",
                "BIGINT | \"x\" | VARCHAR",
                "BIGINT | {} | JSON",
                "DECIMAL(18,2) | 1.234 | DECIMAL(38,3)",
                "DECIMAL(18,2) | 1e400 | DOUBLE",
                "BOOLEAN | 5 | VARCHAR",
                "VARCHAR | [1] | JSON",
                "DATE | \"2026-01-01T10:00:00\" | VARCHAR"
            })
    void aValueThatDoesNotFitWidensAColumnThatWasDiscovered(String type, String value, String wider) {
        ColumnType before = ColumnType.parse(type);
        RowBatch into = RowBatch.forSchema(Schema.of(Column.of("v", before)), 1);

        assertThat(decode(before, true, value, into))
                .isInstanceOfSatisfying(
                        Outcome.Evolves.class,
                        evolves -> assertThat(evolves.schema().column(0).type().sql())
                                .isEqualTo(wider));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIGINT | 1.5",
                "BIGINT | \"x\"",
                "INTEGER | 3000000000",
                "DECIMAL(6,2) | 1.234",
                "DECIMAL(6,2) | 12345.6",
                "BOOLEAN | 1",
                "DATE | \"2026-02-30\"",
                "TIMESTAMP | \"yesterday\"",
                "UUID | \"7\"",
                "BYTEA | \"*\"",
                "VARCHAR | [1]"
            })
    void aValueThatDoesNotFitADeclaredColumnIsMalformedAndNamesTheColumn(String type, String value) {
        ColumnType declared = ColumnType.parse(type);
        RowBatch into = RowBatch.forSchema(Schema.of(Column.of("v", declared)), 1);

        assertThat(decode(declared, false, value, into)).isInstanceOfSatisfying(Outcome.Malformed.class, malformed -> {
            assertThat(malformed.column()).isEqualTo("v");
            assertThat(malformed.reason()).contains(declared.sql());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIGINT | \"42\" | 42",
                "DECIMAL(6,2) | \"1.50\" | 1.50",
                "DECIMAL(6,2) | 1e2 | 100.00",
                "DECIMAL(38,4) | 12345678901234567890.1234 | 12345678901234567890.1234",
                "DECIMAL(18,2) | 1.5000 | 1.50",
                "DOUBLE | 3 | 3.0",
                "VARCHAR | 1.50 | 1.50",
                "VARCHAR | true | true",
                "DATE | \"2026-02-28\" | 2026-02-28",
                "TIMESTAMP | \"2026-02-28 10:11:12.5\" | 2026-02-28T10:11:12.500",
                "TIMESTAMP | 1700000000123 | 2023-11-14T22:13:20.123",
                "TIMESTAMPTZ | \"2026-02-28T10:00:00+02:00\" | 2026-02-28T08:00:00Z",
                "TIME | \"10:11\" | 10:11:00",
                "UUID | \"00000000-0000-0001-0000-000000000002\" | 00000000-0000-0001-0000-000000000002",
                "JSON | {\"a\": [1.50, \"x\"]} | {\"a\": [1.50, \"x\"]}",
                "BOOLEAN | \"TRUE\" | true"
            })
    void valuesAreReadIntoDeclaredTypesAndWrittenAgain(String type, String value, String expected) {
        Schema schema = Schema.of(Column.of("v", ColumnType.parse(type)));
        RowBatch into = RowBatch.forSchema(schema, 1);

        assertThat(decode(schema.column(0).type(), false, value, into)).isInstanceOf(Outcome.Decoded.class);
        String written = new String(new JsonRowEncoder(schema, 0).encode(into, 0), StandardCharsets.UTF_8);
        boolean quoted = written.startsWith("{\"v\":\"");
        assertThat(written).isEqualTo(quoted ? "{\"v\":\"" + expected + "\"}" : "{\"v\":" + expected + "}");
    }

    @Test
    void nestedValuesStayOnOneLine() {
        Schema schema = Schema.of(Column.of("v", ColumnType.JSON));
        RowBatch into = RowBatch.forSchema(schema, 1);
        decode(ColumnType.JSON, false, "{\n\t\"a\": 1\r\n}", into);

        assertThat(into.column(0).getText(0)).doesNotContain("\n", "\r", "\t").contains("\"a\": 1");
    }

    @Test
    void decimalsAreReadFromTheirDigits() {
        var random = new Random(5);
        Schema schema = Schema.of(Column.of("v", ColumnType.decimal(18, 4)));
        RowBatch into = RowBatch.forSchema(schema, 1);
        for (int i = 0; i < 20_000; i++) {
            BigDecimal number = BigDecimal.valueOf(
                    random.nextLong(1_000_000_000_000_000_000L) * (random.nextBoolean() ? 1 : -1), random.nextInt(5));
            var outcome = decode(schema.column(0).type(), false, number.toPlainString(), into);
            boolean fits = number.precision() - number.scale() <= 14;
            assertThat(outcome instanceof Outcome.Decoded)
                    .as(number.toPlainString())
                    .isEqualTo(fits);
            if (fits) {
                assertThat(into.column(0).getDecimal(0)).isEqualByComparingTo(number);
            }
        }
    }

    @Test
    void discoveryFindsTheTypesThatHoldAllValues() {
        var discovery = new JsonDiscovery(100);
        discovery.add(bytes("{\"id\":1,\"price\":12.5,\"tags\":[1],\"note\":null,\"mixed\":1}"));
        discovery.add(bytes("not json"));
        discovery.add(bytes("{\"id\":2,\"price\":1.255,\"mixed\":\"a\",\"late\":true}"));

        assertThat(discovery.schema())
                .isEqualTo(Schema.of(
                        Column.of("id", ColumnType.BIGINT),
                        Column.of("price", ColumnType.decimal(18, 3)),
                        Column.of("tags", ColumnType.JSON),
                        Column.of("mixed", ColumnType.VARCHAR),
                        Column.of("late", ColumnType.BOOLEAN)));
    }

    @Test
    void textsThatRepeatAreOneObject() {
        var decoder = new JsonRowDecoder(SCHEMA, 1, true);
        decoder.decode(bytes("{\"name\":\"pencil\"}"), batch, 0);
        decoder.decode(bytes("{\"name\":\"pencil\"}"), batch, 1);
        Vector names = batch.column(1);

        assertThat(names.getText(0)).isSameAs(names.getText(1));
    }
}

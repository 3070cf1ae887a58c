package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.format.JsonRecordParser.Unknown;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordParserTest {

    private static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("t", ColumnType.VARCHAR),
            Column.of("a name beyond sixteen bytes", ColumnType.VARCHAR),
            Column.of("größe", ColumnType.VARCHAR),
            Column.of("\"q\\", ColumnType.VARCHAR),
            Column.of("int", ColumnType.INTEGER),
            Column.of("bigint", ColumnType.BIGINT),
            Column.of("dec4", ColumnType.decimal(18, 4)),
            Column.of("dec2", ColumnType.decimal(6, 2)),
            Column.of("dec18", ColumnType.decimal(18, 18)),
            Column.of("dec0", ColumnType.decimal(18, 0)),
            Column.of("wide", ColumnType.decimal(38, 10)),
            Column.of("double", ColumnType.DOUBLE),
            Column.of("real", ColumnType.REAL),
            Column.of("flag", ColumnType.BOOLEAN),
            Column.of("date", ColumnType.DATE),
            Column.of("time", ColumnType.TIME),
            Column.of("timestamp", ColumnType.TIMESTAMP),
            Column.of("timestamptz", ColumnType.TIMESTAMPTZ),
            Column.of("uuid", ColumnType.UUID),
            Column.of("bytea", ColumnType.BYTEA),
            Column.of("json", ColumnType.JSON));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Whatever the parser takes is what Jackson makes of it, in every column.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatItTakesIsWhatTheTokensSay(long seed) {
        var random = new Random(seed);
        var records = new Records(random);
        var own = RowBatch.forSchema(SCHEMA, 2);
        var tokens = RowBatch.forSchema(SCHEMA, 2);
        int taken = 0;
        int count = 6_000;
        for (int i = 0; i < count; i++) {
            byte[] record = records.next();
            var shown = new String(record, StandardCharsets.ISO_8859_1);
            for (Unknown unknown : Unknown.values()) {
                List<String> told = new ArrayList<>();
                List<String> toldByTokens = new ArrayList<>();
                var parser = new JsonRecordParser(SCHEMA, 1, unknown, told::add);
                if (!parser.parse(record.clone(), own, i & 1)) {
                    continue;
                }
                taken++;
                var decoder = switch (unknown) {
                    case PASSED_OVER -> new JsonRowDecoder(SCHEMA, 1, false);
                    case TOLD -> JsonRowDecoder.growing(SCHEMA, 1, SCHEMA.size() - 1, toldByTokens::add);
                    case GIVEN_UP -> new JsonRowDecoder(SCHEMA, 1, true);
                };
                assertThat(decoder.decodeTokens(record.clone(), tokens, i & 1))
                        .as("seed %d: %s", seed, shown)
                        .isEqualTo(RowDecoder.DECODED);
                assertThat(told).as("seed %d: %s", seed, shown).isEqualTo(toldByTokens);
                assertSameRow(own, tokens, i & 1, "seed " + seed + ": " + shown);
            }
        }
        assertThat(taken).as("records taken, seed %d", seed).isGreaterThan(count / 2);
    }

    private static void assertSameRow(RowBatch own, RowBatch tokens, int row, String shown) {
        for (int c = 1; c < SCHEMA.size(); c++) {
            Vector a = own.column(c);
            Vector b = tokens.column(c);
            String where = SCHEMA.column(c).name() + ", " + shown;
            assertThat(a.isNull(row)).as(where).isEqualTo(b.isNull(row));
            if (a.isNull(row)) {
                continue;
            }
            switch (a.storage()) {
                case LONG -> assertThat(a.getLong(row)).as(where).isEqualTo(b.getLong(row));
                case DOUBLE ->
                    assertThat(Double.doubleToRawLongBits(a.getDouble(row)))
                            .as(where)
                            .isEqualTo(Double.doubleToRawLongBits(b.getDouble(row)));
                case OBJECT -> {
                    if (a.type().kind() == Kind.VARCHAR || a.type().kind() == Kind.JSON) {
                        assertThat(a.getUtf8(row)).as(where).isEqualTo(b.getUtf8(row));
                    }
                    assertThat(a.getObject(row)).as(where).isEqualTo(b.getObject(row));
                }
            }
        }
    }

    /// Records of every kind: most of them good, many odd, some broken.
    private static final class Records {
        private static final String[] NUMBERS = {
            "0",
            "-0",
            "1",
            "-1",
            "01",
            "-01",
            "00",
            "+1",
            "-",
            ".5",
            "5.",
            "1.5",
            "-0.0",
            "0.0",
            "1e5",
            "1E+5",
            "1e-5",
            "1e400",
            "-1e400",
            "1e-400",
            "1e",
            "1e+",
            "12a",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "999999999999999999",
            "1000000000000000000",
            "99999999999999.9999",
            "99999999999999.99990",
            "99999999999999.99999",
            "100000000000000.0",
            "0.123456789012345678",
            "0.1234567890123456789",
            "1.10000",
            "9007199254740993",
            "9007199254740993.0",
            "9007199254740992.5",
            "0.1",
            "123456.789",
            "1.7976931348623157e308",
            "4.9e-324",
            "2.2250738585072011e-308",
            "NaN",
            "Infinity",
            "-Infinity",
            "0x10",
            "1_000",
            "1.5.5",
            "1,5",
            "12345678901234567890123456789012345678",
            "123456789012345678901234567890.0123456789",
            "1234.56",
            "9999.99",
            "10000.00",
            "9999.990000000000000000",
            "0.000000000000000000000"
        };
        private static final String[] WORDS = {"true", "false", "null", "True", "nul", "nulls", "truefalse", "tru", "f"
        };
        private static final String[] TEXTS = {
            "",
            "a",
            "NEW",
            "order-1234567",
            "a longer text that takes more than two words",
            "größe",
            "日本語",
            "😀",
            "tab\\t",
            "line\\n",
            "quote\\\"",
            "back\\\\",
            "slash\\/",
            "\\u0041",
            "\\u00e9",
            "\\u20ac",
            "\\ud83d\\ude00",
            "\\ud83d",
            "\\ude00",
            "\\ud83dx",
            "\\u00",
            "\\u00zz",
            "\\x",
            "\\",
            "\t",
            "\n",
            "\u0001",
            "\u007f",
            "\\u0000",
            "\\b\\f\\r",
            "1.5",
            "-12",
            "true",
            "FALSE",
            " true ",
            "42",
            "007",
            "-0.50",
            "1e3",
            "2026-03-01",
            "2026-02-29",
            "2024-02-29",
            "1900-02-29",
            "2000-02-29",
            "0000-01-01",
            "9999-12-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-32",
            "2026-1-1",
            "12:30",
            "12:30:15",
            "12:30:15.5",
            "12:30:15.123456789",
            "24:00",
            "23:59:60",
            "12:60",
            "12:3",
            "12:30:",
            "12:30:15.",
            "12:30:15,5",
            "2026-03-01T12:30:15Z",
            "2026-03-01T12:30Z",
            "2026-03-01 12:30:15.123",
            "2026-03-01T12:30:15+02:00",
            "2026-03-01T12:30:15-0530",
            "2026-03-01T12:30:15+02",
            "2026-03-01T12:30:15-17:59",
            "2026-03-01T12:30:15+18:00",
            "2026-03-01T12:30:15+18:01",
            "2026-03-01t12:30:15z",
            "2026-03-01T12:30:15 Z",
            "2026-03-01T12:30:15ZZ",
            "2026-03-01T",
            "2026-03-01T12",
            "2026-03-01T12:30:15.1234567Z",
            "2026-03-01T12:30:15:00",
            "2026-03-01T1:30:15:0Z",
            "2026:03-01",
            "2026-03-01T12:30:15+-2:00",
            "123e4567-e89b-12d3-a456-426614174000",
            "123E4567-E89B-12D3-A456-426614174000",
            "1-1-1-1-1",
            "123e4567-e89b-12d3-a456-42661417400g",
            "123e4567+e89b-12d3-a456-426614174000",
            "YWJj",
            "YWJ",
            "YW==",
            "*",
            "YW\\/j"
        };
        private static final byte[] BROKEN = {
            '{',
            '}',
            '[',
            ']',
            '"',
            '\\',
            ',',
            ':',
            '0',
            '-',
            '.',
            'e',
            'n',
            ' ',
            '\n',
            0,
            1,
            0x7F,
            (byte) 0x80,
            (byte) 0xC0,
            (byte) 0xC3,
            (byte) 0xE2,
            (byte) 0xED,
            (byte) 0xF0,
            (byte) 0xFF
        };

        private final Random random;

        Records(Random random) {
            this.random = random;
        }

        byte[] next() {
            var out = new StringBuilder();
            space(out, 20);
            out.append('{');
            boolean spaced = random.nextInt(4) == 0;
            var columns = new ArrayList<Column>(SCHEMA.columns().subList(1, SCHEMA.size()));
            if (random.nextInt(3) == 0) {
                Collections.shuffle(columns, random);
            }
            int share = random.nextInt(1, 5);
            String comma = "";
            for (Column column : columns) {
                if (random.nextInt(4) >= share) {
                    continue;
                }
                out.append(comma);
                comma = spaced ? ", " : ",";
                if (random.nextInt(40) == 0) {
                    field(out, oddName(), any(2), spaced);
                    out.append(comma);
                }
                String name = column.name().replace("\\", "\\\\").replace("\"", "\\\"");
                field(out, random.nextInt(300) == 0 ? name + "x" : name, value(column.type()), spaced);
                if (random.nextInt(100) == 0) {
                    out.append(comma);
                    field(out, name, random.nextBoolean() ? "null" : value(column.type()), spaced);
                }
            }
            out.append('}');
            space(out, 20);
            byte[] record = bytes(out.toString());
            return random.nextInt(4) == 0 ? broken(record) : record;
        }

        private void field(StringBuilder out, String name, String value, boolean spaced) {
            out.append('"').append(name).append('"');
            space(out, 60);
            out.append(':').append(spaced ? " " : "");
            space(out, 60);
            out.append(value);
            space(out, 60);
        }

        private void space(StringBuilder out, int seldom) {
            if (random.nextInt(seldom) == 0) {
                out.append(" \t\r\n", 0, random.nextInt(1, 5));
            }
        }

        private String oddName() {
            return switch (random.nextInt(6)) {
                case 0 -> "_key";
                case 1 -> "";
                case 2 -> "größer";
                case 3 -> "\\u0074";
                case 4 -> "t2";
                default -> "unknown" + random.nextInt(20);
            };
        }

        private String value(ColumnType type) {
            if (random.nextInt(60) == 0) {
                return any(3);
            }
            if (random.nextInt(20) == 0) {
                return "null";
            }
            return switch (type.kind()) {
                case VARCHAR -> '"' + (random.nextInt(5) > 0 ? letters() : TEXTS[random.nextInt(12)]) + '"';
                case INTEGER -> String.valueOf(random.nextInt() >> random.nextInt(32));
                case BIGINT -> String.valueOf(random.nextLong() >> random.nextInt(4, 64));
                case DECIMAL -> decimal(type);
                case DOUBLE, REAL -> floating();
                case BOOLEAN -> String.valueOf(random.nextBoolean());
                case DATE -> '"' + date() + '"';
                case TIME -> '"' + time() + '"';
                case TIMESTAMP, TIMESTAMPTZ ->
                    random.nextInt(4) == 0
                            ? String.valueOf(random.nextLong() >> 20)
                            : '"' + date() + (random.nextBoolean() ? 'T' : ' ') + time() + offset() + '"';
                case UUID -> '"' + new UUID(random.nextLong(), random.nextLong()).toString() + '"';
                case BYTEA -> "\"YWJj\"";
                case JSON -> any(3);
            };
        }

        private String letters() {
            var out = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                out.append((char) ('#' + random.nextInt(56)));
            }
            return out.toString().replace('\\', '-');
        }

        private String decimal(ColumnType type) {
            int scale = random.nextInt(type.scale() + 1);
            int digits = random.nextInt(type.precision() - type.scale() + scale + 1);
            var unscaled = new BigInteger(digits * 3, random);
            var number = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
            String text = number.toPlainString();
            return random.nextInt(5) == 0 ? '"' + text + '"' : text;
        }

        private String floating() {
            return switch (random.nextInt(4)) {
                case 0 -> String.valueOf(Double.longBitsToDouble(random.nextLong() >>> 2));
                case 1 -> String.valueOf(random.nextInt(100_000));
                case 2 -> new BigDecimal(new BigInteger(55, random), random.nextInt(25)).toPlainString();
                default -> String.valueOf(random.nextInt(1_000_000) / 1000.0);
            };
        }

        private String date() {
            return String.format(
                    "%04d-%02d-%02d", random.nextInt(10_000), random.nextInt(1, 13), random.nextInt(1, 29));
        }

        private String time() {
            String time = String.format("%02d:%02d:%02d", random.nextInt(24), random.nextInt(60), random.nextInt(60));
            return random.nextBoolean() ? time : time + '.' + random.nextInt(1_000_000_000);
        }

        private String offset() {
            return switch (random.nextInt(4)) {
                case 0 -> "Z";
                case 1 -> String.format("+%02d:%02d", random.nextInt(18), random.nextInt(60));
                case 2 -> String.format("-%02d:%02d", random.nextInt(18), random.nextInt(60));
                default -> "";
            };
        }

        private String any(int depth) {
            return switch (random.nextInt(depth > 0 ? 6 : 4)) {
                case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
                case 1 -> WORDS[random.nextInt(WORDS.length)];
                case 2, 3 -> '"' + TEXTS[random.nextInt(TEXTS.length)] + '"';
                case 4 -> nested('[', ']', depth);
                default -> nested('{', '}', depth);
            };
        }

        private String nested(char open, char close, int depth) {
            var out = new StringBuilder().append(open);
            for (int i = random.nextInt(4); i > 0; i--) {
                if (open == '{') {
                    field(out, oddName(), any(depth - 1), false);
                } else {
                    out.append(any(depth - 1));
                }
                out.append(i > 1 ? "," : "");
            }
            space(out, 20);
            return out.append(close).toString();
        }

        private byte[] broken(byte[] record) {
            int at = random.nextInt(record.length);
            var out = new ByteArrayOutputStream();
            switch (random.nextInt(5)) {
                case 0 -> out.write(record, 0, at);
                case 1 -> {
                    out.write(record, 0, at);
                    out.write(BROKEN[random.nextInt(BROKEN.length)]);
                    out.write(record, at + 1, record.length - at - 1);
                }
                case 2 -> {
                    out.write(record, 0, at);
                    out.write(BROKEN[random.nextInt(BROKEN.length)]);
                    out.write(record, at, record.length - at);
                }
                case 3 -> {
                    out.write(record, 0, at);
                    out.write(record, at + 1, record.length - at - 1);
                }
                default -> {
                    out.write(record, 0, record.length);
                    out.write(BROKEN[random.nextInt(BROKEN.length)]);
                }
            }
            return out.toByteArray();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "VARCHAR | \"text\"",
                "VARCHAR | \"größe 日本語 😀 in more than eight bytes\"",
                "VARCHAR | \"with \\\"escapes\\\" \\n and \\u20ac\"",
                "VARCHAR | 1.50",
                "BIGINT | -123456789012345678",
                "INTEGER | 2147483647",
                "DECIMAL(18,4) | -12345678901234.5678",
                "DECIMAL(18,4) | 0.5",
                "DECIMAL(18,18) | 0.123456789012345678",
                "DECIMAL(18,2) | \"19.90\"",
                "DECIMAL(38,10) | 1234567890123456789012345678.0123456789",
                "DOUBLE | 0.1",
                "DOUBLE | 1e5",
                "DOUBLE | 1234567.890123456789012",
                "BOOLEAN | false",
                "DATE | \"2024-02-29\"",
                "TIME | \"12:30\"",
                "TIMESTAMP | \"2026-03-01 12:30:15.123456\"",
                "TIMESTAMPTZ | \"2026-03-01T12:30:15+02:00\"",
                "TIMESTAMPTZ | 1700000000123",
                "UUID | \"123e4567-e89b-12d3-a456-426614174000\"",
                "BYTEA | \"YWJj\"",
                "JSON | { \"a\" : [ 1, {\"b\": \"\\n\"}, null, true, -1.5e3, [] ], \"c\": {} }",
                "JSON | \"text\""
            })
    void valuesOfTheUsualFormsAreTaken(String type, String value) {
        Schema schema = Schema.of(Column.of("v", ColumnType.parse(type)));
        var parser = new JsonRecordParser(schema, 0, Unknown.GIVEN_UP, field -> {});
        var batch = RowBatch.forSchema(schema, 1);

        assertThat(parser.parse(bytes("{\"v\":" + value + "}"), batch, 0)).isTrue();
        assertThat(parser.parse(bytes(" {\n \"v\" : " + value + "\t}\r\n"), batch, 0))
                .isTrue();
    }

    @Test
    void fieldsOutOfTurnAndFieldsWithoutAColumnAreTaken() {
        Schema schema = Schema.of(
                Column.of("a", ColumnType.BIGINT),
                Column.of("b", ColumnType.BIGINT),
                Column.of("c", ColumnType.BIGINT));
        var parser = new JsonRecordParser(schema, 0, Unknown.PASSED_OVER, field -> {});
        var batch = RowBatch.forSchema(schema, 1);

        assertThat(parser.parse(bytes("{\"c\":3,\"other\":{\"a\":[7]},\"a\":1}"), batch, 0))
                .isTrue();
        assertThat(batch.column(0).getLong(0)).isEqualTo(1);
        assertThat(batch.column(1).isNull(0)).isTrue();
        assertThat(batch.column(2).getLong(0)).isEqualTo(3);
    }

    @Test
    void aColumnNameThatReadsAsJsonIsNotMistakenForFields() {
        Schema schema = Schema.of(Column.of("a\":1,\"b", ColumnType.BIGINT), Column.of("b", ColumnType.BIGINT));
        var parser = new JsonRecordParser(schema, 0, Unknown.PASSED_OVER, field -> {});
        var batch = RowBatch.forSchema(schema, 1);

        assertThat(parser.parse(bytes("{\"a\":1,\"b\":2}"), batch, 0)).isTrue();
        assertThat(batch.column(0).isNull(0)).isTrue();
        assertThat(batch.column(1).getLong(0)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\":\"x\",\"other\":1}",
                "{\"\\u0076\":\"x\"}",
                "{\"v\":\"\\ud83d\"}",
                "{\"v\":01  }",
                "{\"v\":\"x\"} x",
                "{\"v\":\"x\"",
                "{\"v\":[1,2,3]}",
                "[1,2,3,4,5]"
            })
    void whatIsNotOfTheUsualFormIsGivenUp(String record) {
        Schema schema = Schema.of(Column.of("v", ColumnType.VARCHAR));
        var parser = new JsonRecordParser(schema, 0, Unknown.GIVEN_UP, field -> {});

        assertThat(parser.parse(bytes(record), RowBatch.forSchema(schema, 1), 0))
                .isFalse();
    }

    @Test
    void nestingThatIsDeepAndRecordsThatAreLargeAreGivenUp() {
        Schema schema = Schema.of(Column.of("v", ColumnType.JSON));
        var parser = new JsonRecordParser(schema, 0, Unknown.GIVEN_UP, field -> {});
        var batch = RowBatch.forSchema(schema, 1);

        assertThat(parser.parse(bytes("{\"v\":" + "[".repeat(500) + "]".repeat(500) + "}"), batch, 0))
                .isFalse();
        assertThat(parser.parse(bytes("{\"v\":\"" + "x".repeat(100_000) + "\"}"), batch, 0))
                .isFalse();
    }

    @Test
    void aDecoderWhoseRecordsAreMostlyGivenUpDecodesThemAndTheOthersAlike() {
        Schema schema = Schema.of(Column.of("v", ColumnType.BIGINT), Column.of("w", ColumnType.VARCHAR));
        var decoder = new JsonRowDecoder(schema, 0, false);
        var batch = RowBatch.forSchema(schema, 1);
        byte[] usual = bytes("{\"v\":12,\"w\":\"x\"}");
        byte[] unusual = bytes("{\"v\":\"12\",\"\\u0077\":\"x\"}");
        for (int i = 0; i < 40_000; i++) {
            byte[] record = i % 5 == 0 ? usual : unusual;
            batch.column(1).setNull(0);
            assertThat(decoder.decode(record, batch, 0)).isEqualTo(RowDecoder.DECODED);
            assertThat(batch.column(0).getLong(0)).isEqualTo(12);
            assertThat(batch.column(1).getText(0)).isEqualTo("x");
        }
    }

    @Test
    void leadingDigitsAreCountedAndAddedUp() {
        var random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            byte[] word = new byte[8];
            int digits = random.nextInt(9);
            random.nextBytes(word);
            for (int d = 0; d < digits; d++) {
                word[d] = (byte) ('0' + random.nextInt(10));
            }
            int count = 0;
            long value = 0;
            while (count < 8 && word[count] >= '0' && word[count] <= '9') {
                value = value * 10 + word[count++] - '0';
            }
            assertThat(JsonScan.leadingDigits(JsonScan.word(word, 0)))
                    .as(Arrays.toString(word))
                    .isEqualTo(value << 4 | count);
        }
    }
}

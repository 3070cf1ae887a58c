package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.ValueReader.BadValueException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueFormatTest {

    private static final List<Column> TRADE =
            List.of(Column.of("symbol", ColumnType.VARCHAR), Column.of("quantity", ColumnType.INTEGER));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> sample(String... values) {
        return Arrays.stream(values).map(ValueFormatTest::bytes).toList();
    }

    private static ValueReader declared(String format, List<Column> columns) {
        return ValueFormat.of(format, columns).reader(new Schema(columns), true);
    }

    private static @Nullable String read(ValueReader reader, String value) throws Exception {
        byte[] json = reader.read(bytes(value));
        return json == null ? null : new String(json, StandardCharsets.UTF_8);
    }

    private static BadValueException refused(ValueReader reader, byte[] value) {
        return catchThrowableOfType(BadValueException.class, () -> reader.read(value));
    }

    @Test
    void jsonStaysAsItIs() throws Exception {
        byte[] value = bytes("{\"a\": 1}");
        assertThat(declared("json", List.of()).read(value)).isSameAs(value);
    }

    @Test
    void textIsTheColumnValue() throws Exception {
        ValueFormat.Found found = ValueFormat.discover("string", sample("1"), 10);

        assertThat(found.columns()).containsExactly(Column.of("value", ColumnType.VARCHAR));
        ValueReader reader = found.format().reader(new Schema(found.columns()), false);
        assertThat(read(reader, "say \"hé\"\n")).isEqualTo("{\"value\":\"say \\\"hé\\\"\\n\"}");
        assertThat(read(reader, "")).isEqualTo("{\"value\":\"\"}");
        assertThat(refused(reader, new byte[] {(byte) 0xC3}).reason()).isEqualTo("the value is not UTF-8");
    }

    @Test
    void textCanBeDeclaredToBeOfAnotherNameAndType() throws Exception {
        ValueReader reader = declared("STRING", List.of(Column.of("n", ColumnType.INTEGER)));

        assertThat(read(reader, " 42 ")).isEqualTo("{\"n\":42}");
        BadValueException refused = refused(reader, bytes("many"));
        assertThat(refused.column()).isEqualTo("n");
        assertThat(refused.reason()).isEqualTo("'many' does not fit INTEGER");
    }

    @Test
    void bytesAreTheColumnValue() throws Exception {
        ValueFormat.Found found = ValueFormat.discover("bytes", List.of(), 10);

        assertThat(found.columns()).containsExactly(Column.of("value", ColumnType.BYTEA));
        assertThat(new String(
                        found.format().reader(Schema.of(), false).read(new byte[] {0, -1, 7}),
                        StandardCharsets.US_ASCII))
                .isEqualTo("{\"value\":\"AP8H\"}");
    }

    @Test
    void aFormatOfOneColumnTakesNoOthers() {
        AlluviumException two = catchThrowableOfType(AlluviumException.class, () -> ValueFormat.of("string", TRADE));
        assertThat(two.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(two).hasMessageContaining("it has one column, and 2 are declared");
        assertThatThrownBy(() -> ValueFormat.of("bytes", List.of(Column.of("value", ColumnType.VARCHAR))))
                .hasMessageContaining("its column value is VARCHAR, not BYTEA");
    }

    @Test
    void csvFieldsAreTheDeclaredColumnsInTheirOrder() throws Exception {
        ValueReader reader = declared("csv", TRADE);

        assertThat(read(reader, "\"A, B\",7")).isEqualTo("{\"symbol\":\"A, B\",\"quantity\":7}");
        assertThat(read(reader, "A,\r\n")).as("NULL").isEqualTo("{\"symbol\":\"A\"}");
        assertThat(refused(reader, bytes("A,7,x")).reason()).isEqualTo("it has 3 fields, and the columns are 2");
        assertThat(refused(reader, bytes("A,many")).column()).isEqualTo("quantity");
        assertThat(refused(reader, bytes("\"A,7")).reason()).isEqualTo("a quote is not closed");
        assertThat(refused(reader, bytes("A,7\nB,8")).reason()).isEqualTo("something follows the CSV record");
    }

    @Test
    void csvColumnsAreFoundWithTheTypesThatHoldAllValues() throws Exception {
        ValueFormat.Found found = ValueFormat.discover("csv", sample("a,1,1.5", "b,2,22.25", "\"broken"), 10);

        assertThat(found.columns())
                .extracting(Column::name, column -> column.type().toString())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("column1", "VARCHAR"),
                        org.assertj.core.groups.Tuple.tuple("column2", "BIGINT"),
                        org.assertj.core.groups.Tuple.tuple(
                                "column3", found.columns().get(2).type().toString()));
        assertThat(found.columns().get(2).type().kind()).isEqualTo(ColumnType.Kind.DECIMAL);
        assertThat(read(found.format().reader(new Schema(found.columns()), false), "c,x,3"))
                .as("what does not fit goes on as text, and widens the column")
                .isEqualTo("{\"column1\":\"c\",\"column2\":\"x\",\"column3\":3}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"before":null,"after":{"id":1,"n":[1,2]},"op":"c"}                   | {"id":1,"n":[1,2]}
            {"op":"u","before":{"id":1},"after":{"id":1,"op":"d"},"ts_ms":5}      | {"id":1,"op":"d"}
            {"op":"r","after": {"name":"é"} ,"source":{"after":{}}}               | {"name":"é"}
            {"schema":{"op":"x"},"payload":{"after":{"id":2},"op":"c"}}           | {"id":2}
            """)
    void theRowOfAChangeEventIsWhatItIsAfterwards(String event, String row) throws Exception {
        assertThat(read(declared("debezium", List.of()), event)).isEqualTo(row);
    }

    @Test
    void aDeletionEventSaysThatTheRowIsGone() throws Exception {
        assertThat(read(declared("debezium", List.of()), "{\"before\":{\"id\":1},\"after\":null,\"op\":\"d\"}"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id":1}                      | has no field 'op'
            {"op":"c","after":null}       | has no 'after'
            {"op":"t"}                    | truncated
            {"op":"x","after":{}}         | unknown op 'x'
            [1]                           | not a JSON object
            {"op":"c","after":{"id":1     | not JSON
            """)
    void whatIsNoChangeEventIsRefused(String value, String reason) {
        assertThat(refused(declared("debezium", List.of()), bytes(value)).reason())
                .contains(reason);
    }

    @Test
    void theColumnsOfChangeEventsAreThoseOfTheirRows() {
        ValueFormat.Found found = ValueFormat.discover(
                "debezium",
                sample(
                        "{\"op\":\"c\",\"after\":{\"id\":1,\"text\":\"x\"}}",
                        "{\"op\":\"d\",\"before\":{\"gone\":1}}",
                        "nothing"),
                10);

        assertThat(found.columns()).extracting(Column::name).containsExactly("id", "text");
    }
}

package io.alluvium.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRowWriterTest {

    private final JsonRowWriter writer = new JsonRowWriter();

    @ParameterizedTest
    @CsvSource({
        "0009-01-02T03:04:05, 0009-01-02T03:04:05",
        "9999-12-31T23:59:59.5, 9999-12-31T23:59:59.500000",
        "2026-11-22T10:20:30.000001, 2026-11-22T10:20:30.000001",
        "2026-11-22T10:20:30.123456789, 2026-11-22T10:20:30.123456789",
        "2026-11-22T10:20:30.000000001, 2026-11-22T10:20:30.000000001",
    })
    void timesHaveMicrosecondsOrNanosecondsWhereThereAreSome(LocalDateTime value, String written) {
        writer.begin();
        writer.name(JsonText.fieldName("at"));
        writer.timestamp(value, true);

        assertThat(writer.end()).asString(StandardCharsets.UTF_8).isEqualTo("{\"at\":\"" + written + "Z\"}");
    }

    @Test
    void someFieldsAreAnObjectOfTheirOwn() {
        writer.begin();
        int[] ends = new int[4];
        ends[0] = writer.length();
        for (int i = 1; i < 4; i++) {
            writer.name(JsonText.fieldName("c" + i));
            writer.number(i);
            ends[i] = writer.length();
        }

        assertThat(part(ends[2], ends[3], ends[0], ends[1])).isEqualTo("{\"c3\":3,\"c1\":1}");
        assertThat(part(ends[1], ends[2])).isEqualTo("{\"c2\":2}");
        assertThat(part(ends[1], ends[1], ends[0], ends[1])).isEqualTo("{\"c1\":1}");
        assertThat(part()).isEqualTo("{}");
        assertThat(writer.end()).asString(StandardCharsets.UTF_8).isEqualTo("{\"c1\":1,\"c2\":2,\"c3\":3}");
        assertThat(part(ends[1], ends[2])).isEqualTo("{\"c2\":2}");
    }

    private String part(int... places) {
        return new String(writer.part(places), StandardCharsets.UTF_8);
    }
}

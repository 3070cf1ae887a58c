package io.alluvium.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "250 millis, PT0.25S",
        "1 milliseconds, PT0.001S",
        "5s, PT5S",
        "5 sec, PT5S",
        "5secs, PT5S",
        "1 second, PT1S",
        "30 SECONDS, PT30S",
        "5m, PT5M",
        "5M, PT5M",
        "5 min, PT5M",
        "5mins, PT5M",
        "1 minute, PT1M",
        "2 Minutes, PT2M",
        "1h, PT1H",
        "1hr, PT1H",
        "2 hrs, PT2H",
        "1 hour, PT1H",
        "3 hours, PT3H",
        "1d, PT24H",
        "1 day, PT24H",
        "365 days, PT8760H",
        "7, PT7S",
        "0, PT0S",
        "0s, PT0S",
        "2.5s, PT2.5S",
        "1.5h, PT5400S",
        "0.1ms, PT0.0001S",
        "'  5s  ', PT5S"
    })
    void readsEveryUnitInAnyCaseWithDecimalsAndBlanks(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "invalid",
                "-5s",
                "abc123",
                "s5",
                "5ss",
                "1.2.3s",
                "366d",
                "8761h",
                "99999999999999999999d",
                "5 s s",
                "1e3s",
                "+5s",
                ".5s",
                "5.s",
                "٥s",
                "∞",
                "5s;",
                "NaN"
            })
    void rejectsEverythingElseWithTheTextAndTheAcceptedForms(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("ms, s, m, h or d");
    }

    @Test
    void aVeryLongTextIsRejectedAndShownInPart() {
        assertThatThrownBy(() -> Durations.parse("9".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .asString()
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource({
        "0s, 0s",
        "500ms, 500ms",
        "0.1ms, 0.1ms",
        "2.5s, 2.5s",
        "90s, 90s",
        "120s, 2m",
        "1.5h, 90m",
        "3600, 1h",
        "48h, 2d",
        "1234.567ms, 1.234567s"
    })
    void formatsShortlyAndExactly(String text, String expected) {
        Duration duration = Durations.parse(text);

        assertThat(Durations.format(duration)).isEqualTo(expected);
        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "340, 340ms",
        "5149, 5.1s",
        "2000, 2s",
        "125000, 2m 5s",
        "120000, 2m",
        "11520000, 3h 12m",
        "90000000, 1d 1h"
    })
    void approximatesForPeople(long millis, String expected) {
        assertThat(Durations.approximate(Duration.ofMillis(millis))).isEqualTo(expected);
    }
}

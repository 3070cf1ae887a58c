package io.alluvium.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"orders", "Orders.v1_2-3", "...", "9"})
    void aNameThatKafkaTakesIsTaken(String topic) {
        assertThat(TopicNames.check(topic)).isEqualTo(topic);
        assertThat(TopicNames.check("x".repeat(249))).hasSize(249);
    }

    @ParameterizedTest
    @CsvSource({
        "'', must not be empty",
        "., not a name",
        ".., not a name",
        "a b, the character ' '",
        "a/b, the character '/'",
        "größe, the character 'ö'"
    })
    void aNameThatKafkaRefusesIsRefusedWithTheReason(String topic, String reason) {
        assertRefused(topic, reason);
    }

    @Test
    void aNameIsAtMost249CharactersLong() {
        assertRefused("x".repeat(250), "at most 249 characters");
    }

    private static void assertRefused(String topic, String reason) {
        assertThatThrownBy(() -> TopicNames.check(topic)).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessageContaining(reason);
            assertThat(e.hint()).isPresent();
        });
    }
}

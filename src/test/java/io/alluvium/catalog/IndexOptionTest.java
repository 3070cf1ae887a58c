package io.alluvium.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexOptionTest {

    @Test
    void eachColumnIsAnIndexAndParenthesesHoldTheColumnsOfOne() {
        assertThat(IndexOption.read("status,symbol")).containsExactly(List.of("status"), List.of("symbol"));
        assertThat(IndexOption.read(" Status , ( symbol , \"At\"\"x, y\" ) "))
                .containsExactly(List.of("status"), List.of("symbol", "At\"x, y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "a,", "(a", "(a,)", "()", "a b)", "(a) b", "\"a", "a,a", "(a,a)"})
    void whatIsNoListIsRefusedWithTheText(String text) {
        assertThatThrownBy(() -> IndexOption.read(text)).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessageContaining("'" + text + "'");
            assertThat(e.hint()).isPresent();
        });
    }
}

package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementsTest {

    @Test
    void semicolonsPart() {
        assertThat(Statements.of("a; b ;;\n c").all()).containsExactly("a", "b", "c");
        assertThat(Statements.of("").all()).isEmpty();
        assertThat(Statements.of(" ; -- nothing\n").all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ';'",
                "SELECT 'it''s; so'",
                "SELECT \";\"",
                "SELECT 1 -- a; b",
                "SELECT /* ; */ 1",
                "SELECT /* /* ; */ ; */ 1",
                "SELECT 'a--b;c'"
            })
    void semicolonsInLiteralsNamesAndCommentsDoNot(String sql) {
        assertThat(Statements.of(sql + "\n;").complete()).containsExactly(sql);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "SELECT ';", "SELECT \";", "/* ;", "a; b", "SELECT 1 -- ;"})
    void theShellWaitsForTheSemicolon(String line) {
        assertThat(StatementParser.isComplete(line)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1;", "", "  ", "a; b;", "\\d", "quit", "Exit", "SELECT 1; -- done", "/* c */"})
    void theShellTakesWhatIsComplete(String line) {
        assertThat(StatementParser.isComplete(line)).isTrue();
    }
}

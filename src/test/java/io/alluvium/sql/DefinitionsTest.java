package io.alluvium.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.data.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionsTest {

    @TempDir
    Path folder;

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private Definitions read() {
        Map<String, String> environment = Map.of("TOPIC", "orders");
        return Definitions.read(folder, name -> Optional.ofNullable(environment.get(name)), key -> Optional.empty());
    }

    private String problem() {
        assertThat(read().problems()).hasSize(1);
        return read().problems().getFirst().text().replace(folder.toString(), "tables");
    }

    @Test
    void aFolderThatIsNotThereDefinesNothing() {
        assertThat(Definitions.read(folder.resolve("no"), name -> Optional.empty(), key -> Optional.empty()))
                .isEqualTo(new Definitions(java.util.List.of(), java.util.List.of()));
    }

    @Test
    void parentsComeBeforeTheirChildrenWhateverTheFilesNames() throws IOException {
        write("a.sql", "CREATE TABLE c AS SELECT * FROM b; CREATE TABLE b AS SELECT * FROM a;");
        write("z.sql", "CREATE TABLE a AS SELECT * FROM kafka_topic('${TOPIC}');");
        write("note.txt", "not a definition");

        Definitions definitions = read();

        assertThat(definitions.problems()).isEmpty();
        assertThat(definitions.tables())
                .extracting(t -> t.definition().name().value())
                .containsExactly("a", "b", "c");
        assertThat(definitions.tables().getFirst().definition().sources())
                .containsExactly(new SourceDefinition.KafkaTopic("orders"));
    }

    @Test
    void aBareNameIsATopicUnlessATableHasItAndATablesOwnNameIsItsTopic() throws IOException {
        write(
                "a.sql",
                "CREATE TABLE orders AS SELECT * FROM orders; CREATE TABLE n AS SELECT * FROM orders;"
                        + " CREATE TABLE p AS SELECT * FROM payments;");

        assertThat(read().tables())
                .extracting(t -> t.definition().sources().getFirst())
                .containsExactly(
                        new SourceDefinition.KafkaTopic("orders"),
                        new SourceDefinition.OtherTable(new TableName("orders")),
                        new SourceDefinition.KafkaTopic("payments"));
    }

    @Test
    void everyProblemOfEveryFileIsToldWithItsPlaceAndTheOthersCount() throws IOException {
        write("a.sql", "CREATE TABLE good AS SELECT * FROM x;\n\nCREATE TABLE bad AS SELEC * FROM y;\n");
        write("b.sql", "CREATE TABLE t AS SELECT * FROM x WITH (\"topic.wait.timeot\" = '5s');\nDROP TABLE good;");

        Definitions definitions = read();

        assertThat(definitions.tables())
                .extracting(t -> t.definition().name().value())
                .containsExactly("good");
        assertThat(definitions.problems())
                .extracting(p -> Path.of(p.file()).getFileName() + ":" + p.line())
                .containsExactlyInAnyOrder("a.sql:3", "b.sql:1", "b.sql:2");
        assertThat(definitions.problems().getFirst().text())
                .contains("a.sql:3:21: ")
                .contains("\n  CREATE TABLE bad AS SELEC * FROM y;\n                      ^");
        assertThat(definitions.problems())
                .anySatisfy(p -> assertThat(p.message() + p.hint()).contains("topic.wait.timeout"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "->",
            value = {
                "SELECT a FROM x ORDER BY a -> 1:44: ORDER BY in a table",
                "SELECT a FROM x LIMIT 10 -> 1:41: LIMIT or OFFSET in a table",
                "SELECT a FROM x OFFSET 3 -> 1:42: LIMIT or OFFSET in a table",
                "WITH b AS (SELECT a FROM x ORDER BY a LIMIT 2) SELECT * FROM b -> 1:63: LIMIT or OFFSET in a table",
                "SELECT a, b AS a FROM x -> 1:29: two items of the SELECT are called a",
                "SELECT t.a, *, a FROM x AS t -> 1:34: two items of the SELECT are called a",
                "SELECT g, COUNT(*), COUNT(b) FROM x GROUP BY g -> 1:39: two items of the SELECT are called count",
                "SELECT a + 1 FROM x -> 1:26: an item of the SELECT has no name",
                "SELECT uper(a) AS b FROM x -> 1:26: there is no function uper",
                "SELECT a FROM x WHERE abs(nothing(a)) > 1 -> 1:45: there is no function nothing",
                "SELECT lower(a, b) AS c FROM x -> 1:26: lower does not take 2 arguments",
                "SELECT lpad(a) AS c FROM x -> 1:26: lpad does not take 1 argument",
                "SELECT SUM(a, b) AS c FROM x -> 1:26: sum does not take 2 arguments",
            })
    void whatIsWrongWhateverTheSourceHasIsToldBeforeItIsThere(String select, String expected) throws IOException {
        write("a.sql", "CREATE TABLE t AS " + select + ";");

        assertThat(problem()).startsWith("tables/a.sql:" + expected).contains("hint: ");
        assertThat(read().tables()).isEmpty();
    }

    @Test
    void aFunctionThatIsNoneIsToldWithThoseThatAreClose() throws IOException {
        write("a.sql", "CREATE TABLE good AS SELECT * FROM x;\nCREATE TABLE t AS\n  SELECT uper(a) AS b FROM x;");

        assertThat(problem())
                .startsWith("tables/a.sql:3:10: ")
                .contains("Did you mean upper")
                .contains("\n           ^");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a, b, UPPER(c) FROM x",
                "SELECT coalesce(a) AS a, Coalesce(a, b, c) AS b, NOW() AS n, nullif(a, b) AS c FROM x",
                "SELECT * FROM (SELECT a FROM x ORDER BY a) AS s",
                "SELECT round(a) AS a, round(b, 2) AS b, concat(a, b, c) AS c, substring(a, 1, 2) AS d FROM x",
                "SELECT g, COUNT(*), COUNT(DISTINCT a) AS d, sum(a) FILTER (WHERE b > 1) AS f FROM x GROUP BY g",
                "SELECT 1 + a, b, b FROM of_a_table",
                "SELECT CAST(a AS BIGINT), b::TEXT, EXTRACT(YEAR FROM c) AS y, trim(d) AS d, ceil(e) AS e FROM x",
                "SELECT CASE WHEN a > 1 THEN 1 END AS x, date_trunc('day', m) AS d, position('a' IN t) AS p FROM x",
            })
    void whatMayBeRightIsLeftToTheColumnsOfTheSource(String select) throws IOException {
        String columns = select.contains("of_a_table") ? " (x BIGINT, y BIGINT, z BIGINT)" : "";
        write("a.sql", "CREATE TABLE t" + columns + " AS " + select + ";");

        assertThat(read().problems()).isEmpty();
    }

    @Test
    void aNameIsDefinedOnce() throws IOException {
        write("a.sql", "CREATE TABLE t AS SELECT * FROM x;");
        write("b.sql", "-- again\nCREATE TABLE T AS SELECT * FROM y;");

        assertThat(problem())
                .startsWith("tables/b.sql:2:1: the table t is defined twice; first in ")
                .contains("a.sql:1");
        assertThat(read().tables()).hasSize(1);
    }

    @Test
    void aCycleIsNamedWithItsPath() throws IOException {
        write(
                "a.sql",
                "CREATE TABLE a AS SELECT * FROM b;\nCREATE TABLE b AS SELECT * FROM c;\n"
                        + "CREATE TABLE c AS SELECT * FROM a;\nCREATE TABLE d AS SELECT * FROM x;");

        assertThat(problem()).contains("a.sql:1:33: ").contains("a → b → c → a");
        assertThat(read().tables())
                .extracting(t -> t.definition().name().value())
                .containsExactly("d");
    }

    @Test
    void aMissingVariableIsNamedAndADefaultStandsInForIt() throws IOException {
        write(
                "a.sql",
                "CREATE TABLE a AS SELECT * FROM kafka_topic('${NOT_SET}');\n"
                        + "CREATE TABLE b AS SELECT * FROM kafka_topic('${NOT_SET:other}');");

        assertThat(problem()).contains("a.sql:1:46: ").contains("NOT_SET is not set");
        assertThat(read().tables().getFirst().definition().sources())
                .containsExactly(new SourceDefinition.KafkaTopic("other"));
    }

    @Test
    void aFileThatIsNotUtf8IsOneProblem() throws IOException {
        Files.write(folder.resolve("a.sql"), new byte[] {'-', '-', (byte) 0xC3, '('});
        write("b.sql", "CREATE TABLE b AS SELECT * FROM x;");

        assertThat(problem()).contains("a.sql: the file is not UTF-8");
        assertThat(read().tables()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"no such/topic\"", "kafka_topic('no such/topic')", "'kafka://no such/topic'"})
    void aTopicThatCannotExistIsRefusedAtItsPlace(String source) throws IOException {
        write("a.sql", "CREATE TABLE a AS\n  SELECT * FROM " + source + ";");

        assertThat(problem())
                .contains("a.sql:2:17: ")
                .contains("the topic name 'no such/topic' has the character ' '")
                .contains("hint: Allowed are 1 to 249");
    }

    @Test
    void aTableHasExactlyOneSource() throws IOException {
        write("a.sql", "CREATE TABLE a AS SELECT 1 AS n;\nCREATE TABLE b AS SELECT * FROM x JOIN y ON x.n = y.n;");

        assertThat(read().tables()).isEmpty();
        assertThat(read().problems()).extracting(Definitions.Problem::line).containsExactly(1, 2);
    }
}

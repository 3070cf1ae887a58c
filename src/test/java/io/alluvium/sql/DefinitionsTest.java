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

    @Test
    void aTopicThatCannotExistIsRefused() throws IOException {
        write("a.sql", "CREATE TABLE a AS SELECT * FROM \"no such/topic\";");

        assertThat(problem()).contains("a.sql:1:").contains("no such/topic");
    }

    @Test
    void aTableHasExactlyOneSource() throws IOException {
        write("a.sql", "CREATE TABLE a AS SELECT 1 AS n;\nCREATE TABLE b AS SELECT * FROM x JOIN y ON x.n = y.n;");

        assertThat(read().tables()).isEmpty();
        assertThat(read().problems()).extracting(Definitions.Problem::line).containsExactly(1, 2);
    }
}

package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.catalog.TableStatus.IndexState;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexRange;
import io.alluvium.table.TableView;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The indexes of tables against a real broker. Each test has topics and tables of its own names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TableIndexesTest {

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private void topic(String name) {
        cluster.createTopic(name);
        for (int i = 0; i < 100; i++) {
            String value = "{\"n\":" + i + ",\"word\":\"w" + i % 10 + "\",\"more\":{\"deep\":" + i + "}}";
            cluster.send(name, "k" + i, value);
        }
        cluster.flush();
    }

    private TableIndex index(@Nullable String name, String table, String... columns) {
        return cluster.tables.createIndex(name, new TableName(table), List.of(columns), TableIndex.Kind.ORDERED);
    }

    private List<String> names(String table) {
        return cluster.status(table).indexes().stream()
                .map(index -> index.index().name())
                .toList();
    }

    private TableView view(String table) {
        return cluster.tables.find(new TableName(table)).orElseThrow().view();
    }

    private long count(String table, String index, Object value) {
        TableView view = view(table);
        IndexDefinition definition = view.indexes().stream()
                .filter(i -> i.name().equals(index))
                .findFirst()
                .orElseThrow();
        return view.rows(definition, List.of(IndexRange.equal(value))).count();
    }

    private static void assertFails(ThrowingCallable action, ErrorCode code, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage() + " " + e.hint().orElse("")).contains(parts);
        });
    }

    @Test
    void anIndexIsRightAtOnceAndThereAfterARestartAndGoneAfterItsDrop() {
        topic("kept");
        cluster.create("CREATE TABLE kept AS SELECT * FROM kafka_topic('kept')");
        cluster.awaitLive("kept");

        assertThat(index(null, "kept", "word").name()).isEqualTo("kept_word_idx");
        assertThat(index(null, "kept", "word").name()).isEqualTo("kept_word_idx1");
        index("Kept by n", "kept", "n");
        assertThat(count("kept", "kept_word_idx", "w3")).isEqualTo(10);
        cluster.tables.dropIndex("kept_word_idx1");
        assertThat(names("kept")).containsExactly("kept_word_idx", "Kept by n");

        cluster.restart();
        cluster.awaitLive("kept");
        assertThat(names("kept")).containsExactly("kept_word_idx", "Kept by n");
        assertThat(count("kept", "kept_word_idx", "w3")).isEqualTo(10);
        assertThat(count("kept", "Kept by n", 7L)).isEqualTo(1);
        cluster.send("kept", "k7", null);
        TestCluster.await("the deletion to be in the index", () -> count("kept", "Kept by n", 7L) == 0);

        cluster.tables.drop(new TableName("kept"), false);
        cluster.create("CREATE TABLE kept AS SELECT * FROM kafka_topic('kept')");
        cluster.awaitLive("kept");
        assertThat(names("kept")).isEmpty();
        cluster.restart();
        assertThat(cluster.awaitLive("kept").indexes()).isEmpty();
    }

    @Test
    void aReplacementHasTheIndexesWhoseColumnsItHas() {
        topic("replaced");
        cluster.create("CREATE TABLE replaced AS SELECT * FROM kafka_topic('replaced')");
        cluster.awaitLive("replaced");
        index("r_word", "replaced", "word");
        index("r_n", "replaced", "n");

        cluster.create("CREATE OR REPLACE TABLE replaced AS SELECT _key, word FROM kafka_topic('replaced')"
                + " WHERE word <> 'w1'");
        cluster.awaitStatus(
                "replaced",
                s -> s.definition().sql().contains("w1") && names("replaced").size() == 1);
        assertThat(names("replaced")).containsExactly("r_word");
        assertThat(count("replaced", "r_word", "w1")).isZero();
        assertThat(count("replaced", "r_word", "w2")).isEqualTo(10);
        assertFails(() -> cluster.tables.dropIndex("r_n"), ErrorCode.UNDEFINED_INDEX, "r_n");
    }

    @Test
    void theOptionAsksForIndexesWhichTheDefinitionOwns() {
        topic("optional");
        cluster.create("CREATE TABLE optional AS SELECT * FROM kafka_topic('optional')"
                + " WITH (\"index\" = 'word, (word, n), later')");
        cluster.awaitLive("optional");

        assertThat(names("optional")).containsExactly("optional_word_idx", "optional_word_n_idx", "optional_later_idx");
        assertThat(cluster.status("optional").indexes())
                .allMatch(TableStatus.Index::isOfDefinition)
                .extracting(index -> index.state() == IndexState.WAITING)
                .containsExactly(false, false, true);
        assertThat(count("optional", "optional_word_idx", "w0")).isEqualTo(10);
        assertFails(
                () -> cluster.tables.dropIndex("optional_word_idx"),
                ErrorCode.DEPENDENT_OBJECTS,
                "optional",
                "\"index\"");
        assertFails(() -> index("optional_word_idx", "optional", "n"), ErrorCode.DUPLICATE_INDEX, "optional_word_idx");

        cluster.send("optional", "k0", "{\"n\":0,\"later\":5}");
        cluster.awaitStatus("optional", s -> s.indexes().getLast().state() != IndexState.WAITING && s.rows() == 100);
        TestCluster.await("the row to be in the index", () -> count("optional", "optional_later_idx", 5L) == 1);
    }

    @Test
    void anIndexOverAColumnThatThereIsNotFailsWithTheNearestNames() {
        topic("wrong");
        cluster.create("CREATE TABLE wrong AS SELECT * FROM kafka_topic('wrong')");
        cluster.awaitLive("wrong");

        assertFails(() -> index(null, "wrong", "wrod"), ErrorCode.UNDEFINED_COLUMN, "wrod", "word");
        assertFails(() -> index(null, "wrongs", "word"), ErrorCode.UNDEFINED_TABLE, "wrongs");
        assertFails(() -> index(null, "wrong", "more"), ErrorCode.FEATURE_NOT_SUPPORTED, "more", "JSON");
        assertFails(() -> index("wrong", "wrong", "word"), ErrorCode.DUPLICATE_INDEX, "wrong");
        assertFails(() -> cluster.tables.dropIndex("nothing"), ErrorCode.UNDEFINED_INDEX, "nothing");
        assertThat(names("wrong")).isEmpty();
    }

    @Test
    void anOptionOverAColumnThatCannotComeFailsTheTable() {
        topic("summed");
        cluster.create("CREATE TABLE summed AS SELECT word, COUNT(*) AS c FROM kafka_topic('summed') GROUP BY word"
                + " WITH (\"index\" = \"cc\")");

        TableStatus failed = cluster.awaitState("summed", TableState.FAILED);
        assertThat(failed.retry().orElseThrow().message()).contains("summed").contains("cc");

        cluster.create("CREATE OR REPLACE TABLE summed AS SELECT word, COUNT(*) AS c FROM kafka_topic('summed')"
                + " GROUP BY word WITH (\"index\" = \"c\")");
        cluster.awaitStatus("summed", s -> s.state() == TableState.LIVE);
        assertThat(count("summed", "summed_c_idx", 10L)).isEqualTo(10);
    }
}

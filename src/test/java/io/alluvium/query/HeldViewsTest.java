package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Parameters;
import io.alluvium.table.TableStorage;
import io.alluvium.table.ViewHold;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A table knows the queries that read it, from their start to whatever is their end.
class HeldViewsTest {

    private static final String SCAN = "SELECT n FROM numbers";

    private final Database database = new Database();
    private TableStorage store;

    @BeforeEach
    void fill() {
        var rows = new ArrayList<@Nullable Object[]>();
        for (long n = 0; n < 10_000; n++) {
            rows.add(new @Nullable Object[] {n, "text " + n});
        }
        Schema schema = Schema.of(new Column("n", ColumnType.BIGINT, false), Column.of("s", ColumnType.VARCHAR));
        database.put("numbers", schema, 1, rows);
        store = database.store("numbers");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private ResultCursor start(String sql) {
        return database.engine.execute(Database.parse(sql), List.of());
    }

    @Test
    void aQueryHoldsItsViewUntilItsLastRow() {
        ResultCursor cursor = start(SCAN);

        assertThat(store.holds()).extracting(hold -> hold.holder().label()).containsExactly(SCAN);
        assertThat(Database.read(cursor)).hasSize(10_000);
        assertThat(store.holds()).isEmpty();
    }

    @Test
    void aQueryThatIsClosedEarlyHoldsNothing() {
        try (ResultCursor cursor = start(SCAN)) {
            cursor.next();
            assertThat(store.holds()).hasSize(1);
        }
        assertThat(store.holds()).isEmpty();
    }

    @Test
    void aQueryThatFailsHoldsNothing() {
        AlluviumException atNext = catchThrowableOfType(
                AlluviumException.class, () -> Database.read(start("SELECT 1 / (n - 9999) FROM numbers")));

        assertThat(atNext.code()).isEqualTo(ErrorCode.DIVISION_BY_ZERO);
        assertThat(store.holds()).isEmpty();
        assertThat(catchThrowableOfType(
                        AlluviumException.class,
                        () -> database.engine.execute(
                                Database.parse("SELECT n FROM numbers WHERE s = ? AND n > 0"), List.of())))
                .isNotNull();
        assertThat(store.holds()).as("a parameter is missing").isEmpty();
    }

    @Test
    void aTableThatIsReadTwiceIsHeldForBoth() {
        try (ResultCursor _ = start("SELECT a.n FROM numbers a JOIN numbers b ON a.n = b.n")) {
            assertThat(store.holds()).isNotEmpty();
        }
        assertThat(store.holds()).isEmpty();
    }

    @Test
    void aLookUpByKeyHoldsNothing() {
        assertThat(database.column("SELECT s FROM numbers WHERE n = 7")).containsExactly("text 7");
        try (ResultCursor _ = start("SELECT s FROM numbers WHERE n = 8")) {
            assertThat(store.holds()).isEmpty();
        }
    }

    @Test
    void aQueryThatIsEndedSaysWhyAndLetsGo() {
        var why = new AlluviumException(ErrorCode.SNAPSHOT_TOO_OLD, "too old", "run it again");
        try (ResultCursor cursor = start(SCAN)) {
            cursor.next();
            ViewHold hold = store.holds().getFirst();

            assertThat(hold.holder().end(why)).isTrue();

            assertThat(store.holds())
                    .as("it lets go without being asked for rows")
                    .isEmpty();
            assertThat(catchThrowableOfType(AlluviumException.class, cursor::next))
                    .isSameAs(why);
            assertThat(catchThrowableOfType(AlluviumException.class, cursor::next))
                    .isSameAs(why);
        }
        assertThat(Database.read(start(SCAN))).as("the next one").hasSize(10_000);
    }

    @Test
    void aQueryThatRunsWhenItIsEndedFindsOutByItself() throws Exception {
        var why = new AlluviumException(ErrorCode.SNAPSHOT_TOO_OLD, "too old", "run it again");
        var caught = new ArrayList<AlluviumException>();
        Thread reader = Thread.ofPlatform()
                .start(() -> caught.add(catchThrowableOfType(
                        AlluviumException.class,
                        () -> Database.read(
                                start("SELECT COUNT(*) FROM numbers a JOIN numbers b ON a.n <> b.n + 1")))));
        while (store.holds().isEmpty() && reader.isAlive()) {
            Thread.onSpinWait();
        }
        store.holds().forEach(hold -> hold.holder().end(why));
        reader.join();

        assertThat(caught).containsExactly(why);
        assertThat(store.holds()).isEmpty();
    }

    @Test
    void aQueryThatIsEndedBeforeItsFirstBatchEndsToo() {
        var why = new AlluviumException(ErrorCode.SNAPSHOT_TOO_OLD, "too old", "run it again");
        var execution = new Execution(new Parameters(List.of()), QueryLimits.defaults());
        execution.end(why);
        execution.start(List.of(), Long.MAX_VALUE);

        assertThat(catchThrowableOfType(AlluviumException.class, execution::check))
                .isSameAs(why);
    }

    @Test
    void aQueryThatIsOverIsNotEndedAfterwards() {
        var execution = new Execution(new Parameters(List.of()), QueryLimits.defaults());
        var over = new RunningQuery("SELECT 1", execution, new HashSet<>());
        over.close();
        over.end(new AlluviumException(ErrorCode.SNAPSHOT_TOO_OLD, "too old", "run it again"));

        assertThat(execution.ended()).isNull();
    }

    @Test
    void whatOperatorsHoldIsCountedWhileTheyRun() {
        try (ResultCursor cursor = start("SELECT s FROM numbers ORDER BY s")) {
            cursor.next();
            assertThat(database.engine.bytes()).isGreaterThan(10_000);
        }
        assertThat(database.engine.bytes()).isZero();
    }
}

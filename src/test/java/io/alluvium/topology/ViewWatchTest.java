package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.alluvium.catalog.HeldView;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import io.alluvium.table.ViewHold;
import io.alluvium.table.ViewHolder;
import io.alluvium.testkit.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewWatchTest {

    private static final Schema SCHEMA =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("n", ColumnType.BIGINT));
    private static final int ROWS = 20_000;

    private final TableStore store = new TableStore(new TableName("orders"), SCHEMA, new int[] {0});

    /// Remembers why it was ended, and lets go then.
    private static final class Reader implements ViewHolder {
        private final String sql;
        private @Nullable AlluviumException end;
        private @Nullable ViewHold hold;

        Reader(String sql) {
            this.sql = sql;
        }

        Reader of(TableStore table) {
            hold = table.hold(this);
            return this;
        }

        @Override
        public String label() {
            return sql;
        }

        @Override
        public boolean end(AlluviumException why) {
            end = why;
            if (hold != null) {
                hold.close();
            }
            return true;
        }
    }

    private ViewWatch watch(long viewBytes, Duration warnAfter) {
        return new ViewWatch(new MemoryLimits(1L << 30, viewBytes, warnAfter), () -> List.of(store));
    }

    @Test
    void aViewThatIsHeldForLongIsNamedOnce() {
        fill();
        var watch = watch(1L << 30, Duration.ZERO);
        try (var log = new CapturedLog(ViewWatch.class.getName());
                ViewHold _ = store.hold(ViewHolder.named("SELECT *\n  FROM orders"))) {
            fill();
            watch.look();
            watch.look();

            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("table=orders", "SELECT * FROM orders", "KB");
        }
    }

    @Test
    void aYoungViewIsNotNamed() {
        try (var log = new CapturedLog(ViewWatch.class.getName());
                ViewHold _ = store.hold(ViewHolder.named("SELECT"))) {
            watch(1L << 30, Duration.ofMinutes(1)).look();

            assertThat(log.lines(Level.WARN)).isEmpty();
        }
    }

    @Test
    void theOldestHolderIsEndedWhenViewsKeepTooMuch() {
        fill();
        Reader oldest = new Reader("SELECT 1").of(store);
        fill();
        Reader younger = new Reader("SELECT 2").of(store);
        fill();
        long both = store.heldBytes(store.holds());
        long latter = store.heldBytes(List.of(store.holds().getLast()));

        watch(both, Duration.ofMinutes(1)).look();
        assertThat(oldest.end).as("at the limit").isNull();

        watch(latter, Duration.ofMinutes(1)).look();

        AlluviumException why = java.util.Objects.requireNonNull(oldest.end);
        assertThat(why.code()).isEqualTo(ErrorCode.SNAPSHOT_TOO_OLD);
        assertThat(why.code().sqlState()).isEqualTo("72000");
        assertThat(why).hasMessageContaining("orders").hasMessageContaining("alluvium.view.memory.limit");
        assertThat(why.hint().orElseThrow()).contains("Run it again");
        assertThat(younger.end).isNull();
        assertThat(store.heldBytes(store.holds())).isLessThanOrEqualTo(latter);
    }

    @Test
    void aViewThatKeepsNothingIsLeftAlone() {
        fill();
        Reader old = new Reader("SELECT 1").of(store);

        watch(0, Duration.ofMinutes(1)).look();

        assertThat(old.end).isNull();
    }

    @Test
    void theViewsOfATableThatIsGoneCountWhole() {
        fill();
        long bytes = store.bytes();
        Reader reader = new Reader("SELECT 1").of(store);
        var watch = new ViewWatch(new MemoryLimits(1L << 30, bytes / 2, Duration.ofMinutes(1)), List::of);

        watch.retire(store);
        assertThat(watch.retiredBytes()).isBetween(bytes * 9 / 10, bytes * 11 / 10);
        watch.look();

        assertThat(reader.end).isNotNull();
        assertThat(watch.retiredBytes()).isZero();
    }

    @Test
    void theViewsOfATableAreShownWithTheirStatementsAndBytes() {
        fill();
        try (ViewHold _ = store.hold(ViewHolder.named("SELECT " + "x".repeat(500)))) {
            fill();
            Instant now = Instant.parse("2026-01-01T00:00:00Z");

            List<HeldView> shown = ViewWatch.shown(List.of(store), now);

            assertThat(shown).singleElement().satisfies(view -> {
                assertThat(view.statement())
                        .startsWith("SELECT xx")
                        .hasSizeLessThan(210)
                        .endsWith("…");
                assertThat(view.since()).isBeforeOrEqualTo(now);
                assertThat(view.bytes()).isPositive();
            });
        }
    }

    private void fill() {
        var batch = new ChangeBatch(RowBatch.forSchema(SCHEMA, ROWS), ROWS);
        for (int row = 0; row < ROWS; row++) {
            batch.rows().column(0).setObject(row, "k" + row);
            batch.rows().column(1).setLong(row, row);
            batch.upsert(("k" + row).getBytes(StandardCharsets.UTF_8));
        }
        batch.rows().setSize(ROWS);
        store.apply(0, batch);
    }
}

package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When rows and snapshots are not relied on any more. The partition has one row, of the records before offset 5.
class StoreFeederTest {

    private static final TableName NAME = new TableName("t");
    private static final Schema SCHEMA =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("text", ColumnType.VARCHAR));

    private final TableStore store = new TableStore(NAME, SCHEMA, new int[] {0});
    private Snapshots service;
    private TableSnapshots snapshots;
    private StoreFeeder feeder;

    @BeforeEach
    void takeASnapshot(@TempDir Path directory) {
        var settings = new SnapshotSettings(true, directory, Duration.ofMillis(50), 100 << 20);
        service = new Snapshots(settings, InstantSource.system());
        snapshots = service.of(NAME, "application", "content", 1, store);
        feeder = new StoreFeeder(
                "topic",
                store,
                snapshots,
                Map.of(),
                partition -> {
                    throw new AssertionError("no records come");
                },
                new BadRecords(new BadRecordCount(NAME, false, () -> {}), null),
                failure -> {
                    throw new AssertionError(failure);
                });
        store.apply(0, batch("a"));
        feeder.committed(0, 5);
        awaitSnapshot();
    }

    @AfterEach
    void close() {
        snapshots.close();
        service.close();
    }

    private void awaitSnapshot() {
        TestCluster.await(
                "a snapshot",
                () -> snapshots.status(0).map(taken -> taken.positions().size()).orElse(0) == 1);
    }

    private static ChangeBatch batch(Object text) {
        RowBatch rows = RowBatch.forSchema(SCHEMA, 1);
        rows.column(0).setObject(0, "key");
        rows.column(1).setObject(0, text);
        var batch = new ChangeBatch(rows, 1);
        batch.upsert("key".getBytes(StandardCharsets.UTF_8));
        return batch;
    }

    @Test
    void rowsStayWhenAPartitionIsOpenedAgain() {
        feeder.open(0);

        assertThat(store.rows()).isEqualTo(1);
        assertThat(feeder.startOffset(0)).isEqualTo(5);
    }

    @Test
    void aStoreThatKafkaStreamsCallsCorruptedLosesItsSnapshotAndThenItsRows() {
        new TableStateStore("t", feeder, new ShortCut(() -> false)).commit(Map.of());

        assertThat(snapshots.status(0)).isEmpty();
        assertThat(feeder.startOffset(0)).isZero();
        assertThat(store.rows()).as("until it is opened again").isEqualTo(1);
        feeder.open(0);
        assertThat(store.rows()).isZero();

        store.apply(0, batch("b"));
        feeder.committed(0, 7);
        awaitSnapshot();
        assertThat(feeder.startOffset(0)).isEqualTo(7);
    }

    @Test
    void theRowsOfALiveTableAreNotTakenAwayFromItsReaders() {
        snapshots.live();
        new TableStateStore("t", feeder, new ShortCut(() -> false)).commit(Map.of());

        assertThatThrownBy(() -> feeder.open(0))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("partition 0 of the table t");

        assertThat(store.rows()).isEqualTo(1);
    }

    @Test
    void aPartitionWithHalfABatchIsLoadedAnewWhenItIsOpenedAgain() {
        assertThatThrownBy(() -> store.apply(0, batch(List.of("no text")))).isInstanceOf(RuntimeException.class);
        assertThat(store.rows()).isEqualTo(1);

        feeder.open(0);

        assertThat(store.rows()).isZero();
        assertThat(store.isTorn(0)).isFalse();
        assertThat(feeder.startOffset(0)).isZero();
    }
}

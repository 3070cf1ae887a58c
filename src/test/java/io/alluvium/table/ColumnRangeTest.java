package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnRangeTest {

    private static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("number", ColumnType.BIGINT),
            Column.of("half", ColumnType.DOUBLE));
    private static final int ROWS = 4 * Chunk.ROWS;

    private final TableStore store = new TableStore(new TableName("t"), SCHEMA, new int[] {0});

    @Test
    void aScanLeavesOutTheChunksWithoutAValueInTheRange() {
        fill();

        TableView.Scan scan =
                store.view().scan(new int[] {1}, List.of(ColumnRange.ofLongs(1, Chunk.ROWS, 2 * Chunk.ROWS - 1)));

        assertThat(numbers(scan)).hasSize(Chunk.ROWS).contains((long) Chunk.ROWS, 2L * Chunk.ROWS - 1);
        assertThat(scan.skippedRows()).isEqualTo(ROWS - Chunk.ROWS);
    }

    @Test
    void aScanKeepsEveryRowOfAChunkThatMayHaveOne() {
        fill();

        TableView.Scan scan = store.view().scan(new int[] {1}, List.of(ColumnRange.ofDoubles(2, 0.5, 0.5)));

        assertThat(numbers(scan)).hasSize(Chunk.ROWS).contains(1L);
    }

    @Test
    void rangesThatRuleEachOtherOutLeaveNothing() {
        fill();

        TableView.Scan scan = store.view()
                .scan(
                        new int[] {1},
                        List.of(ColumnRange.ofLongs(1, 0, 10), ColumnRange.ofDoubles(2, ROWS / 2.0 - 1, ROWS)));

        assertThat(numbers(scan)).isEmpty();
        assertThat(scan.skippedRows()).isEqualTo(ROWS);
    }

    @Test
    void anUpdateThatBringsAValueIntoTheRangeIsSeen() {
        fill();
        RowBatch rows = RowBatch.forSchema(SCHEMA, 1);
        var batch = new ChangeBatch(rows, 1);
        rows.column(0).setObject(0, "k7");
        rows.column(1).setLong(0, -5);
        rows.column(2).setNull(0);
        batch.upsert("k7".getBytes(StandardCharsets.UTF_8));
        store.apply(0, batch);

        TableView.Scan scan = store.view().scan(new int[] {1}, List.of(ColumnRange.ofLongs(1, -10, -1)));

        assertThat(numbers(scan)).contains(-5L);
    }

    private void fill() {
        RowBatch rows = RowBatch.forSchema(SCHEMA, ROWS);
        var batch = new ChangeBatch(rows, ROWS);
        for (int i = 0; i < ROWS; i++) {
            rows.column(0).setObject(i, "k" + i);
            rows.column(1).setLong(i, i);
            rows.column(2).setDouble(i, i / 2.0);
            batch.upsert(("k" + i).getBytes(StandardCharsets.UTF_8));
        }
        store.apply(0, batch);
    }

    private static List<Long> numbers(TableView.Scan scan) {
        List<Long> numbers = new ArrayList<>();
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int row = 0; row < batch.size(); row++) {
                numbers.add(batch.column(0).getLong(row));
            }
        }
        return numbers;
    }
}

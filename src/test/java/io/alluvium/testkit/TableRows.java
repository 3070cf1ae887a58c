package io.alluvium.testkit;

import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes tables and batches out of plain values: Boolean, Integer, Long, Double, BigDecimal, or what a
/// [Vector] keeps as an object; null is NULL.
public final class TableRows {

    private TableRows() {}

    /// A table with one partition that holds `rows`.
    public static TableStore store(String name, Schema schema, int[] key, List<@Nullable Object[]> rows) {
        var store = new TableStore(new TableName(name), schema, key);
        var codec = new KeyCodec(
                IntStream.of(key).mapToObj(k -> schema.column(k).type()).toList());
        int step = RowBatch.DEFAULT_ROWS;
        for (int from = 0; from < rows.size(); from += step) {
            List<@Nullable Object[]> part = rows.subList(from, Math.min(rows.size(), from + step));
            RowBatch batch = batch(schema, part);
            var changes = new ChangeBatch(batch, part.size());
            for (int row = 0; row < part.size(); row++) {
                changes.upsert(codec.encode(batch, key, row));
            }
            store.apply(0, changes);
        }
        return store;
    }

    public static RowBatch batch(Schema schema, List<@Nullable Object[]> rows) {
        RowBatch batch = RowBatch.forSchema(schema, Math.max(1, rows.size()));
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < schema.size(); column++) {
                set(batch.column(column), row, rows.get(row)[column]);
            }
        }
        batch.setSize(rows.size());
        return batch;
    }

    private static void set(Vector vector, int row, @Nullable Object value) {
        switch (value) {
            case null -> vector.setNull(row);
            case Boolean flag -> vector.setBoolean(row, flag);
            case Integer number -> vector.setLong(row, number);
            case Long number -> vector.setLong(row, number);
            case Double number -> vector.setDouble(row, number);
            case BigDecimal number -> vector.setDecimal(row, number);
            default -> vector.setObject(row, value);
        }
    }
}

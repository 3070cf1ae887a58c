package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.nio.charset.StandardCharsets;

/// Changes of a table with a text key and a number, for tests of one partition.
final class Amounts {

    static final Schema SCHEMA =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("amount", ColumnType.BIGINT));

    private final ChangeBatch batch = new ChangeBatch(RowBatch.forSchema(SCHEMA, 64), 64);

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    Amounts put(String key, long amount) {
        return put(key, bytes(key), amount);
    }

    Amounts put(String key, byte[] keyBytes, long amount) {
        int row = batch.size();
        batch.rows().columns().forEach(vector -> vector.ensureCapacity(row + 1));
        batch.rows().column(0).setObject(row, key);
        batch.rows().column(1).setLong(row, amount);
        batch.upsert(keyBytes);
        return this;
    }

    Amounts delete(String key) {
        batch.delete(bytes(key));
        return this;
    }

    /// Applies the changes and is empty afterwards.
    void to(PartitionStore store) {
        if (!store.apply(batch)) {
            throw new IllegalStateException("the columns are not the partition's");
        }
        batch.clear();
    }
}

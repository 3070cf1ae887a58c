package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.nio.charset.StandardCharsets;

/// Changes of a table of accounts: a text key, an amount and a text. Owned by one thread.
final class Accounts {

    static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.BIGINT),
            Column.of("note", ColumnType.VARCHAR));

    static final int ABSENT = -1;

    private final ChangeBatch batch = new ChangeBatch(RowBatch.forSchema(SCHEMA, 4), 4);

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    Accounts put(String key, long amount) {
        int row = batch.size();
        batch.rows().columns().forEach(vector -> vector.ensureCapacity(row + 1));
        batch.rows().column(0).setObject(row, key);
        batch.rows().column(1).setLong(row, amount);
        batch.rows().column(2).setObject(row, "note " + amount);
        batch.upsert(bytes(key));
        return this;
    }

    Accounts delete(String key) {
        batch.delete(bytes(key));
        return this;
    }

    /// Applies the changes and is empty afterwards.
    void to(PartitionStore store) {
        if (!store.apply(batch)) {
            throw new IllegalStateException("the batch's columns are not the partition's");
        }
        batch.clear();
    }

    void to(TableStore store) {
        if (!store.apply(0, batch)) {
            throw new IllegalStateException("the batch's columns are not the table's");
        }
        batch.clear();
    }

    static PartitionStore newPartition() {
        return new PartitionStore(0, SCHEMA, 0, new ChangeListeners(), new KeyIndex(16, 16));
    }

    /// Ends the tail chunk, so that a few versions are enough for it to be given up.
    static void endChunk(PartitionStore store) {
        store.evolve(SCHEMA);
    }

    static int amount(PartitionView view, String key) {
        byte[] bytes = bytes(key);
        return amount(view, view.find(bytes, KeyIndex.hash(bytes)));
    }

    static int amount(PartitionView view, long id) {
        return id == PartitionView.ABSENT ? ABSENT : (int) view.holder(id).columns[1].getLong((int) id & Chunk.PLACE_MASK);
    }

    static int sum(TableView view) {
        long sum = 0;
        TableView.Scan scan = view.scan(new int[] {1});
        for (RowBatch rows = scan.next(); rows != null; rows = scan.next()) {
            for (int i = 0; i < rows.size(); i++) {
                sum += rows.column(0).getLong(i);
            }
        }
        return (int) sum;
    }

    static int sum(PartitionView view) {
        long sum = 0;
        for (ChunkView chunk : view.chunks) {
            for (int place = 0; chunk != null && place < chunk.rows; place++) {
                sum += view.isAlive(chunk, place) ? chunk.columns[1].getLong(place) : 0;
            }
        }
        return (int) sum;
    }
}

package io.alluvium.table;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one batch changed in one partition, in the order in which it happened: for each change the row before,
/// unless the key is new, and the row after, unless it was deleted. A key that the batch changes twice is there
/// twice.
///
/// Immutable once the batch is applied; it holds the memory of its rows as long as it is reachable. Rows that are
/// moved within the partition, because a chunk is given up, are no changes.
public final class TableChanges {

    private static final int FIRST_CAPACITY = 64;

    private final int partition;
    private final long batch;
    private final Schema schema;
    private int size;
    private byte[][] keys = new byte[FIRST_CAPACITY][];
    private @Nullable Chunk[] before = new Chunk[FIRST_CAPACITY];
    private @Nullable Chunk[] after = new Chunk[FIRST_CAPACITY];
    private int[] beforePlaces = new int[FIRST_CAPACITY];
    private int[] afterPlaces = new int[FIRST_CAPACITY];

    /// @param batch the number of the batch in its partition
    TableChanges(int partition, long batch, Schema schema) {
        this.partition = partition;
        this.batch = batch;
        this.schema = schema;
    }

    /// Writer: adds a change. Chunks stay readable here even when they are given up before the batch ends.
    void add(byte[] key, @Nullable Chunk beforeChunk, long beforeId, @Nullable Chunk afterChunk, long afterId) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            before = Arrays.copyOf(before, size * 2);
            after = Arrays.copyOf(after, size * 2);
            beforePlaces = Arrays.copyOf(beforePlaces, size * 2);
            afterPlaces = Arrays.copyOf(afterPlaces, size * 2);
        }
        keys[size] = key;
        before[size] = beforeChunk;
        beforePlaces[size] = (int) beforeId & Chunk.PLACE_MASK;
        after[size] = afterChunk;
        afterPlaces[size] = (int) afterId & Chunk.PLACE_MASK;
        size++;
    }

    public int partition() {
        return partition;
    }

    /// The number of the batch in its partition; the next batch has a greater one.
    public long batch() {
        return batch;
    }

    /// The columns that the rows have.
    public Schema schema() {
        return schema;
    }

    public int size() {
        return size;
    }

    /// The key as [io.alluvium.data.KeyCodec] encodes it. Nobody writes into it.
    public byte[] key(int change) {
        return keys[change];
    }

    public boolean hasBefore(int change) {
        return before[change] != null;
    }

    public boolean hasAfter(int change) {
        return after[change] != null;
    }

    /// Copies the row before into row `target` of `batch`, whose columns are `columns` of the schema.
    public void copyBefore(int change, RowBatch into, int target, int[] columns) {
        copy(Objects.requireNonNull(before[change]), beforePlaces[change], into, target, columns);
    }

    /// Copies the row after into row `target` of `batch`, whose columns are `columns` of the schema.
    public void copyAfter(int change, RowBatch into, int target, int[] columns) {
        copy(Objects.requireNonNull(after[change]), afterPlaces[change], into, target, columns);
    }

    private static void copy(Chunk chunk, int place, RowBatch into, int target, int[] columns) {
        for (int c = 0; c < columns.length; c++) {
            chunk.columns[columns[c]].readOrNull(place, into.column(c), target);
        }
    }
}

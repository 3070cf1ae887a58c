package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows that an operator keeps, column by column, numbered from 0. Owned by one thread.
final class RowBuffer {

    private static final long OBJECT_HEADER = 40;

    private final List<ColumnType> types;
    private final MemoryBudget memory;
    private final List<Vector> columns = new ArrayList<>();
    private int size;
    private long taken;

    RowBuffer(List<ColumnType> types, MemoryBudget memory) {
        this.types = types;
        this.memory = memory;
        allocate();
    }

    private void allocate() {
        columns.clear();
        for (ColumnType type : types) {
            columns.add(new Vector(type, 0));
        }
    }

    int size() {
        return size;
    }

    List<Vector> columns() {
        return columns;
    }

    Vector column(int index) {
        return columns.get(index);
    }

    void append(RowBatch batch, Selection rows) {
        append(batch.columns(), rows);
    }

    void append(List<Vector> source, Selection rows) {
        int count = rows.size();
        for (int c = 0; c < types.size(); c++) {
            Vector from = source.get(c);
            Vector to = reserved(c, size + count);
            copy(from, rows, to, size);
            if (to.storage() == Storage.OBJECT) {
                take(objectBytes(to, size, size + count));
            }
        }
        size += count;
    }

    void append(List<Vector> source, int row) {
        for (int c = 0; c < types.size(); c++) {
            Vector to = reserved(c, size + 1);
            to.copyFrom(source.get(c), row, size);
            if (to.storage() == Storage.OBJECT) {
                take(objectBytes(to, size, size + 1));
            }
        }
        size++;
    }

    /// Copies some rows, in this order, into a vector.
    void gather(int column, int[] rows, int from, int count, Vector out) {
        gather(columns.get(column), rows, from, count, out);
    }

    static void gather(Vector source, int[] rows, int from, int count, Vector out) {
        out.ensureCapacity(count);
        boolean[] nulls = out.nulls();
        boolean[] sourceNulls = source.nulls();
        for (int i = 0; i < count; i++) {
            nulls[i] = sourceNulls[rows[from + i]];
        }
        switch (source.storage()) {
            case LONG -> {
                long[] values = out.longs();
                long[] sourceValues = source.longs();
                for (int i = 0; i < count; i++) {
                    values[i] = sourceValues[rows[from + i]];
                }
            }
            case DOUBLE -> {
                double[] values = out.doubles();
                double[] sourceValues = source.doubles();
                for (int i = 0; i < count; i++) {
                    values[i] = sourceValues[rows[from + i]];
                }
            }
            case OBJECT -> {
                @Nullable Object[] values = out.objects();
                @Nullable Object[] sourceValues = source.objects();
                for (int i = 0; i < count; i++) {
                    values[i] = sourceValues[rows[from + i]];
                }
            }
        }
    }

    /// Copies the selected rows to the places from `at` on.
    static void copy(Vector source, Selection rows, Vector out, int at) {
        int count = rows.size();
        boolean[] nulls = out.nulls();
        boolean[] sourceNulls = source.nulls();
        for (int i = 0; i < count; i++) {
            nulls[at + i] = sourceNulls[rows.row(i)];
        }
        switch (source.storage()) {
            case LONG -> {
                long[] values = out.longs();
                long[] sourceValues = source.longs();
                for (int i = 0; i < count; i++) {
                    values[at + i] = sourceValues[rows.row(i)];
                }
            }
            case DOUBLE -> {
                double[] values = out.doubles();
                double[] sourceValues = source.doubles();
                for (int i = 0; i < count; i++) {
                    values[at + i] = sourceValues[rows.row(i)];
                }
            }
            case OBJECT -> {
                @Nullable Object[] values = out.objects();
                @Nullable Object[] sourceValues = source.objects();
                for (int i = 0; i < count; i++) {
                    values[at + i] = sourceValues[rows.row(i)];
                }
            }
        }
    }

    /// Forgets the rows and gives their memory back.
    void clear() {
        memory.giveBack(taken);
        taken = 0;
        size = 0;
        allocate();
    }

    private Vector reserved(int column, int rows) {
        Vector vector = columns.get(column);
        int before = vector.capacity();
        if (rows > before) {
            int grown = Math.max(rows, Math.max(16, (int) Math.min(Integer.MAX_VALUE - 8, before * 2L)));
            take((long) (grown - before) * (vector.storage() == Storage.OBJECT ? 5 : 9));
            vector.ensureCapacity(grown);
        }
        return vector;
    }

    private void take(long bytes) {
        taken += bytes;
        memory.take(bytes);
    }

    private static long objectBytes(Vector vector, int from, int to) {
        long bytes = 0;
        for (int row = from; row < to; row++) {
            bytes += objectBytes(vector, row);
        }
        return bytes;
    }

    /// What the value in a row takes, about, in a vector of objects.
    static long objectBytes(Vector vector, int row) {
        if (vector.isNull(row)) {
            return 0;
        }
        return OBJECT_HEADER
                + switch (vector.getObject(row)) {
                    case String text -> text.length();
                    case byte[] octets -> octets.length;
                    default -> OBJECT_HEADER;
                };
    }
}

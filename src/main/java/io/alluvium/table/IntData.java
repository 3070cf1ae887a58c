package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.Arrays;

/// 32-bit values: INTEGER, DATE, BOOLEAN as 0 or 1.
final class IntData extends ColumnData {

    private volatile int[] values = {};

    IntData(ColumnType type) {
        super(type);
    }

    @Override
    void ensureCapacity(int rows) {
        if (rows > values.length) {
            values = Arrays.copyOf(values, grownCapacity(values.length, rows));
        }
    }

    @Override
    void set(int row, Vector source, int sourceRow) {
        values[row] = Math.toIntExact(source.getLong(sourceRow));
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        values[row] = Math.toIntExact(source.getLong(sourceRow));
    }

    @Override
    long getLong(int row) {
        return values[row];
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setLong(targetRow, values[row]);
    }

    @Override
    void readRange(int from, int count, Vector target, int targetRow) {
        if (hasNulls()) {
            super.readRange(from, count, target, targetRow);
            return;
        }
        int[] from32 = values;
        long[] to = target.longs();
        for (int i = 0; i < count; i++) {
            to[targetRow + i] = from32[from + i];
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    long bytes() {
        return 4L * values.length + nullBytes();
    }
}

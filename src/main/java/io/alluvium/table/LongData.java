package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.Arrays;

/// 64-bit values: BIGINT, TIME, TIMESTAMP, TIMESTAMPTZ, DECIMAL up to 18 digits as the unscaled value.
final class LongData extends ColumnData {

    private volatile long[] values = {};

    LongData(ColumnType type) {
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
        values[row] = source.getLong(sourceRow);
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        values[row] = source.getLong(sourceRow);
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
        System.arraycopy(values, from, target.longs(), targetRow, count);
        clearNulls(target, targetRow, count);
    }

    @Override
    long bytes() {
        return 8L * values.length + nullBytes();
    }
}

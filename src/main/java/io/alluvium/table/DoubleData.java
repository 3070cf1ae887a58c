package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.Arrays;

/// DOUBLE and REAL.
final class DoubleData extends ColumnData {

    private volatile double[] values = {};

    DoubleData(ColumnType type) {
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
        values[row] = source.getDouble(sourceRow);
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        values[row] = source.getDouble(sourceRow);
    }

    @Override
    double getDouble(int row) {
        return values[row];
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setDouble(targetRow, values[row]);
    }

    @Override
    void readRange(int from, int count, Vector target, int targetRow) {
        if (hasNulls()) {
            super.readRange(from, count, target, targetRow);
            return;
        }
        System.arraycopy(values, from, target.doubles(), targetRow, count);
        clearNulls(target, targetRow, count);
    }

    @Override
    long bytes() {
        return 8L * values.length + nullBytes();
    }
}

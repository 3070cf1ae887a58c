package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.metrics.HeapSizes;
import java.util.Arrays;

/// 32-bit values: INTEGER, DATE, BOOLEAN as 0 or 1.
final class IntData extends WholeData {

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
    void appendAll(Vector source, int[] sources, int count, int at) {
        int[] to = values;
        long[] from = source.longs();
        boolean[] nulls = source.nulls();
        long low = least();
        long high = greatest();
        for (int i = 0; i < count; i++) {
            int row = sources[i];
            if (row < 0 || nulls[row]) {
                setNull(at + i);
                continue;
            }
            long value = from[row];
            to[at + i] = Math.toIntExact(value);
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        widen(low, high);
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        long value = source.getLong(sourceRow);
        values[row] = Math.toIntExact(value);
        widen(value, value);
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
    void readDenseRange(int from, int count, Vector target, int targetRow) {
        int[] from32 = values;
        long[] to = target.longs();
        for (int i = 0; i < count; i++) {
            to[targetRow + i] = from32[from + i];
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    void readDenseRows(int[] rows, int count, Vector target, int targetRow) {
        int[] read = values;
        long[] to = target.longs();
        for (int i = 0; i < count; i++) {
            to[targetRow + i] = read[rows[i]];
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.INTS, out);
        writeNulls(out, rows);
        writeZone(out);
        out.putInts(values, rows);
    }

    static IntData read(BlockReader in, ColumnType type, int rows) {
        var read = new IntData(type);
        read.readNulls(in, rows);
        read.readZone(in);
        read.values = in.getInts(rows);
        return read;
    }

    @Override
    long bytes() {
        return shellBytes(1, ZONE_BYTES) + HeapSizes.ints(values.length);
    }
}

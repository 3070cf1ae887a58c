package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.metrics.HeapSizes;
import java.util.Arrays;

/// DOUBLE and REAL.
final class DoubleData extends ColumnData {

    private volatile double[] values = {};
    /// Of the values that are numbers.
    private volatile double least = Double.POSITIVE_INFINITY;
    private volatile double greatest = Double.NEGATIVE_INFINITY;
    private volatile boolean hasNaN;

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
    void appendAll(Vector source, int[] sources, int count, int at) {
        double[] to = values;
        double[] from = source.doubles();
        boolean[] nulls = source.nulls();
        double low = least;
        double high = greatest;
        for (int i = 0; i < count; i++) {
            int row = sources[i];
            if (row < 0 || nulls[row]) {
                setNull(at + i);
                continue;
            }
            double value = from[row];
            to[at + i] = value;
            if (Double.isNaN(value)) {
                hasNaN = true;
            }
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        widen(low, high);
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        double value = source.getDouble(sourceRow);
        values[row] = value;
        if (Double.isNaN(value)) {
            hasNaN = true;
        } else {
            widen(value, value);
        }
    }

    private void widen(double low, double high) {
        if (low < least) {
            least = low;
        }
        if (high > greatest) {
            greatest = high;
        }
    }

    /// Zeros of either sign are equal here as they are to a comparison.
    @Override
    boolean mayContain(double from, double to) {
        if (Double.isNaN(to) && hasNaN) {
            return true;
        }
        return !Double.isNaN(from) && greatest >= from && (Double.isNaN(to) || least <= to) && least <= greatest;
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
    void readDenseRange(int from, int count, Vector target, int targetRow) {
        System.arraycopy(values, from, target.doubles(), targetRow, count);
        clearNulls(target, targetRow, count);
    }

    @Override
    void readDenseRows(int[] rows, int count, Vector target, int targetRow) {
        double[] read = values;
        double[] to = target.doubles();
        for (int i = 0; i < count; i++) {
            to[targetRow + i] = read[rows[i]];
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.DOUBLES, out);
        writeNulls(out, rows);
        out.putDouble(least);
        out.putDouble(greatest);
        out.putByte(hasNaN ? 1 : 0);
        out.putDoubles(values, rows);
    }

    static DoubleData read(BlockReader in, ColumnType type, int rows) {
        var read = new DoubleData(type);
        read.readNulls(in, rows);
        read.least = in.getDouble();
        read.greatest = in.getDouble();
        read.hasNaN = in.getByte() != 0;
        read.values = in.getDoubles(rows);
        return read;
    }

    @Override
    long bytes() {
        return shellBytes(1, 2 * Double.BYTES + 1) + HeapSizes.doubles(values.length);
    }
}

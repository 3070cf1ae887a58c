package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;

/// A column that did not exist when the chunk was filled: NULL in every row.
final class AbsentData extends ColumnData {

    AbsentData(ColumnType type) {
        super(type);
    }

    @Override
    void ensureCapacity(int rows) {
        throw full();
    }

    @Override
    boolean isNull(int row) {
        return true;
    }

    @Override
    int mostNulls() {
        return Chunk.ROWS;
    }

    @Override
    boolean mayContain(long from, long to) {
        return false;
    }

    @Override
    boolean mayContain(double from, double to) {
        return false;
    }

    @Override
    void appendAll(Vector source, int[] sources, int count, int at) {
        throw full();
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        throw full();
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setNull(targetRow);
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.ABSENT, out);
    }

    @Override
    long bytes() {
        return shellBytes(0, 0);
    }

    private static IllegalStateException full() {
        return new IllegalStateException("a chunk that is full takes no more rows");
    }
}

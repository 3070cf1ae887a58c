package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.Vector;
import java.nio.charset.StandardCharsets;

/// The column that is the table's single text key: read from the chunk's keys, stored nowhere else.
final class KeyData extends ColumnData {

    private final Keys keys;

    KeyData(ColumnType type, Keys keys) {
        super(type);
        this.keys = keys;
    }

    @Override
    void ensureCapacity(int rows) {
        // Nothing is stored here.
    }

    @Override
    boolean isNull(int row) {
        Bytes bytes = keys.bytes();
        return KeyCodec.isNullText(bytes.array(), bytes.start(row), bytes.length(row));
    }

    @Override
    void setNull(int row) {
        // The row of a deletion: nobody reads it.
    }

    @Override
    int mostNulls() {
        return Chunk.ROWS;
    }

    @Override
    void appendAll(Vector source, int[] sources, int count, int at) {
        // The keys are there already.
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        // The key is there already.
    }

    @Override
    Object getObject(int row) {
        Bytes bytes = keys.bytes();
        return new String(bytes.array(), bytes.start(row), bytes.length(row), StandardCharsets.UTF_8);
    }

    @Override
    Bytes byteStrings() {
        return keys.bytes();
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setObject(targetRow, getObject(row));
    }

    @Override
    void write(BlockWriter out, int rows) {
        writeForm(Form.KEY, out);
    }

    @Override
    long bytes() {
        return shellBytes(1, 0);
    }
}

package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Text with few distinct values: codes into the column's [Dictionary].
final class DictionaryData extends ColumnData {

    private final Dictionary dictionary;
    private volatile int[] codes = {};

    DictionaryData(ColumnType type, Dictionary dictionary) {
        super(type);
        this.dictionary = dictionary;
    }

    @Override
    void ensureCapacity(int rows) {
        if (rows > codes.length) {
            codes = Arrays.copyOf(codes, grownCapacity(codes.length, rows));
        }
    }

    @Override
    void set(int row, Vector source, int sourceRow) {
        codes[row] = dictionary.code(source.getText(sourceRow));
    }

    @Override
    void setFrom(int row, ColumnData source, int sourceRow) {
        codes[row] = dictionary.code((String) source.getObject(sourceRow));
    }

    @Override
    Object getObject(int row) {
        return dictionary.text(codes[row]);
    }

    @Override
    void read(int row, Vector target, int targetRow) {
        target.setObject(targetRow, dictionary.text(codes[row]));
    }

    @Override
    void readRange(int from, int count, Vector target, int targetRow) {
        if (hasNulls()) {
            super.readRange(from, count, target, targetRow);
            return;
        }
        int[] read = codes;
        @Nullable String[] texts = dictionary.texts();
        @Nullable Object[] to = target.objects();
        for (int i = 0; i < count; i++) {
            to[targetRow + i] = Objects.requireNonNull(texts[read[from + i]]);
        }
        clearNulls(target, targetRow, count);
    }

    @Override
    long bytes() {
        return 4L * codes.length + nullBytes();
    }
}

package io.alluvium.sql;

/// The rows of a batch that count, as ascending row numbers. Mutable, owned by one thread.
public final class Selection {

    private int[] rows;
    private int size;

    public Selection(int capacity) {
        this.rows = new int[capacity];
    }

    /// All rows of a batch of `size`.
    public static Selection all(int size) {
        var selection = new Selection(size);
        for (int i = 0; i < size; i++) {
            selection.rows[i] = i;
        }
        selection.size = size;
        return selection;
    }

    public int size() {
        return size;
    }

    public int row(int index) {
        return rows[index];
    }

    public void clear() {
        size = 0;
    }

    public void add(int row) {
        if (size == rows.length) {
            rows = java.util.Arrays.copyOf(rows, Math.max(16, size * 2));
        }
        rows[size++] = row;
    }
}

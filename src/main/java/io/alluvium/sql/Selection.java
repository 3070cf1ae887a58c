package io.alluvium.sql;

import java.util.Arrays;

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
        selection.selectAll(size);
        return selection;
    }

    /// Makes this the selection of all rows of a batch of `newSize`.
    public void selectAll(int newSize) {
        clear();
        for (int i = 0; i < newSize; i++) {
            add(i);
        }
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Whether it has every row from 0 to its last one.
    public boolean isAll() {
        return size == end();
    }

    public int row(int index) {
        return rows[index];
    }

    /// One more than the greatest selected row, 0 when nothing is selected: vectors with so many rows hold
    /// them all.
    public int end() {
        return size == 0 ? 0 : rows[size - 1] + 1;
    }

    /// Adds a row if `passes` is 1, and nothing if it is 0; takes the same time for both.
    void addIf(int row, int passes) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, Math.max(16, size * 2));
        }
        rows[size] = row;
        size += passes;
    }

    public void clear() {
        size = 0;
    }

    public void add(int row) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, Math.max(16, size * 2));
        }
        rows[size++] = row;
    }
}

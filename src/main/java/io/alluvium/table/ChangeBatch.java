package io.alluvium.table;

import io.alluvium.data.RowBatch;
import java.util.Arrays;

/// Some changes of one partition in the order in which they happened: for each a key, and either the row that the key
/// has from now on or its deletion. Mutable, owned by one thread; [#clear()] makes it ready for the next ones.
public final class ChangeBatch {

    private static final byte[] NO_KEY = {};

    private RowBatch rows;
    private byte[][] keys;
    private boolean[] deleted;
    private int size;

    /// @param rows holds the values of change `i` in row `i`; they have no meaning where the change is a deletion
    public ChangeBatch(RowBatch rows, int capacity) {
        this.rows = rows;
        this.keys = new byte[capacity][];
        this.deleted = new boolean[capacity];
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return keys.length;
    }

    public RowBatch rows() {
        return rows;
    }

    /// Puts other rows of the same number in the place of the present ones, as a projection makes them.
    public void setRows(RowBatch rows) {
        this.rows = rows;
    }

    public byte[] key(int change) {
        return keys[change];
    }

    public boolean isDeleted(int change) {
        return deleted[change];
    }

    /// Adds a change; the caller has set row [#size()] of [#rows()] before, unless it is a deletion.
    public void add(byte[] key, boolean delete) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            deleted = Arrays.copyOf(deleted, size * 2);
        }
        keys[size] = key;
        deleted[size] = delete;
        size++;
    }

    /// Turns a change into the deletion of its key.
    public void setDeleted(int change) {
        deleted[change] = true;
    }

    public void clear() {
        Arrays.fill(keys, 0, size, NO_KEY);
        size = 0;
        rows.clear();
    }
}

package io.alluvium.table;

import io.alluvium.data.RowBatch;
import java.util.Arrays;

/// Some changes of one partition in the order in which they happened: for each a key, and either the row that the
/// key has from now on or its deletion. Mutable, owned by one thread; [#clear()] makes it ready for the next ones.
public final class ChangeBatch {

    /// What a change does.
    public enum Kind {
        UPSERT,
        DELETE,
        /// Nothing: the row under the key stays as it is.
        SKIP
    }

    private RowBatch rows;
    private byte[][] keys;
    private Kind[] kinds;
    private int size;

    /// @param rows holds the values of change `i` in row `i`; they have no meaning unless the change is an
    ///     upsert
    public ChangeBatch(RowBatch rows, int capacity) {
        this.rows = rows;
        this.keys = new byte[capacity][];
        this.kinds = new Kind[capacity];
    }

    public int size() {
        return size;
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

    public Kind kind(int change) {
        return kinds[change];
    }

    /// Adds a row; the caller has set row [#size()] of [#rows()] before.
    public void upsert(byte[] key) {
        add(key, Kind.UPSERT);
    }

    public void delete(byte[] key) {
        add(key, Kind.DELETE);
    }

    private void add(byte[] key, Kind kind) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            kinds = Arrays.copyOf(kinds, size * 2);
        }
        keys[size] = key;
        kinds[size] = kind;
        size++;
    }

    /// Turns an upsert into the deletion of its key, because the row does not belong to the table any more.
    public void turnIntoDelete(int change) {
        kinds[change] = Kind.DELETE;
    }

    public void skip(int change) {
        kinds[change] = Kind.SKIP;
    }

    public void clear() {
        size = 0;
    }
}

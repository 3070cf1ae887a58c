package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import org.jspecify.annotations.Nullable;

/// The keys of a chunk's rows, and for each row the version of the same key that it took the place of.
///
/// One writer. The link of a row is written before the index shows the row, so that whoever finds the row by the
/// index sees its link.
final class Keys {

    static final long NONE = -1;

    private final Bytes keys;
    /// For each row how many ids its version is after the one before, 0 when there is none.
    private volatile int @Nullable [] back;

    Keys() {
        this(new Bytes());
    }

    private Keys(Bytes keys) {
        this.keys = keys;
    }

    /// Keys of rows that took the place of none.
    static Keys of(Bytes keys) {
        return new Keys(keys);
    }

    /// @param id the row's own id
    /// @param earlier the id of the version before, or [#NONE]
    void append(int row, byte[] key, long id, long earlier) {
        keys.append(row, key, 0, key.length);
        link(row, id, earlier);
    }

    void appendFrom(Keys source, int sourceRow, int row, long id, long earlier) {
        keys.append(row, source.keys.array(), source.keys.start(sourceRow), source.keys.length(sourceRow));
        link(row, id, earlier);
    }

    private void link(int row, long id, long earlier) {
        int[] links = back;
        if (links == null) {
            if (earlier == NONE) {
                return;
            }
            links = new int[Chunk.ROWS];
            back = links;
        }
        links[row] = earlier == NONE ? 0 : Math.toIntExact(id - earlier);
    }

    /// The id of the version before the one that has `id` in `row`, or [#NONE].
    long earlier(int row, long id) {
        int[] links = back;
        int distance = links == null ? 0 : links[row];
        return distance == 0 ? NONE : id - distance;
    }

    /// The first byte of a key, 0 for an empty one.
    int firstByte(int row) {
        int start = keys.start(row);
        byte[] bytes = keys.array();
        return start < bytes.length ? bytes[start] : 0;
    }

    boolean equal(int row, byte[] key) {
        return keys.equal(row, key);
    }

    Bytes bytes() {
        return keys;
    }

    /// Without the links.
    long heapBytes() {
        return HeapSizes.object(2, 0) + keys.heapBytes();
    }

    long linkBytes() {
        return back == null ? 0 : HeapSizes.ints(Chunk.ROWS);
    }
}

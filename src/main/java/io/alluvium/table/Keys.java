package io.alluvium.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The keys of a chunk's rows, and for each row the version of the same key that it took the place of.
///
/// One writer. The link of a row is written before the index shows the row, so that whoever finds the row by the
/// index sees its link.
final class Keys {

    static final long NONE = -1;

    private final Bytes keys = new Bytes();
    private volatile long @Nullable [] earlier;

    void append(int row, byte[] key, long earlierRow) {
        keys.append(row, key, 0, key.length);
        link(row, earlierRow);
    }

    void appendFrom(Keys source, int sourceRow, int row, long earlierRow) {
        keys.append(row, source.keys.array(), source.keys.start(sourceRow), source.keys.length(sourceRow));
        link(row, earlierRow);
    }

    private void link(int row, long earlierRow) {
        long[] links = earlier;
        if (links == null) {
            if (earlierRow == NONE) {
                return;
            }
            links = new long[Chunk.ROWS];
            Arrays.fill(links, NONE);
            earlier = links;
        }
        links[row] = earlierRow;
    }

    /// The id of the version before, or [#NONE].
    long earlier(int row) {
        long[] links = earlier;
        return links == null ? NONE : links[row];
    }

    boolean equal(int row, byte[] key) {
        return keys.equal(row, key);
    }

    Bytes bytes() {
        return keys;
    }

    long heapBytes() {
        return keys.heapBytes() + (earlier == null ? 0 : 8L * Chunk.ROWS);
    }
}

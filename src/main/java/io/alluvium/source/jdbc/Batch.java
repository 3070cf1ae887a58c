package io.alluvium.source.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some rows of a query, as key and JSON, on their way from the thread that reads them to the loader's. Filled by
/// one, then emptied by the other.
final class Batch {

    private static final int MOST_ROWS = 512;
    private static final int MOST_BYTES = 1 << 20;

    /// Which of a scan's queries the rows belong to.
    final int query;
    final byte[][] keys = new byte[MOST_ROWS][];
    final byte[][] values = new byte[MOST_ROWS][];
    /// For each row the rank of its watermark, where the query has one.
    final long[] ranks = new long[MOST_ROWS];
    int size;
    /// The watermark of the last row.
    @Nullable
    Watermark reached;
    /// Whether the query has no more rows.
    boolean last;
    final List<Bad> bad = new ArrayList<>(0);
    private int bytes;

    Batch(int query) {
        this.query = query;
    }

    /// A record that cannot be a row.
    static final class Bad {
        final String place;
        final @Nullable String column;
        final String reason;
        final byte[] raw;
        /// Its key, where that could be read.
        final byte @Nullable [] key;

        Bad(String place, @Nullable String column, String reason, byte[] raw, byte @Nullable [] key) {
            this.place = place;
            this.column = column;
            this.reason = reason;
            this.raw = raw;
            this.key = key;
        }
    }

    void add(byte[] key, byte[] value) {
        keys[size] = key;
        values[size] = value;
        size++;
        bytes += key.length + value.length;
    }

    boolean isFull() {
        return size == MOST_ROWS || bytes >= MOST_BYTES || bad.size() >= MOST_ROWS;
    }
}

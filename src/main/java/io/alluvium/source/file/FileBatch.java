package io.alluvium.source.file;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some records of a file, made rows of, on their way from the thread that reads them to the loader's, and how far
/// the file has been read behind them. Filled by one, then emptied by the other.
final class FileBatch {

    /// How many records a batch has at the most.
    static final int MOST_RECORDS = 256;

    private static final int MOST_BYTES = 1 << 18;
    private static final int BYTES_A_RECORD = 64;
    static final byte[] NONE = {};

    /// For each record its key; without meaning for one that is bad.
    final byte[][] keys;
    /// For each record its row; null for one that is bad.
    final byte[] @Nullable [] values;
    /// For each record its place; -1 for one that has none.
    final long[] places;
    /// The bad records in their order.
    final List<Bad> bad = new ArrayList<>(0);
    int size;

    /// Where what was read of the file begins of which this is a part: a byte offset, or a number of records.
    final long begin;
    /// What the position is behind the last record: a byte offset, or a number of records.
    long end;
    /// The number of the line there, from which `linesBefore` are left out as they are in the numbers of bad
    /// records.
    long line;

    long linesBefore;
    /// All places that were met lie before this one.
    long seen;
    /// The bytes before `end`, for a file that may grow.
    byte[] trail = NONE;
    /// How many bytes of the file lie before, about.
    long bytesRead;
    /// Whether the file has no more.
    boolean isLast;

    private long bytes;

    /// A record that cannot be a row, or damage.
    static final class Bad {
        /// The number of its line or row.
        final long number;

        final @Nullable String column;
        final String reason;
        final byte[] raw;
        /// The first place at which there is no row because of it, and the one behind the last.
        final long from;

        final long to;

        Bad(long number, @Nullable String column, String reason, byte[] raw, long from, long to) {
            this.number = number;
            this.column = column;
            this.reason = reason;
            this.raw = raw;
            this.from = from;
            this.to = to;
        }
    }

    FileBatch(int mostRecords, long begin) {
        this.keys = new byte[mostRecords][];
        this.values = new byte[mostRecords][];
        this.places = new long[mostRecords];
        this.begin = begin;
        this.end = begin;
    }

    void add(byte[] key, byte[] value, long place) {
        keys[size] = key;
        values[size] = value;
        places[size++] = place;
        bytes += key.length + value.length;
    }

    void add(Bad record, long place) {
        keys[size] = NONE;
        places[size++] = place;
        bad.add(record);
        bytes += record.raw.length;
    }

    boolean isFull() {
        return size == keys.length || bytes >= MOST_BYTES;
    }

    /// How much memory it takes, about.
    long bytes() {
        return bytes + (long) BYTES_A_RECORD * size;
    }
}

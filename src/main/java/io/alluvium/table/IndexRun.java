package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.metrics.HeapSizes;
import io.alluvium.table.IndexDefinition.Kind;
import java.util.Arrays;

/// The rows of some chunks of one partition in the order of an index. Immutable.
///
/// Layout: an entry is a word and a reference. The references are in the order of the index's columns, NULL last,
/// and equal rows in the order of their ids; a reference is the place of the row's chunk in `numbers` above the
/// row's place in the chunk. The words are those of the first column ([SortWord]) and end where its NULLs begin.
/// Where the values of the first column are byte strings, the words leave out the bytes that all of them begin
/// with. The word of a HASH index is the hash of all its columns; rows with a NULL have no entry there, because
/// nothing equals them.
///
/// Search: the words are searched by interpolation; among equal words, values are compared where they are stored,
/// in the columns of the chunks that the run holds on to.
///
/// A run knows nothing of which rows are alive: that is the view's to say.
final class IndexRun {

    private static final int STRIDE = 32;

    final long[] numbers;
    final ColumnType[] types;

    private final Kind kind;
    /// By the columns' places in the index, then by the chunks' places in `numbers`.
    private final ColumnData[][] columns;
    private final int[] refs;
    private final long[] words;
    /// What all byte strings of the first column begin with.
    private final byte[] common;

    IndexRun(
            Kind kind,
            ColumnType[] types,
            long[] numbers,
            ColumnData[][] columns,
            int[] refs,
            long[] words,
            byte[] common) {
        this.kind = kind;
        this.types = types;
        this.numbers = numbers;
        this.columns = columns;
        this.refs = refs;
        this.words = words;
        this.common = common;
    }

    int size() {
        return refs.length;
    }

    /// How many chunks it covers.
    int chunks() {
        return numbers.length;
    }

    /// The place in `numbers` of an entry's chunk.
    int chunk(int entry) {
        return refs[entry] >>> Chunk.ROWS_LOG2;
    }

    /// The place of an entry's row in its chunk.
    int place(int entry) {
        return refs[entry] & Chunk.PLACE_MASK;
    }

    boolean isNull(int entry) {
        return entry >= words.length;
    }

    /// The word of the first column's whole value, which is not NULL.
    long word(int entry) {
        return common.length == 0 ? words[entry] : SortWord.of(columns[0][chunk(entry)], place(entry), 0);
    }

    /// The first entry of a range.
    int from(RangeTest range) {
        return kind == Kind.HASH ? firstAtLeast(range.hash()) : position(range.from, range.isFromAfter, 0);
    }

    /// The entry after the last one of a range. Of a HASH index, entries in between may be others of the same hash.
    int to(RangeTest range, int from) {
        int to = kind == Kind.HASH ? firstAbove(range.hash(), from) : position(range.to, range.isToAfter, from);
        return Math.max(from, to);
    }

    /// The first entry from `floor` on whose row does not begin with lesser values, or not with these either. All
    /// entries before `floor` do.
    private int position(SearchValue[] values, boolean isAfter, int floor) {
        if (values.length == 0) {
            return isAfter ? refs.length : 0;
        }
        SearchValue first = values[0];
        if (first.isNull()) {
            return isAfter ? refs.length : words.length;
        }
        int order = orderToCommon(first.bytes);
        if (order != 0) {
            return order < 0 ? 0 : words.length;
        }
        long word = first.word(common.length);
        int low = floor < words.length && words[floor] == word ? floor : firstAtLeast(word);
        if (values.length == 1 && SortWord.isExact(types[0])) {
            return isAfter ? firstAbove(word, low) : low;
        }
        int high = firstAbove(word, low);
        if (floor > 0) {
            // The end of a range is often close to its start.
            for (int step = 1; low < high; step *= 2) {
                int next = (int) Math.min(high - 1L, (long) low + step);
                if (!isBefore(next, values, isAfter)) {
                    high = next;
                    break;
                }
                low = next + 1;
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBefore(middle, values, isAfter)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isBefore(int entry, SearchValue[] values, boolean isAfter) {
        int order = compare(entry, values);
        return order < 0 || (isAfter && order == 0);
    }

    /// 0 when a byte string begins with what all have in common; else whether it is below or above all of them.
    private int orderToCommon(byte[] bytes) {
        int shared = Math.min(common.length, bytes.length);
        int order = Arrays.compareUnsigned(bytes, 0, shared, common, 0, shared);
        return order != 0 || bytes.length >= common.length ? order : -1;
    }

    private int compare(int entry, SearchValue[] values) {
        int chunk = chunk(entry);
        int place = place(entry);
        for (int i = 0; i < values.length; i++) {
            int order = values[i].compareStored(columns[i][chunk], place);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// The first entry with at least this word: guessed from the first and the last word, then enclosed by steps
    /// that double, then halved.
    private int firstAtLeast(long word) {
        int last = words.length - 1;
        if (last < 0 || words[0] >= word) {
            return 0;
        }
        if (words[last] < word) {
            return words.length;
        }
        double share = ((double) word - words[0]) / ((double) words[last] - words[0]);
        int guess = (int) Math.clamp((long) (share * last), 0L, (long) last);
        // Below `low` all are less; `high` and all above it are not.
        int low;
        int high;
        int step = STRIDE;
        if (words[guess] < word) {
            low = guess;
            high = Math.min(last, guess + step);
            while (words[high] < word) {
                low = high;
                step *= 2;
                high = (int) Math.min(last, (long) high + step);
            }
        } else {
            high = guess;
            low = Math.max(0, guess - step);
            while (words[low] >= word) {
                high = low;
                step *= 2;
                low = (int) Math.max(0, (long) low - step);
            }
        }
        return halve(low + 1, high, word);
    }

    /// The first entry from `low` to `high` with at least this word; the one at `high` has it or is the end.
    private int halve(int low, int high, long word) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (words[middle] < word) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /// The first entry with a greater word, which is not before `from`.
    private int firstAbove(long word, int from) {
        if (word == Long.MAX_VALUE) {
            return words.length;
        }
        int low = from;
        int step = 1;
        while (low < words.length && words[low] == word) {
            int next = (int) Math.min(words.length, (long) low + step);
            if (next == words.length || words[next] != word) {
                return halve(low + 1, next, word + 1);
            }
            low = next;
            step *= 2;
        }
        return low;
    }

    /// This run without the chunks that are not to be kept.
    IndexRun only(boolean[] kept) {
        int[] moved = new int[numbers.length];
        int keptChunks = 0;
        for (int i = 0; i < numbers.length; i++) {
            moved[i] = kept[i] ? keptChunks++ : -1;
        }
        long[] keptNumbers = new long[keptChunks];
        ColumnData[][] keptColumns = new ColumnData[columns.length][keptChunks];
        for (int i = 0; i < numbers.length; i++) {
            if (kept[i]) {
                keptNumbers[moved[i]] = numbers[i];
                for (int c = 0; c < columns.length; c++) {
                    keptColumns[c][moved[i]] = columns[c][i];
                }
            }
        }
        int[] keptRefs = new int[refs.length];
        long[] keptWords = new long[words.length];
        int size = 0;
        int wordCount = 0;
        for (int entry = 0; entry < refs.length; entry++) {
            int chunk = moved[chunk(entry)];
            if (chunk >= 0) {
                if (entry < words.length) {
                    keptWords[wordCount++] = words[entry];
                }
                keptRefs[size++] = (chunk << Chunk.ROWS_LOG2) | place(entry);
            }
        }
        return new IndexRun(
                kind,
                types,
                keptNumbers,
                keptColumns,
                Arrays.copyOf(keptRefs, size),
                Arrays.copyOf(keptWords, wordCount),
                common);
    }

    /// The order of the rows of two entries, which may be of different runs of one index.
    static int compare(IndexRun a, int entryA, IndexRun b, int entryB) {
        for (int c = 0; c < a.columns.length; c++) {
            int order = ColumnOrder.compare(
                    a.columns[c][a.chunk(entryA)], a.place(entryA), b.columns[c][b.chunk(entryB)], b.place(entryB));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// The heap that it takes beside the values, which are the chunks'.
    long bytes() {
        return HeapSizes.longs(words.length)
                + HeapSizes.ints(refs.length)
                + HeapSizes.longs(numbers.length)
                + columns.length * HeapSizes.references(numbers.length)
                + HeapSizes.bytes(common.length);
    }

    /// Checks that the entries are in order and that each row of the chunks has its entry.
    ///
    /// @param rows how many rows the chunk at each place in `numbers` has, -1 where that is not known
    void checkInvariants(int[] rows) {
        boolean[][] seen = new boolean[numbers.length][];
        for (int i = 0; i < numbers.length; i++) {
            check(i == 0 || numbers[i - 1] < numbers[i], "the chunks are not in order");
            seen[i] = new boolean[Chunk.ROWS];
        }
        for (int entry = 0; entry < refs.length; entry++) {
            check(!seen[chunk(entry)][place(entry)], "a row has two entries");
            seen[chunk(entry)][place(entry)] = true;
            check(columns[0][chunk(entry)].isNull(place(entry)) == isNull(entry), "NULLs are not apart");
            if (!isNull(entry)) {
                check(words[entry] == wordOf(entry), "a word is not that of its row");
                check(entry == 0 || words[entry - 1] <= words[entry], "the words are not in order");
            }
            if (entry > 0 && kind == Kind.ORDERED) {
                int order = compare(this, entry - 1, this, entry);
                check(order < 0 || (order == 0 && refs[entry - 1] < refs[entry]), "the rows are not in order");
            }
        }
        for (int i = 0; i < seen.length; i++) {
            for (int place = 0; place < rows[i]; place++) {
                check(seen[i][place] || (kind == Kind.HASH && hasNull(i, place)), "a row has no entry");
            }
        }
    }

    private long wordOf(int entry) {
        if (kind == Kind.ORDERED) {
            return SortWord.of(columns[0][chunk(entry)], place(entry), common.length);
        }
        long hash = 0;
        for (ColumnData[] data : columns) {
            hash = SortWord.hash(hash, data[chunk(entry)], place(entry));
        }
        return hash;
    }

    private boolean hasNull(int chunk, int place) {
        for (ColumnData[] data : columns) {
            if (data[chunk].isNull(place)) {
                return true;
            }
        }
        return false;
    }

    private static void check(boolean holds, String violated) {
        if (!holds) {
            throw new IllegalStateException("a run of an index: " + violated);
        }
    }
}

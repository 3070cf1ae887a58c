package io.alluvium.table;

import io.alluvium.data.ColumnType;

/// Sorts references to rows by the values of some columns, NULL last, and equal rows by their references.
///
/// One column after the other, and of byte strings eight bytes after the other, becomes a word ([SortWord]); the
/// words are sorted as numbers, by a radix sort where they are many; what has equal words is sorted by what comes
/// next. Rows are compared value by value only in small groups, and where words do not lead on: wide DECIMALs, byte
/// strings that have much in common.
///
/// A reference is the place of the row's chunk in the list of chunks, above the row's place in the chunk. The
/// references given must ascend; every step keeps the order of what it does not tell apart.
final class EntrySort {

    private static final int SMALL = 24;
    private static final int RADIX_FROM = 1024;
    private static final int DIGITS = Long.BYTES;
    private static final int MAX_OFFSET = 64;

    private final ColumnType[] types;
    /// By the columns' places in the index, then by the chunks' places.
    private final ColumnData[][] columns;

    private long[] words;
    private int[] refs;
    private long[] spareWords;
    private int[] spareRefs;

    private EntrySort(ColumnType[] types, ColumnData[][] columns, int[] refs) {
        this.types = types;
        this.columns = columns;
        this.refs = refs;
        this.words = new long[refs.length];
        this.spareWords = new long[refs.length];
        this.spareRefs = new int[refs.length];
    }

    /// Sorts `refs` by the columns.
    static void byValues(ColumnType[] types, ColumnData[][] columns, int[] refs) {
        new EntrySort(types, columns, refs).sort(0, 0, 0, refs.length);
    }

    /// Sorts `words`, and `refs` with them.
    static void byWords(long[] words, int[] refs) {
        var sort = new EntrySort(new ColumnType[0], new ColumnData[0][], refs);
        sort.words = words;
        sort.sortWords(0, refs.length);
    }

    static int compare(ColumnData[][] columns, int column, int a, int b) {
        for (int c = column; c < columns.length; c++) {
            ColumnData[] data = columns[c];
            int order = ColumnOrder.compare(
                    data[a >>> Chunk.ROWS_LOG2],
                    a & Chunk.PLACE_MASK,
                    data[b >>> Chunk.ROWS_LOG2],
                    b & Chunk.PLACE_MASK);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a, b);
    }

    /// Sorts entries that are equal in the columns before `column`, and before byte `offset` of it.
    private void sort(int column, int offset, int from, int to) {
        if (column == types.length || to - from < 2) {
            return;
        }
        if (to - from <= SMALL) {
            insertionSort(column, from, to);
            return;
        }
        int nulls = offset == 0 ? moveNulls(column, from, to) : to;
        sort(column + 1, 0, nulls, to);
        ColumnData[] data = columns[column];
        for (int i = from; i < nulls; i++) {
            words[i] = SortWord.of(data[refs[i] >>> Chunk.ROWS_LOG2], refs[i] & Chunk.PLACE_MASK, offset);
        }
        sortWords(from, nulls);
        for (int start = from; start < nulls; ) {
            int end = start + 1;
            while (end < nulls && words[end] == words[start]) {
                end++;
            }
            if (end - start > 1) {
                sortEqualWords(column, offset, start, end);
            }
            start = end;
        }
    }

    private void sortEqualWords(int column, int offset, int from, int to) {
        if (SortWord.isExact(types[column]) || areSame(column, from, to)) {
            sort(column + 1, 0, from, to);
        } else if (SortWord.isByteString(types[column]) && offset < MAX_OFFSET) {
            sort(column, offset + Long.BYTES, from, to);
        } else {
            mergeSort(column, from, to);
        }
    }

    /// Whether all of the entries have the same value, which is looked for where it costs least: at the first one
    /// that differs it ends.
    private boolean areSame(int column, int from, int to) {
        ColumnData[] data = columns[column];
        int first = refs[from];
        for (int i = from + 1; i < to; i++) {
            int order = ColumnOrder.compare(
                    data[first >>> Chunk.ROWS_LOG2],
                    first & Chunk.PLACE_MASK,
                    data[refs[i] >>> Chunk.ROWS_LOG2],
                    refs[i] & Chunk.PLACE_MASK);
            if (order != 0) {
                return false;
            }
        }
        return true;
    }

    /// Moves the entries with NULL behind the others, each in the order they have, and returns where they begin.
    private int moveNulls(int column, int from, int to) {
        ColumnData[] data = columns[column];
        int kept = from;
        int nulls = 0;
        for (int i = from; i < to; i++) {
            int ref = refs[i];
            if (data[ref >>> Chunk.ROWS_LOG2].isNull(ref & Chunk.PLACE_MASK)) {
                spareRefs[nulls++] = ref;
            } else {
                refs[kept++] = ref;
            }
        }
        System.arraycopy(spareRefs, 0, refs, kept, nulls);
        return kept;
    }

    private void insertionSort(int column, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int ref = refs[i];
            int at = i;
            while (at > from && compare(columns, column, refs[at - 1], ref) > 0) {
                refs[at] = refs[at - 1];
                at--;
            }
            refs[at] = ref;
        }
    }

    private void mergeSort(int column, int from, int to) {
        if (to - from <= SMALL) {
            insertionSort(column, from, to);
            return;
        }
        int middle = (from + to) >>> 1;
        mergeSort(column, from, middle);
        mergeSort(column, middle, to);
        System.arraycopy(refs, from, spareRefs, from, middle - from);
        int left = from;
        int right = middle;
        for (int at = from; left < middle; at++) {
            boolean takeLeft = right == to || compare(columns, column, spareRefs[left], refs[right]) <= 0;
            refs[at] = takeLeft ? spareRefs[left++] : refs[right++];
        }
    }

    private void sortWords(int from, int to) {
        if (to - from < RADIX_FROM) {
            mergeSortWords(from, to);
        } else {
            radixSort(from, to);
        }
    }

    private void mergeSortWords(int from, int to) {
        if (to - from <= SMALL) {
            for (int i = from + 1; i < to; i++) {
                long word = words[i];
                int ref = refs[i];
                int at = i;
                for (; at > from && words[at - 1] > word; at--) {
                    words[at] = words[at - 1];
                    refs[at] = refs[at - 1];
                }
                words[at] = word;
                refs[at] = ref;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        mergeSortWords(from, middle);
        mergeSortWords(middle, to);
        System.arraycopy(words, from, spareWords, from, middle - from);
        System.arraycopy(refs, from, spareRefs, from, middle - from);
        int left = from;
        int right = middle;
        for (int at = from; left < middle; at++) {
            boolean takeLeft = right == to || spareWords[left] <= words[right];
            words[at] = takeLeft ? spareWords[left] : words[right];
            refs[at] = takeLeft ? spareRefs[left++] : refs[right++];
        }
    }

    /// Least significant byte first; bytes that are the same in all words cost nothing but their count.
    private void radixSort(int from, int to) {
        int[][] counts = new int[DIGITS][256];
        for (int i = from; i < to; i++) {
            long word = words[i] ^ Long.MIN_VALUE;
            for (int digit = 0; digit < DIGITS; digit++) {
                counts[digit][(int) (word >>> (Byte.SIZE * digit)) & 0xFF]++;
            }
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            int[] places = counts[digit];
            int shift = Byte.SIZE * digit;
            if (places[(int) ((words[from] ^ Long.MIN_VALUE) >>> shift) & 0xFF] == to - from) {
                continue;
            }
            int sum = from;
            for (int i = 0; i < places.length; i++) {
                int count = places[i];
                places[i] = sum;
                sum += count;
            }
            for (int i = from; i < to; i++) {
                int at = places[(int) ((words[i] ^ Long.MIN_VALUE) >>> shift) & 0xFF]++;
                spareWords[at] = words[i];
                spareRefs[at] = refs[i];
            }
            System.arraycopy(spareWords, from, words, from, to - from);
            System.arraycopy(spareRefs, from, refs, from, to - from);
        }
    }
}

package io.alluvium.source.jdbc;

import java.util.Arrays;

/// Which version of which row is in the table: for each key the fingerprint of its row and a mark. Belongs to one
/// thread.
///
/// Layout: entries in the order in which they came, in parallel arrays (fingerprint in two longs, mark, the key's
/// hash, where the key lies); the keys one behind the other in pages of [#PAGE] bytes, a longer one in a page of
/// its own; a table of entry numbers with open addressing and linear probing, at most two thirds full. Nothing is
/// taken out of the middle: [#dropBelow] copies what stays into a new structure. An entry takes about 50 bytes and
/// its key.
final class RowVersions {

    /// Takes a key that is taken out.
    @FunctionalInterface
    interface Gone {
        void accept(byte[] key) throws InterruptedException;
    }

    /// What is known of a row that was seen.
    enum Seen {
        /// The key or this version of it was not there.
        OTHER,
        /// It was there as it is.
        SAME,
        /// Another row of this key has the mark already.
        TWICE
    }

    private static final int PAGE = 1 << 20;
    private static final int PAGE_BITS = 20;

    private byte[][] pages = new byte[4][];
    private int pageCount;
    /// The first free byte of the last page.
    private int pageEnd = PAGE;

    private long[] highs = new long[64];
    private long[] lows = new long[64];
    private long[] marks = new long[64];
    /// The page's number and the byte in it.
    private long[] places = new long[64];
    private int[] lengths = new int[64];
    private int[] hashes = new int[64];
    private int size;
    private int[] slots = empty(128);

    private final Fingerprint ofKey = new Fingerprint();
    private final Fingerprint ofRow = new Fingerprint();

    int size() {
        return size;
    }

    boolean contains(byte[] key) {
        return slots[slot(key)] >= 0;
    }

    /// Marks a key that is there; does nothing for others.
    void touch(byte[] key, long mark) {
        int entry = slots[slot(key)];
        if (entry >= 0) {
            marks[entry] = mark;
        }
    }

    /// Takes the row of a key in its present version.
    ///
    /// @return whether it is a key or a version that was not there
    boolean put(byte[] key, byte[] row, long mark) {
        return put(slot(key), key, row, mark);
    }

    /// As [#put], but leaves a key alone that has the mark already.
    Seen see(byte[] key, byte[] row, long mark) {
        int slot = slot(key);
        int entry = slots[slot];
        if (entry >= 0 && marks[entry] == mark) {
            return Seen.TWICE;
        }
        return put(slot, key, row, mark) ? Seen.OTHER : Seen.SAME;
    }

    private boolean put(int slot, byte[] key, byte[] row, long mark) {
        ofRow.of(row);
        int entry = slots[slot];
        if (entry >= 0) {
            marks[entry] = mark;
            if (highs[entry] == ofRow.high && lows[entry] == ofRow.low) {
                return false;
            }
        } else {
            entry = add(key, slot);
            marks[entry] = mark;
        }
        highs[entry] = ofRow.high;
        lows[entry] = ofRow.low;
        return true;
    }

    /// Forgets the version of a key, so that its next row counts as another one.
    void forget(byte[] key) {
        int entry = slots[slot(key)];
        if (entry >= 0) {
            highs[entry] = 0;
            lows[entry] = 0;
            marks[entry] = Long.MIN_VALUE;
        }
    }

    void clear() {
        replaceBy(new RowVersions());
    }

    /// Takes out all entries whose mark is less than `mark` and hands their keys over.
    void dropBelow(long mark, Gone gone) throws InterruptedException {
        int below = 0;
        for (int entry = 0; entry < size; entry++) {
            if (marks[entry] < mark) {
                below++;
            }
        }
        if (below == 0) {
            return;
        }
        var rest = new RowVersions();
        for (int entry = 0; entry < size; entry++) {
            byte[] key = key(entry);
            if (marks[entry] < mark) {
                gone.accept(key);
            } else {
                int slot = rest.slot(key);
                int copy = rest.add(key, slot);
                rest.highs[copy] = highs[entry];
                rest.lows[copy] = lows[entry];
                rest.marks[copy] = marks[entry];
            }
        }
        replaceBy(rest);
    }

    private void replaceBy(RowVersions other) {
        pages = other.pages;
        pageCount = other.pageCount;
        pageEnd = other.pageEnd;
        highs = other.highs;
        lows = other.lows;
        marks = other.marks;
        places = other.places;
        lengths = other.lengths;
        hashes = other.hashes;
        size = other.size;
        slots = other.slots;
    }

    /// The slot that has the key, or the free one where it belongs. Leaves the key's hash in [#ofKey].
    private int slot(byte[] key) {
        ofKey.of(key);
        int hash = (int) ofKey.high;
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] >= 0 && (hashes[slots[slot]] != hash || !isKey(slots[slot], key))) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isKey(int entry, byte[] key) {
        int from = (int) places[entry] & (PAGE - 1);
        return lengths[entry] == key.length
                && Arrays.equals(
                        pages[(int) (places[entry] >>> PAGE_BITS)], from, from + key.length, key, 0, key.length);
    }

    private byte[] key(int entry) {
        int from = (int) places[entry] & (PAGE - 1);
        return Arrays.copyOfRange(pages[(int) (places[entry] >>> PAGE_BITS)], from, from + lengths[entry]);
    }

    /// @param slot where [#slot] has just found no key
    private int add(byte[] key, int slot) {
        int free = slot;
        if (size == highs.length) {
            grow();
        }
        if ((size + 1L) * 3 > slots.length * 2L) {
            rehash();
            free = free((int) ofKey.high);
        }
        int entry = size++;
        hashes[entry] = (int) ofKey.high;
        slots[free] = entry;
        lengths[entry] = key.length;
        places[entry] = keep(key);
        return entry;
    }

    private long keep(byte[] key) {
        if (key.length > PAGE - pageEnd) {
            if (pageCount == pages.length) {
                pages = Arrays.copyOf(pages, pageCount * 2);
            }
            pages[pageCount++] = new byte[Math.max(PAGE, key.length)];
            pageEnd = 0;
        }
        int from = pageEnd;
        System.arraycopy(key, 0, pages[pageCount - 1], from, key.length);
        pageEnd = Math.min(PAGE, from + key.length);
        return ((long) (pageCount - 1) << PAGE_BITS) + from;
    }

    private void grow() {
        int capacity = size + (size >> 1);
        highs = Arrays.copyOf(highs, capacity);
        lows = Arrays.copyOf(lows, capacity);
        marks = Arrays.copyOf(marks, capacity);
        places = Arrays.copyOf(places, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
    }

    private void rehash() {
        slots = empty(slots.length * 2);
        for (int entry = 0; entry < size; entry++) {
            slots[free(hashes[entry])] = entry;
        }
    }

    private int free(int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] >= 0) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static int[] empty(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, -1);
        return slots;
    }
}

package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// The primary index of a partition: from a key to its latest row version.
///
/// Layout: extendible hashing (Fagin, Nievergelt, Pippenger, Strong 1979). A directory, whose length is a power of
/// two, leads from bits of the key's hash to a segment: open addressing with linear probing over a `long[]`. A slot is
/// 0 when it was never used, 1 when its key was removed, else
///
/// ```
/// 63        49   48       47   46         32   31            0
/// directory  |  deleted | 1  |  place in the |  low half of the
/// bits       |          |    |  segment      |  version's id
/// ```
///
/// so that a segment can be split or filled anew from its slots alone, without a look at the keys, which lie in the
/// chunks. Ids that an index has at one time lie less than 2^31 apart ([VersionLog#MAX_SPREAD]); whoever reads a slot
/// knows an id near by and completes the other half from that.
///
/// Growth: a segment grows up to [#SEGMENT_SLOTS] slots and is then split in two, so that no step of growth takes
/// longer than filling one segment. A segment with many removed slots is filled anew: searches stay short however many
/// keys come and go.
///
/// Concurrency: one writer. Readers probe at any time without a lock. A slot is stored with release and read with
/// acquire, so that whoever sees a version sees its key and its link; a segment that takes another's place is
/// stored into the directory with release when it is complete. A reader that still has the former one finds what was
/// the latest when it was replaced, which is no older than the reader's view.
///
/// Why no removal that shifts slots back: a reader could miss a key that is being moved. Why not one large array: its
/// growth would stop the writer for as long as all keys take.
final class KeyIndex {

    static final long ABSENT = -1;

    /// The slots of a segment at the most. Its array stays far below half of a region of G1.
    static final int SEGMENT_SLOTS = 1 << 15;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_SLOTS = 64;
    /// What a segment has at the most when room is made beforehand.
    private static final int FORESEEN_KEYS = SEGMENT_SLOTS / 8 * 5;
    private static final int PLACE_SHIFT = 32;
    private static final int DIRECTORY_SHIFT = 49;
    private static final int MAX_DEPTH = Long.SIZE - DIRECTORY_SHIFT;
    private static final long DELETED = 1L << 48;
    private static final long PRESENT = 1L << 47;
    private static final long HASH_MASK = -1L << PLACE_SHIFT & ~DELETED;

    private static final long EMPTY = 0;
    private static final long REMOVED = 1;

    /// By directory place: what readers probe, and the writer's account of it.
    private volatile long[][] directory;
    private Segment[] segments;
    private final int segmentSlots;
    private int present;
    private volatile long lastRemoved = ABSENT;
    private volatile long segmentBytes;

    /// The writer's account of a segment: how many bits of the directory's place all of its keys share, how many
    /// slots are not empty, and how many of these have a key.
    private static final class Segment {
        final int depth;
        long[] slots;
        int used;
        int keys;
        /// Where the last search for an empty slot began and ended: keys of one hash come one after the other when
        /// a segment is filled anew, and each would go past all before it.
        private int searchedFrom = -1;
        private int searchedTo;

        long heapBytes() {
            return HeapSizes.object(1, 3 * Integer.BYTES) + HeapSizes.longs(slots.length);
        }

        Segment(int depth, int slots) {
            this.depth = depth;
            this.slots = new long[slots];
        }

        void add(long slot) {
            int mask = slots.length - 1;
            int from = place(slot & HASH_MASK) & mask;
            int at = from == searchedFrom ? searchedTo : from;
            while (slots[at] != EMPTY) {
                at = (at + 1) & mask;
            }
            searchedFrom = from;
            searchedTo = at;
            SLOT.setRelease(slots, at, slot);
            used++;
            keys++;
        }

        boolean isFull() {
            return used * 9L >= slots.length * 7L;
        }
    }

    /// Says whether the version with an id has a key.
    interface KeyTest {
        boolean matches(long id, byte[] key);
    }

    KeyIndex() {
        this(FIRST_SLOTS, SEGMENT_SLOTS);
    }

    /// @param firstSlots the slots of the first segment, a power of two
    /// @param segmentSlots the slots of a segment at the most, a power of two
    KeyIndex(int firstSlots, int segmentSlots) {
        this.segmentSlots = segmentSlots;
        segments = new Segment[] {new Segment(0, firstSlots)};
        directory = new long[][] {segments[0].slots};
        segmentBytes = segments[0].heapBytes();
    }

    /// An empty index that takes this many keys without growing.
    static KeyIndex withRoomFor(long keys) {
        var index = new KeyIndex();
        int depth = 0;
        while (depth < MAX_DEPTH && (keys >>> depth) > FORESEEN_KEYS) {
            depth++;
        }
        int slots = depth > 0 ? SEGMENT_SLOTS : FIRST_SLOTS;
        while (depth == 0 && slots < SEGMENT_SLOTS && keys * 8 > slots * 5L) {
            slots *= 2;
        }
        index.segments = new Segment[1 << depth];
        index.directory = new long[1 << depth][];
        for (int at = 0; at < index.segments.length; at++) {
            index.segments[at] = new Segment(depth, slots);
            index.directory[at] = index.segments[at].slots;
        }
        index.segmentBytes = index.segments.length * index.segments[0].heapBytes();
        return index;
    }

    /// Into how many shares at the most [#fill] can be divided.
    int shares() {
        return segments.length;
    }

    /// The slot of a key's latest version, which is no deletion.
    static long slotOf(byte[] key, int from, int length, long id) {
        return hash(key, from, length) | (id & 0xFFFFFFFFL);
    }

    /// Before anybody reads: adds those of the slots, all of different keys, whose place in the directory has
    /// `share` in its lowest bits. Several threads may do so at the same time, each for a share of its own;
    /// [#addFilled] takes the sum of what they returned.
    ///
    /// @param shares a power of two, [#shares] at the most
    /// @param left is given the slots whose segment is full, for [#insert(long)]
    /// @return how many were added
    long fill(long[] slots, int share, int shares, LongConsumer left) {
        long added = 0;
        int mask = shares - 1;
        for (long slot : slots) {
            if (((int) (slot >>> DIRECTORY_SHIFT) & mask) == share) {
                Segment segment = segment(slot);
                if (segment.isFull()) {
                    left.accept(slot);
                } else {
                    segment.add(slot);
                    added++;
                }
            }
        }
        return added;
    }

    void addFilled(long added) {
        present += Math.toIntExact(added);
    }

    static long hash(byte[] key) {
        return hash(key, 0, key.length);
    }

    /// The hash of a key in the form of a slot without an id.
    static long hash(byte[] key, int from, int length) {
        return (mixed(key, from, length) & HASH_MASK) | PRESENT;
    }

    /// Mixes words of eight bytes by multiplication (as wyhash and MurmurHash3's finalizer do); the last word
    /// overlaps the one before it. The upper bits are the best.
    ///
    /// Keys of up to 16 bytes, which most are, take no loop.
    static long mixed(byte[] key, int from, int length) {
        long first;
        long last;
        if (length >= 8) {
            first = length <= 16 ? (long) LONGS.get(key, from) : mixedButLast(key, from, length);
            last = (long) LONGS.get(key, from + length - 8);
        } else {
            first = 0;
            last = shortWord(key, from, length);
        }
        long h = (first ^ length * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        h = (h ^ (h >>> 32) ^ last) * 0xBF58476D1CE4E5B9L;
        return (h ^ (h >>> 29)) * 0xD6E8FEB86659FD93L;
    }

    private static long mixedButLast(byte[] key, int from, int length) {
        long h = 0;
        int end = from + length - 8;
        for (int at = from; at < end; at += 8) {
            h = (h ^ (long) LONGS.get(key, at)) * 0xD6E8FEB86659FD93L;
            h ^= h >>> 32;
        }
        return h;
    }

    private static long shortWord(byte[] key, int from, int length) {
        long word = 0;
        for (int at = from; at < from + length; at++) {
            word = word << 8 | (key[at] & 0xFF);
        }
        return word;
    }

    private static int place(long slotOrHash) {
        return (int) (slotOrHash >>> PLACE_SHIFT);
    }

    /// The segment to probe for a key; [#candidate] and [#slot] go over it.
    long[] slots(long hash) {
        long[][] now = directory;
        return (long[]) SEGMENT.getAcquire(now, (int) (hash >>> DIRECTORY_SHIFT) & (now.length - 1));
    }

    /// The first place whose key may have this hash, or -1 when there is none.
    static int candidate(long[] slots, long hash) {
        return candidate(slots, hash, place(hash));
    }

    /// The next place from `from` on whose key may have this hash, or -1 when there is none.
    static int candidate(long[] slots, long hash, int from) {
        int mask = slots.length - 1;
        int at = from & mask;
        while (true) {
            long slot = (long) SLOT.getAcquire(slots, at);
            if (((slot ^ hash) & HASH_MASK) == 0) {
                return at;
            }
            if (slot == EMPTY) {
                return -1;
            }
            at = (at + 1) & mask;
        }
    }

    /// What the first place that a key may be at has now. Together with [#candidateSlot] it takes the two steps of
    /// a search apart: the one that waits for memory and the one that decides.
    static long firstSlot(long[] slots, long hash) {
        return (long) SLOT.getAcquire(slots, place(hash) & (slots.length - 1));
    }

    /// The first slot whose key may have this hash, 0 when there is none.
    ///
    /// @param first what [#firstSlot] gave
    long candidateSlot(long first, long hash) {
        if (((first ^ hash) & HASH_MASK) == 0 || first == EMPTY) {
            return first;
        }
        long[] slots = slots(hash);
        int at = candidate(slots, hash, place(hash) + 1);
        return at < 0 ? EMPTY : slot(slots, at);
    }

    /// What a place that [#candidate] gave has now: [#id] and [#isDeletion] say what that means. Not
    /// [#isTaken] when its key has been removed since.
    static long slot(long[] slots, int at) {
        return (long) SLOT.getAcquire(slots, at);
    }

    static boolean isTaken(long slot) {
        return (slot & PRESENT) != 0;
    }

    /// Whether the latest version of the slot's key is its deletion.
    static boolean isDeletion(long slot) {
        return (slot & DELETED) != 0;
    }

    /// The slot's version.
    ///
    /// @param near an id less than 2^31 away from it
    static long id(long slot, long near) {
        return near + ((int) slot - (int) near);
    }

    /// Writer: the slot of a key, or 0 when it has none.
    ///
    /// @param near an id less than 2^31 away from all that the index has
    long find(byte[] key, long hash, long near, KeyTest test) {
        long[] slots = slots(hash);
        int at = findPlace(slots, key, hash, near, test);
        return at < 0 ? EMPTY : slots[at];
    }

    private static int findPlace(long[] slots, byte[] key, long hash, long near, KeyTest test) {
        int at = candidate(slots, hash);
        while (at >= 0 && !test.matches(id(slots[at], near), key)) {
            at = candidate(slots, hash, at + 1);
        }
        return at;
    }

    /// Writer: makes `id` the latest version of a key whose latest one is `before`.
    void replace(long hash, long before, long id, boolean isDeletion) {
        long[] slots = slots(hash);
        SLOT.setRelease(slots, placeOf(slots, hash, before), hash | (id & 0xFFFFFFFFL) | (isDeletion ? DELETED : 0));
    }

    /// Writer: adds a key that is known to be absent.
    void insert(long hash, long id, boolean isDeletion) {
        insert(hash | (id & 0xFFFFFFFFL) | (isDeletion ? DELETED : 0));
    }

    /// Writer: adds the slot of a key that is known to be absent.
    void insert(long slot) {
        Segment segment = segment(slot);
        while (segment.isFull()) {
            makeRoom(segment, (int) (slot >>> DIRECTORY_SHIFT));
            segment = segment(slot);
        }
        segment.add(slot);
        present++;
    }

    /// Writer: removes a key whose latest version is the deletion `id`; nothing when it is another one by now.
    void removeDeletion(long hash, long id) {
        Segment segment = segment(hash);
        int at = placeOf(segment.slots, hash, id);
        if (at >= 0) {
            lastRemoved = Math.max(lastRemoved, id);
            SLOT.setRelease(segment.slots, at, REMOVED);
            segment.keys--;
            present--;
        }
    }

    /// Whether `id` is the latest version of its key, which has this hash.
    boolean isLatest(long hash, long id) {
        return placeOf(slots(hash), hash, id) >= 0;
    }

    private static int placeOf(long[] slots, long hash, long id) {
        int at = candidate(slots, hash);
        while (at >= 0 && (int) slots[at] != (int) id) {
            at = candidate(slots, hash, at + 1);
        }
        return at;
    }

    private Segment segment(long hash) {
        return segments[(int) (hash >>> DIRECTORY_SHIFT) & (segments.length - 1)];
    }

    private void makeRoom(Segment full, int directoryBits) {
        if (full.keys * 2L < full.slots.length) {
            refill(full, full.slots.length, directoryBits);
        } else if (full.slots.length < segmentSlots || full.depth == MAX_DEPTH) {
            refill(full, full.slots.length * 2, directoryBits);
        } else {
            split(full, directoryBits);
        }
    }

    private void refill(Segment full, int slots, int directoryBits) {
        var refilled = new Segment(full.depth, slots);
        for (long slot : full.slots) {
            if (isTaken(slot)) {
                refilled.add(slot);
            }
        }
        install(refilled, directoryBits);
        tookThePlaceOf(full, refilled.heapBytes());
    }

    private void split(Segment full, int directoryBits) {
        int bit = 1 << full.depth;
        int onesCount = 0;
        for (long slot : full.slots) {
            onesCount += isTaken(slot) && (slot >>> DIRECTORY_SHIFT & bit) != 0 ? 1 : 0;
        }
        var zeros = new Segment(full.depth + 1, slotsFor(full.keys - onesCount));
        var ones = new Segment(full.depth + 1, slotsFor(onesCount));
        for (long slot : full.slots) {
            if (isTaken(slot)) {
                ((slot >>> DIRECTORY_SHIFT & bit) == 0 ? zeros : ones).add(slot);
            }
        }
        if (bit == segments.length) {
            doubleDirectory();
        }
        install(zeros, directoryBits & ~bit);
        install(ones, directoryBits | bit);
        tookThePlaceOf(full, zeros.heapBytes() + ones.heapBytes());
    }

    private void tookThePlaceOf(Segment former, long bytes) {
        long sum = segmentBytes + bytes - former.heapBytes();
        segmentBytes = sum;
    }

    /// Room for twice as many keys, so that a half that hardly any key goes to takes little: keys whose hashes
    /// agree in many bits would otherwise leave a large empty segment behind at each split.
    private int slotsFor(int keys) {
        return Math.clamp(
                Integer.highestOneBit(Math.max(1, 2 * keys - 1)) * 2L,
                Math.min(FIRST_SLOTS, segmentSlots),
                segmentSlots);
    }

    private void doubleDirectory() {
        int length = segments.length;
        segments = Arrays.copyOf(segments, 2 * length);
        System.arraycopy(segments, 0, segments, length, length);
        long[][] doubled = Arrays.copyOf(directory, 2 * length);
        System.arraycopy(doubled, 0, doubled, length, length);
        directory = doubled;
    }

    /// Puts a segment into all places of the directory that end with its bits.
    private void install(Segment segment, int directoryBits) {
        int step = 1 << segment.depth;
        for (int at = directoryBits & (step - 1); at < segments.length; at += step) {
            segments[at] = segment;
            SEGMENT.setRelease(directory, at, segment.slots);
        }
    }

    /// Whether a view with this limit may trust that a key which is not found was absent.
    boolean isCompleteFor(long limit) {
        return lastRemoved < limit;
    }

    int present() {
        return present;
    }

    /// How many slots the longest search goes over. For tests; the writer must be at rest.
    int longestSearch() {
        int longest = 0;
        for (Segment segment : segments) {
            int mask = segment.slots.length - 1;
            int run = 0;
            for (int at = 0; at < 2 * segment.slots.length; at++) {
                run = segment.slots[at & mask] == EMPTY ? 0 : run + 1;
                longest = Math.max(longest, run + 1);
            }
        }
        return longest;
    }

    int directorySize() {
        return segments.length;
    }

    /// The heap that it takes, in bytes. From any thread.
    long heapBytes() {
        return HeapSizes.object(2, Integer.BYTES + 2 * Long.BYTES)
                + 2 * HeapSizes.references(directory.length)
                + segmentBytes;
    }

    /// Checks the directory and the counts. For tests; the writer must be at rest.
    @SuppressWarnings("ReferenceEquality") // Whether it is the same segment is the question.
    void checkInvariants() {
        int counted = 0;
        for (int at = 0; at < segments.length; at++) {
            Segment segment = segments[at];
            check(directory[at] == segment.slots, "the directory does not lead to the writer's segment");
            if (at >= 1 << segment.depth) {
                check(segments[at & ((1 << segment.depth) - 1)] == segment, "a segment lacks a place of its own");
                continue;
            }
            int used = 0;
            int keys = 0;
            for (long slot : segment.slots) {
                used += slot == EMPTY ? 0 : 1;
                keys += isTaken(slot) ? 1 : 0;
                check(
                        !isTaken(slot) || ((slot >>> DIRECTORY_SHIFT ^ at) & ((1 << segment.depth) - 1)) == 0,
                        "a key is in another's segment");
            }
            check(used == segment.used && keys == segment.keys, "a segment's counts are wrong");
            check(used < segment.slots.length, "a segment has no empty slot, where a search ends");
            counted += keys;
        }
        check(counted == present, counted + " keys in the segments, " + present + " counted");
    }

    private static void check(boolean holds, String violated) {
        if (!holds) {
            throw new IllegalStateException(violated);
        }
    }
}

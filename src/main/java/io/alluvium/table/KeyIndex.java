package io.alluvium.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The primary index of a partition: from a key to the id of its latest row version.
///
/// Layout: open addressing with linear probing over one `long[]`. A slot is 0 when it was never used, 1 when its
/// key was removed, else 16 bits of the key's hash, never 0, above 48 bits of the row's id + 2. The key itself lies
/// in the chunk.
///
/// Concurrency: one writer. Readers probe at any time without a lock: a slot is stored with release and read with
/// acquire, so that whoever sees an id sees the row's key and link. Growing makes a new array; readers on the old
/// one find versions that were the latest when it was replaced, and their own view tells them which to take.
///
/// Why no removal that shifts slots back: a reader could miss a key that is being moved.
final class KeyIndex {

    static final long ABSENT = -1;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EMPTY = 0;
    private static final long REMOVED = 1;
    static final int ID_BITS = 48;
    private static final long ID_MASK = (1L << ID_BITS) - 1;
    private static final int FIRST_CAPACITY = 64;

    private volatile long[] slots = new long[FIRST_CAPACITY];
    private int used;
    private int present;
    private volatile long lastRemoved = ABSENT;

    /// Says whether the row with an id has a key.
    interface KeyTest {
        boolean matches(long id, byte[] key);
    }

    static long hash(byte[] key) {
        return hash(key, 0, key.length);
    }

    /// Mixes words of eight bytes by multiplication (as wyhash and MurmurHash3's finalizer do); the last word
    /// overlaps the one before it. A hash is never 0 in its upper 16 bits, so that no free slot looks like a key's.
    ///
    /// Keys of up to 16 bytes, which most are, take no loop.
    static long hash(byte[] key, int from, int length) {
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
        h = (h ^ (h >>> 29)) * 0xD6E8FEB86659FD93L;
        return (h ^ (h >>> 32)) | (1L << ID_BITS);
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

    /// The id of the key's latest version, or [#ABSENT].
    long find(byte[] key, long hash, KeyTest test) {
        long[] array = slots;
        int at = findSlot(array, key, hash, test);
        return at < 0 ? ABSENT : id(array, at);
    }

    private static int findSlot(long[] array, byte[] key, long hash, KeyTest test) {
        int at = candidate(array, hash, (int) hash);
        while (at >= 0 && !test.matches(id(array, at), key)) {
            at = candidate(array, hash, at + 1);
        }
        return at;
    }

    /// The array to probe; [#candidate] and [#id] go over it.
    long[] slots() {
        return slots;
    }

    /// The next place from `from` on whose key may have this hash, or -1 when there is none.
    static int candidate(long[] slots, long hash, int from) {
        int mask = slots.length - 1;
        int at = from & mask;
        while (true) {
            long slot = (long) SLOT.getAcquire(slots, at);
            if (((slot ^ hash) >>> ID_BITS) == 0) {
                return at;
            }
            if (slot == EMPTY) {
                return -1;
            }
            at = (at + 1) & mask;
        }
    }

    /// The row at a place that [#candidate] gave; negative when its key has been removed since.
    static long id(long[] slots, int at) {
        return id((long) SLOT.getAcquire(slots, at));
    }

    /// Writer: makes `id` the latest version of a key that has none or has `present` one.
    void put(byte[] key, long hash, long id, KeyTest test) {
        long[] array = slots;
        int at = findSlot(array, key, hash, test);
        if (at >= 0) {
            SLOT.setRelease(array, at, slot(hash, id));
        } else {
            insertNew(hash, id);
        }
    }

    /// Writer: adds a key that is known to be absent. The index must have room ([#hasRoom()]).
    void insertNew(long hash, long id) {
        long[] array = slots;
        int mask = array.length - 1;
        int at = (int) hash & mask;
        while (array[at] != EMPTY) {
            at = (at + 1) & mask;
        }
        SLOT.setRelease(array, at, slot(hash, id));
        used++;
        present++;
    }

    /// Writer: removes a key whose latest version is the deletion `id`.
    void remove(byte[] key, long hash, long id, KeyTest test) {
        long[] array = slots;
        int at = findSlot(array, key, hash, test);
        if (at >= 0 && id(array[at]) == id) {
            lastRemoved = Math.max(lastRemoved, id);
            SLOT.setRelease(array, at, REMOVED);
            present--;
        }
    }

    /// Whether a view with this limit may trust that a key which is not found was absent.
    boolean isCompleteFor(long limit) {
        return lastRemoved < limit;
    }

    boolean hasRoom() {
        return (used + 1) * 10L < slots.length * 7L;
    }

    int present() {
        return present;
    }

    /// Writer: begins an array with room for `keys` and some more; the caller adds every key with [#insertNew] to
    /// the grown index and then puts it in place with [#replaceBy].
    static KeyIndex withRoomFor(int keys) {
        var grown = new KeyIndex();
        int capacity = FIRST_CAPACITY;
        while (capacity * 5L < keys * 10L) {
            capacity = Math.multiplyExact(capacity, 2);
        }
        grown.slots = new long[capacity];
        return grown;
    }

    void replaceBy(KeyIndex grown) {
        used = grown.used;
        present = grown.present;
        slots = grown.slots;
    }

    long heapBytes() {
        return 8L * slots.length;
    }

    private static long slot(long hash, long id) {
        return (hash & ~ID_MASK) | (id + 2);
    }

    private static long id(long slot) {
        return (slot & ID_MASK) - 2;
    }
}

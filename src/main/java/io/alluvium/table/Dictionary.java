package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The distinct texts of one column of a partition, numbered in the order in which they first came. Append-only and
/// shared by the chunks: one writer, any reader of a published code.
///
/// Layout: readers have the texts as Strings, made once. The writer has them as UTF-8 one after the other, and
/// finds a code by the hash of the bytes: open addressing over one `long[]` that is at most a quarter full, a slot
/// is 0 or the upper half of the hash above the code + 1. So a text that is known costs no object and is never
/// decoded.
final class Dictionary {

    /// Codes are below this.
    static final int MAX_SIZE = 1 << 16;

    private static final int JUDGED_FROM_ROWS = 2 * Chunk.ROWS;
    private static final int RECENT = 1024;
    private static final long HASH_MASK = -1L << 32;

    private volatile @Nullable String[] values = new String[16];
    private int size;
    private long[] slots = new long[64];
    private byte[] utf8 = new byte[256];
    private int[] ends = new int[16];
    /// Strings that came and their codes, by the hash that a String keeps: of expressions the same ones come again.
    private @Nullable String[] recent = {};
    private int[] recentCodes = {};
    private long rowsSeen;
    private long textBytes;

    /// Whether new chunks should use it: texts repeat at least four times on average, or it is too early to tell. A
    /// chunk that has begun to use it goes on, so that room for all of its rows is kept.
    boolean isWorthwhile() {
        return size <= MAX_SIZE - Chunk.ROWS && (rowsSeen < JUDGED_FROM_ROWS || size * 4L <= rowsSeen);
    }

    int size() {
        return size;
    }

    /// The code of a text; a new one when it has none yet.
    int code(String text) {
        if (recent.length == 0) {
            recent = new String[RECENT];
            recentCodes = new int[RECENT];
        }
        int hash = text.hashCode();
        int at = (hash ^ (hash >>> 15)) & (RECENT - 1);
        if (text.equals(recent[at])) {
            rowsSeen++;
            return recentCodes[at];
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int code = code(bytes, 0, bytes.length);
        recent[at] = text;
        recentCodes[at] = code;
        return code;
    }

    /// The code of the text whose UTF-8 is `length` bytes from a place on; a new one when it has none yet.
    int code(byte[] source, int from, int length) {
        rowsSeen++;
        long hash = KeyIndex.mixed(source, from, length);
        int mask = slots.length - 1;
        int at = place(hash) & mask;
        long slot = slots[at];
        while (slot != 0) {
            int code = (int) slot - 1;
            if (((slot ^ hash) & HASH_MASK) == 0 && isText(code, source, from, length)) {
                return code;
            }
            at = (at + 1) & mask;
            slot = slots[at];
        }
        return add(source, from, length, hash, at);
    }

    /// Where a text with a hash is looked for first; the hash has its bits in the upper half.
    static int place(long hash) {
        return (int) (hash >>> 40);
    }

    private int start(int code) {
        return code == 0 ? 0 : ends[code - 1];
    }

    private boolean isText(int code, byte[] source, int from, int length) {
        int start = start(code);
        return ends[code] - start == length && Bytes.equal(utf8, start, source, from, length);
    }

    private int add(byte[] source, int from, int length, long hash, int at) {
        int start = start(size);
        if (size == ends.length) {
            values = Arrays.copyOf(values, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        if (start + length > utf8.length) {
            utf8 = Arrays.copyOf(utf8, Math.max(start + length, utf8.length * 2));
        }
        System.arraycopy(source, from, utf8, start, length);
        ends[size] = start + length;
        values[size] = new String(source, from, length, StandardCharsets.UTF_8);
        slots[at] = (hash & HASH_MASK) | ++size;
        textBytes += HeapSizes.text(Objects.requireNonNull(values[size - 1]));
        if (size * 4 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        long[] grown = new long[slots.length * 2];
        int mask = grown.length - 1;
        for (int code = 0; code < size; code++) {
            int start = start(code);
            long hash = KeyIndex.mixed(utf8, start, ends[code] - start);
            int at = place(hash) & mask;
            while (grown[at] != 0) {
                at = (at + 1) & mask;
            }
            grown[at] = (hash & HASH_MASK) | (code + 1);
        }
        slots = grown;
    }

    String text(int code) {
        return Objects.requireNonNull(values[code]);
    }

    /// Writes the texts that have a code by now, in the order of their codes: those of every view that the caller
    /// has taken before, and maybe more. From any thread.
    void write(BlockWriter out) {
        @Nullable String[] present = values;
        int count = 0;
        while (count < present.length && present[count] != null) {
            count++;
        }
        out.putLong(rowsSeen);
        out.putInt(count);
        for (int code = 0; code < count; code++) {
            out.putText(Objects.requireNonNull(present[code]));
        }
    }

    static Dictionary read(BlockReader in) {
        var read = new Dictionary();
        long rowsSeen = in.getLong();
        int count = in.getCount(Integer.BYTES);
        for (int code = 0; code < count; code++) {
            read.append(in.getBytes(in.getCount(1)));
        }
        read.rowsSeen = rowsSeen;
        return read;
    }

    private void append(byte[] text) {
        long hash = KeyIndex.mixed(text, 0, text.length);
        int at = place(hash) & (slots.length - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (slots.length - 1);
        }
        add(text, 0, text.length, hash, at);
    }

    @Nullable
    String[] texts() {
        return values;
    }

    long bytes() {
        return HeapSizes.object(6, Integer.BYTES + 2 * Long.BYTES)
                + textBytes
                + HeapSizes.references(values.length)
                + HeapSizes.longs(slots.length)
                + HeapSizes.ints(ends.length)
                + HeapSizes.bytes(utf8.length)
                + recentBytes();
    }

    /// The texts that came are as long as those that are kept, on average.
    private long recentBytes() {
        long texts = size == 0 || recent.length == 0 ? 0 : textBytes / size * Math.min(size, RECENT);
        return HeapSizes.references(recent.length) + HeapSizes.ints(recentCodes.length) + texts;
    }
}

package io.alluvium.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where the texts of a [Vector] stand as UTF-8 in arrays of others, row by row. A text that repeats is made into a
/// String once, as long as texts do repeat. Belongs to the vector's thread.
final class Utf8Slices {

    private static final int SLOTS = 1024;
    private static final int JUDGED_AFTER = 8192;
    private static final int LONGEST = 64;

    private byte[] @Nullable [] sources;
    private int[] froms;
    private int[] lengths;
    /// Rows from here on have no slice.
    private int end;

    private final @Nullable String[] slots = new String[SLOTS];
    private int asked;
    private int found;
    private boolean worthwhile = true;

    Utf8Slices(int capacity) {
        sources = new byte[capacity][];
        froms = new int[capacity];
        lengths = new int[capacity];
    }

    void setCapacity(int capacity) {
        sources = Arrays.copyOf(sources, capacity);
        froms = Arrays.copyOf(froms, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
    }

    void set(int row, byte[] source, int from, int length) {
        sources[row] = source;
        froms[row] = from;
        lengths[row] = length;
        if (row >= end) {
            end = row + 1;
        }
    }

    boolean has(int row) {
        return sources[row] != null;
    }

    void clear(int row) {
        sources[row] = null;
    }

    byte[] source(int row) {
        return Objects.requireNonNull(sources[row]);
    }

    int from(int row) {
        return froms[row];
    }

    int length(int row) {
        return lengths[row];
    }

    /// Puts the text of each slice into `objects` where there is none yet, and forgets the slices.
    void moveInto(@Nullable Object[] objects, boolean[] nulls) {
        for (int row = 0; row < end; row++) {
            if (sources[row] != null) {
                if (!nulls[row] && objects[row] == null) {
                    objects[row] = text(row);
                }
                sources[row] = null;
            }
        }
        end = 0;
    }

    String text(int row) {
        byte[] source = source(row);
        int from = froms[row];
        int length = lengths[row];
        if (!worthwhile || length > LONGEST) {
            return new String(source, from, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + source[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String present = slots[slot];
        judge();
        if (present != null && isAscii(present, source, from, length)) {
            found++;
            return present;
        }
        String made = new String(source, from, length, StandardCharsets.UTF_8);
        slots[slot] = made;
        return made;
    }

    private void judge() {
        if (++asked == JUDGED_AFTER) {
            worthwhile = found * 4 >= asked;
            asked = 0;
            found = 0;
        }
    }

    /// Whether the bytes are all ASCII and the characters of the text.
    private static boolean isAscii(String text, byte[] source, int from, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != source[from + i]) {
                return false;
            }
        }
        return true;
    }
}

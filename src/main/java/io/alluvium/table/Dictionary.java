package io.alluvium.table;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The distinct texts of one column of a partition, numbered in the order in which they first came. Append-only and
/// shared by the chunks: one writer, any reader of a published code.
final class Dictionary {

    private static final int MAX_SIZE = 1 << 16;
    private static final int JUDGED_FROM_ROWS = 2 * Chunk.ROWS;

    private volatile @Nullable String[] values = new String[16];
    private int size;
    private int[] slots = new int[32];
    private long rowsSeen;
    private long textBytes;

    /// Whether new chunks should use it: texts repeat at least four times on average, or it is too early to
    /// tell.
    boolean isWorthwhile() {
        return size < MAX_SIZE && (rowsSeen < JUDGED_FROM_ROWS || size * 4L <= rowsSeen);
    }

    /// The code of a text; a new one when it has none yet.
    int code(String text) {
        rowsSeen++;
        int mask = slots.length - 1;
        int at = spread(text.hashCode()) & mask;
        while (slots[at] != 0) {
            String present = Objects.requireNonNull(values[slots[at] - 1]);
            if (present.equals(text)) {
                return slots[at] - 1;
            }
            at = (at + 1) & mask;
        }
        return add(text, at);
    }

    private int add(String text, int at) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size] = text;
        slots[at] = ++size;
        textBytes += 56 + text.length();
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        int[] grown = new int[slots.length * 2];
        int mask = grown.length - 1;
        for (int code = 0; code < size; code++) {
            int at = spread(Objects.requireNonNull(values[code]).hashCode()) & mask;
            while (grown[at] != 0) {
                at = (at + 1) & mask;
            }
            grown[at] = code + 1;
        }
        slots = grown;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    String text(int code) {
        return Objects.requireNonNull(values[code]);
    }

    @Nullable
    String[] texts() {
        return values;
    }

    long bytes() {
        return textBytes + 4L * values.length + 4L * slots.length;
    }
}

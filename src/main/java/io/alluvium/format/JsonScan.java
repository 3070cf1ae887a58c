package io.alluvium.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds its way through JSON that stands in bytes of UTF-8, eight bytes at a time. What it passes over is JSON by
/// RFC 8259 to the letter; whatever else, and some things that are rare, it is [#UNSURE] about.
///
/// Every method takes a place and gives the one behind what it passed over.
final class JsonScan {

    static final int UNSURE = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final int LONGEST_NUMBER = 200;
    private static final int DEEPEST = 32;

    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;
    private static final int TRUE = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
    private static final int ALSE = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;

    private JsonScan() {}

    /// The eight bytes from a place on, the first one lowest; 0 where there are none. The array has eight at least.
    static long word(byte[] bytes, int at) {
        int beyond = at + 8 - bytes.length;
        if (beyond <= 0) {
            return (long) LONGS.get(bytes, at);
        }
        return beyond >= 8 ? 0 : (long) LONGS.get(bytes, bytes.length - 8) >>> (beyond * 8);
    }

    /// Passes over white space.
    static int space(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    static boolean isNull(byte[] bytes, int at) {
        return at + 4 <= bytes.length && (int) INTS.get(bytes, at) == NULL;
    }

    static boolean isTrue(byte[] bytes, int at) {
        return at + 4 <= bytes.length && (int) INTS.get(bytes, at) == TRUE;
    }

    static boolean isFalse(byte[] bytes, int at) {
        return at + 5 <= bytes.length && bytes[at] == 'f' && (int) INTS.get(bytes, at + 1) == ALSE;
    }

    /// The place of the quote that ends the text which begins at `from`, behind its first quote. For a text with
    /// escapes it is the complement of the place of the first one, which is below UNSURE.
    static int text(byte[] bytes, int from) {
        int at = from;
        while (true) {
            long word = word(bytes, at);
            long special = endings(word) | (word & TOPS);
            if (special != 0) {
                at += Long.numberOfTrailingZeros(special) >>> 3;
                return at < bytes.length && bytes[at] == '"' ? at : unusualText(bytes, from, at);
            }
            at += 8;
        }
    }

    /// Marks the bytes that are a quote, a backslash or a control character; marks above the lowest may be wrong.
    private static long endings(long word) {
        long quote = word ^ ('"' * ONES);
        long backslash = word ^ ('\\' * ONES);
        return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - ' ' * ONES) & ~word)) & TOPS;
    }

    private static int unusualText(byte[] bytes, int from, int stop) {
        int at = stop;
        long special = 0;
        while (special == 0 && at < bytes.length) {
            special = endings(word(bytes, at));
            at += special == 0 ? 8 : Long.numberOfTrailingZeros(special) >>> 3;
        }
        if (at >= bytes.length) {
            return UNSURE;
        }
        if (bytes[at] == '\\') {
            return ~at;
        }
        return bytes[at] == '"' && Utf8.isValid(bytes, from, at) ? at : UNSURE;
    }

    /// The place of the quote that ends a text with escapes, which begins at `from` and has its first one at
    /// `escape`.
    static int escapedText(byte[] bytes, int from, int escape) {
        int at = escape;
        while (at < bytes.length) {
            byte c = bytes[at];
            if (c == '"') {
                return Utf8.isValid(bytes, from, at) ? at : UNSURE;
            }
            if (c == '\\') {
                at = escape(bytes, at);
                if (at == UNSURE) {
                    return UNSURE;
                }
            } else if (c >= 0 && c < ' ') {
                return UNSURE;
            } else {
                at++;
            }
        }
        return UNSURE;
    }

    private static int escape(byte[] bytes, int at) {
        if (at + 1 >= bytes.length) {
            return UNSURE;
        }
        return switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' -> at + 6 <= bytes.length && hex(bytes, at + 2) >= 0 ? at + 6 : UNSURE;
            default -> UNSURE;
        };
    }

    /// The number that four hexadecimal digits stand for, or -1.
    static int hex(byte[] bytes, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit((char) (bytes[i] & 0xFF), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /// Passes over any value.
    static int value(byte[] bytes, int at) {
        return value(bytes, at, DEEPEST);
    }

    private static int value(byte[] bytes, int at, int depth) {
        if (at >= bytes.length || depth == 0) {
            return UNSURE;
        }
        return switch (bytes[at]) {
            case '"' -> quoted(bytes, at);
            case '{' -> object(bytes, at, depth - 1);
            case '[' -> array(bytes, at, depth - 1);
            default -> scalar(bytes, at);
        };
    }

    /// Passes over a number, `true`, `false` or `null`.
    static int scalar(byte[] bytes, int at) {
        return switch (bytes[at]) {
            case 't' -> isTrue(bytes, at) ? at + 4 : UNSURE;
            case 'f' -> isFalse(bytes, at) ? at + 5 : UNSURE;
            case 'n' -> isNull(bytes, at) ? at + 4 : UNSURE;
            default -> number(bytes, at);
        };
    }

    private static int quoted(byte[] bytes, int at) {
        int end = text(bytes, at + 1);
        if (end < UNSURE) {
            end = escapedText(bytes, at + 1, ~end);
        }
        return end == UNSURE ? UNSURE : end + 1;
    }

    private static int object(byte[] bytes, int from, int depth) {
        int at = space(bytes, from + 1);
        if (is(bytes, at, '}')) {
            return at + 1;
        }
        while (is(bytes, at, '"')) {
            at = quoted(bytes, at);
            if (at == UNSURE) {
                return UNSURE;
            }
            at = space(bytes, at);
            if (!is(bytes, at, ':')) {
                return UNSURE;
            }
            at = value(bytes, space(bytes, at + 1), depth);
            if (at == UNSURE) {
                return UNSURE;
            }
            at = space(bytes, at);
            if (is(bytes, at, '}')) {
                return at + 1;
            }
            if (!is(bytes, at, ',')) {
                return UNSURE;
            }
            at = space(bytes, at + 1);
        }
        return UNSURE;
    }

    private static int array(byte[] bytes, int from, int depth) {
        int at = space(bytes, from + 1);
        if (is(bytes, at, ']')) {
            return at + 1;
        }
        while (true) {
            at = value(bytes, at, depth);
            if (at == UNSURE) {
                return UNSURE;
            }
            at = space(bytes, at);
            if (is(bytes, at, ']')) {
                return at + 1;
            }
            if (!is(bytes, at, ',')) {
                return UNSURE;
            }
            at = space(bytes, at + 1);
        }
    }

    static boolean is(byte[] bytes, int at, char c) {
        return at < bytes.length && bytes[at] == c;
    }

    /// Passes over a number; what follows it is the caller's to judge.
    static int number(byte[] bytes, int from) {
        int whole = is(bytes, from, '-') ? from + 1 : from;
        int at = digits(bytes, whole);
        if (at == whole || (at > whole + 1 && bytes[whole] == '0')) {
            return UNSURE;
        }
        if (is(bytes, at, '.')) {
            int fraction = at + 1;
            at = digits(bytes, fraction);
            if (at == fraction) {
                return UNSURE;
            }
        }
        if (is(bytes, at, 'e') || is(bytes, at, 'E')) {
            int exponent = is(bytes, at + 1, '+') || is(bytes, at + 1, '-') ? at + 2 : at + 1;
            at = digits(bytes, exponent);
            if (at == exponent) {
                return UNSURE;
            }
        }
        return at - from > LONGEST_NUMBER ? UNSURE : at;
    }

    private static int digits(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /// The digits that a word of text begins with, up to eight: their number in the lowest four bits, their value
    /// above them.
    static long leadingDigits(long word) {
        long digits = word ^ ('0' * ONES);
        long others = (digits | (digits + 0x76 * ONES)) & TOPS;
        int count = Long.numberOfTrailingZeros(others) >>> 3;
        if (count == 0) {
            return 0;
        }
        // The digits move up, so that zeros stand before them; then pairs, fours and eights are joined.
        long joined = digits << (64 - 8 * count);
        joined = (joined * 2561) >>> 8;
        joined = ((joined & 0x00FF00FF00FF00FFL) * 6553601) >>> 16;
        joined = ((joined & 0x0000FFFF0000FFFFL) * 42949672960001L) >>> 32;
        return joined << 4 | count;
    }
}

package io.alluvium.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The name of a field as it stands in JSON with its quotes. A name with characters that JSON escapes, or that
/// UTF-8 has not, stands nowhere.
final class JsonFieldName {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] quoted;
    private final long first;
    private final long last;
    private final long shortMask;

    JsonFieldName(String name) {
        byte[] inQuotes = ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
        boolean plain = isPlain(inQuotes, name);
        quoted = plain ? inQuotes : new byte[0];
        byte[] padded = Arrays.copyOf(quoted, Math.max(quoted.length, 8));
        // Nothing masked by 0 is 1.
        first = plain ? (long) LONGS.get(padded, 0) : 1;
        last = (long) LONGS.get(padded, padded.length - 8);
        shortMask = quoted.length < 8 ? (1L << (8 * quoted.length)) - 1 : -1;
    }

    private static boolean isPlain(byte[] quoted, String name) {
        for (int i = 1; i < quoted.length - 1; i++) {
            if (quoted[i] == '"' || quoted[i] == '\\' || (quoted[i] >= 0 && quoted[i] < ' ')) {
                return false;
            }
        }
        return new String(quoted, 1, quoted.length - 2, StandardCharsets.UTF_8).equals(name);
    }

    /// How many bytes it has with its quotes.
    int length() {
        return quoted.length;
    }

    /// Whether it stands at a place; the array has eight bytes at least.
    boolean isAt(byte[] bytes, int at) {
        int length = quoted.length;
        if (length <= 8) {
            return (JsonScan.word(bytes, at) & shortMask) == first;
        }
        return at + length <= bytes.length
                && (long) LONGS.get(bytes, at) == first
                && (long) LONGS.get(bytes, at + length - 8) == last
                && (length <= 16 || Arrays.equals(quoted, 8, length - 8, bytes, at + 8, at + length - 8));
    }
}

package io.alluvium.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// JSON text in the making, as bytes of UTF-8. Belongs to one thread.
final class JsonBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ESCAPE = 6;
    private static final boolean[] ESCAPES = new boolean[256];

    static {
        Arrays.fill(ESCAPES, 0, ' ', true);
        ESCAPES['"'] = true;
        ESCAPES['\\'] = true;
    }

    private byte[] bytes = new byte[1024];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    void write(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    void write(boolean value) {
        byte[] word = value ? TRUE : FALSE;
        write(word, 0, word.length);
    }

    void write(long value) {
        byte[] digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
        write(digits, 0, digits.length);
    }

    /// Copies bytes as they are.
    void write(byte[] data, int from, int to) {
        reserve(to - from);
        System.arraycopy(data, from, bytes, length, to - from);
        length += to - from;
    }

    /// Writes UTF-8 as a string, with its quotes.
    void writeString(byte[] data, int from, int to) {
        reserve((to - from) + 2);
        bytes[length++] = '"';
        int run = from;
        for (int i = from; i < to; i++) {
            if (ESCAPES[data[i] & 0xFF]) {
                write(data, run, i);
                escape(data[i]);
                run = i + 1;
            }
        }
        write(data, run, to);
        write('"');
    }

    private void escape(byte character) {
        reserve(LONGEST_ESCAPE);
        bytes[length++] = '\\';
        switch (character) {
            case '"', '\\' -> bytes[length++] = character;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[character >> 4];
                bytes[length++] = HEX[character & 0xF];
            }
        }
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}

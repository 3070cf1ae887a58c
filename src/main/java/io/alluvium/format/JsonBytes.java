package io.alluvium.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// JSON text in the making, as bytes of UTF-8. Belongs to one thread.
public final class JsonBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_WHOLE = 20;
    private static final int LONGEST_ESCAPE = 6;
    private static final boolean[] ESCAPES = new boolean[256];

    static {
        Arrays.fill(ESCAPES, 0, ' ', true);
        ESCAPES['"'] = true;
        ESCAPES['\\'] = true;
    }

    private byte[] bytes = new byte[1024];
    private int length;

    public void clear() {
        length = 0;
    }

    public int length() {
        return length;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    public void write(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    public void write(boolean value) {
        byte[] word = value ? TRUE : FALSE;
        write(word, 0, word.length);
    }

    public void write(long value) {
        reserve(LONGEST_WHOLE);
        long rest = value;
        int end = length + digits(value);
        int at = end;
        do {
            bytes[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            bytes[--at] = '-';
        }
        length = end;
    }

    /// How many characters a number has, its sign among them.
    private static int digits(long value) {
        int count = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            count++;
        }
        return count;
    }

    /// Writes characters of ASCII as they are.
    @SuppressWarnings("deprecation") // Of a text that is ASCII it takes the bytes, and makes no array for them.
    public void write(String ascii) {
        reserve(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
    }

    /// Writes a text that needs no escapes, with quotes around it.
    public void writeQuoted(String ascii) {
        write('"');
        write(ascii);
        write('"');
    }

    public void writeNull() {
        write(NULL, 0, NULL.length);
    }

    /// Writes bytes as a string of base64.
    public void writeBase64(byte[] data, int from, int to) {
        byte[] encoded =
                Base64.getEncoder().encode(from == 0 && to == data.length ? data : Arrays.copyOfRange(data, from, to));
        reserve(encoded.length + 2);
        write('"');
        write(encoded, 0, encoded.length);
        write('"');
    }

    /// Takes back what was written after a length.
    public void cut(int to) {
        length = to;
    }

    /// Writes a number; one that is not finite as text, as JSON has no name for it.
    public void write(double value) {
        writeFloating(Double.isFinite(value), Double.toString(value));
    }

    /// As [#write(double)].
    public void write(float value) {
        writeFloating(Float.isFinite(value), Float.toString(value));
    }

    private void writeFloating(boolean finite, String text) {
        if (finite) {
            write(text);
        } else {
            writeQuoted(text);
        }
    }

    /// Whether what stands at an index is `character`.
    public boolean isAt(int index, char character) {
        return index < length && bytes[index] == character;
    }

    /// Adds all that `other` has.
    public void write(JsonBytes other) {
        write(other.bytes, 0, other.length);
    }

    /// Adds what `other` has between two places.
    public void write(JsonBytes other, int from, int to) {
        write(other.bytes, from, to);
    }

    /// Copies bytes as they are.
    public void write(byte[] data, int from, int to) {
        reserve(to - from);
        System.arraycopy(data, from, bytes, length, to - from);
        length += to - from;
    }

    /// Writes UTF-8 as a string, with its quotes.
    public void writeString(byte[] data, int from, int to) {
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

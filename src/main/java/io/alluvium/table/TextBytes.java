package io.alluvium.table;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Text as bytes whose unsigned order is the order of texts: UTF-8, and for surrogates that are not in a pair,
/// which UTF-8 has no form for, forms of our own.
///
/// A high surrogate alone is below the pairs that begin with it and above all that begin with a lesser one: its
/// form is that of its first pair with a last byte that is one less. A low surrogate alone is above every pair.
final class TextBytes {

    private static final int ABOVE_ALL_PAIRS = 0xFF;

    private TextBytes() {}

    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return encodeUnpaired(text);
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encodeUnpaired(String text) {
        var out = new ByteArrayOutputStream(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            int point = text.codePointAt(i);
            if (point > Character.MAX_VALUE) {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i++;
            } else if (Character.isHighSurrogate((char) point)) {
                byte[] firstPair = Character.toString(Character.toCodePoint((char) point, Character.MIN_LOW_SURROGATE))
                        .getBytes(StandardCharsets.UTF_8);
                firstPair[3]--;
                out.writeBytes(firstPair);
            } else if (Character.isLowSurrogate((char) point)) {
                out.write(ABOVE_ALL_PAIRS);
                out.write(point >>> 8);
                out.write(point);
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }
}

package io.alluvium.format;

/// Puts characters in the place of the escapes in a JSON text.
final class JsonEscapes {

    private JsonEscapes() {}

    /// Writes the text in `bytes[from, to)`, whose escapes are well-formed, to the beginning of `out`, which has
    /// room for as many bytes.
    ///
    /// @return how many bytes it has without escapes, or [JsonScan#UNSURE] when one stands for half of a character
    static int resolve(byte[] bytes, int from, int to, byte[] out) {
        int length = 0;
        int at = from;
        while (at < to) {
            byte c = bytes[at];
            if (c != '\\') {
                out[length++] = c;
                at++;
            } else if (bytes[at + 1] != 'u') {
                out[length++] = character(bytes[at + 1]);
                at += 2;
            } else {
                int code = codePoint(bytes, at, to);
                if (code < 0) {
                    return JsonScan.UNSURE;
                }
                at += code >= Character.MIN_SUPPLEMENTARY_CODE_POINT ? 12 : 6;
                length = write(code, out, length);
            }
        }
        return length;
    }

    private static byte character(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    /// What an escape with four hexadecimal digits, or two of them that are surrogates, stand for; -1 for a
    /// surrogate alone.
    private static int codePoint(byte[] bytes, int at, int to) {
        char unit = (char) JsonScan.hex(bytes, at + 2);
        if (!Character.isSurrogate(unit)) {
            return unit;
        }
        if (Character.isLowSurrogate(unit) || at + 12 > to || bytes[at + 6] != '\\' || bytes[at + 7] != 'u') {
            return -1;
        }
        char low = (char) JsonScan.hex(bytes, at + 8);
        return Character.isLowSurrogate(low) ? Character.toCodePoint(unit, low) : -1;
    }

    private static int write(int code, byte[] out, int from) {
        int at = from;
        if (code < 0x80) {
            out[at++] = (byte) code;
        } else if (code < 0x800) {
            out[at++] = (byte) (0xC0 | code >> 6);
            out[at++] = (byte) (0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            out[at++] = (byte) (0xE0 | code >> 12);
            out[at++] = (byte) (0x80 | (code >> 6 & 0x3F));
            out[at++] = (byte) (0x80 | (code & 0x3F));
        } else {
            out[at++] = (byte) (0xF0 | code >> 18);
            out[at++] = (byte) (0x80 | (code >> 12 & 0x3F));
            out[at++] = (byte) (0x80 | (code >> 6 & 0x3F));
            out[at++] = (byte) (0x80 | (code & 0x3F));
        }
        return at;
    }
}

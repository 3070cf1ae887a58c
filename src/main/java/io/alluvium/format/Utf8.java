package io.alluvium.format;

/// Checks bytes for being UTF-8.
public final class Utf8 {

    private Utf8() {}

    /// Whether the bytes are well-formed UTF-8: no stray, missing or overlong sequences, no surrogates.
    public static boolean isValid(byte[] data, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= data[i];
        }
        return all >= 0 || isValidBeyondAscii(data, from, to);
    }

    private static boolean isValidBeyondAscii(byte[] data, int from, int to) {
        int at = from;
        while (at < to) {
            int lead = data[at++];
            if (lead >= 0) {
                continue;
            }
            lead &= 0xFF;
            int following = lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
            if (following < 0 || at + following > to) {
                return false;
            }
            int second = data[at] & 0xFF;
            int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int greatest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (second < least || second > greatest) {
                return false;
            }
            for (int i = 1; i < following; i++) {
                if ((data[at + i] & 0xC0) != 0x80) {
                    return false;
                }
            }
            at += following;
        }
        return true;
    }
}

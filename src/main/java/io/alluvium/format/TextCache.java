package io.alluvium.format;

import org.jspecify.annotations.Nullable;

/// Gives for characters the String that was made for them before, so that a text which repeats is made once. It
/// stops to look when texts do not repeat. Belongs to one thread.
final class TextCache {

    private static final int SLOTS = 1024;
    private static final int JUDGED_AFTER = 8192;
    private static final int LONGEST = 64;

    private final @Nullable String[] slots = new String[SLOTS];
    private int asked;
    private int found;
    private boolean worthwhile = true;

    String text(char[] chars, int from, int length) {
        if (!worthwhile || length > LONGEST) {
            return new String(chars, from, length);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + chars[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String present = slots[slot];
        judge();
        if (present != null && equal(present, chars, from, length)) {
            found++;
            return present;
        }
        String made = new String(chars, from, length);
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

    private static boolean equal(String text, char[] chars, int from, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != chars[from + i]) {
                return false;
            }
        }
        return true;
    }
}

package io.alluvium.sql;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A LIKE pattern made ready: `%` stands for any characters, `_` for one, the escape character takes the next one
/// as it is. Characters are code points.
public final class LikePattern {

    /// What PostgreSQL takes when no ESCAPE is written.
    static final String DEFAULT_ESCAPE = "\\";

    private static final int ANY_CHARACTERS = -1;
    private static final int ONE_CHARACTER = -2;

    private final int[] elements;
    private final boolean ignoreCase;

    private LikePattern(int[] elements, boolean ignoreCase) {
        this.elements = elements;
        this.ignoreCase = ignoreCase;
    }

    /// @param escape one character, or empty for none
    /// @throws AlluviumException INVALID_PARAMETER when the escape is longer or ends the pattern
    static LikePattern of(String pattern, String escape, boolean ignoreCase) {
        if (escape.codePointCount(0, escape.length()) > 1) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    "the escape '" + escape + "' is not one character",
                    "Write one character, or '' for none.");
        }
        int escapeCharacter = escape.isEmpty() ? Integer.MIN_VALUE : escape.codePointAt(0);
        int[] text = (ignoreCase ? pattern.toLowerCase(Locale.ROOT) : pattern)
                .codePoints()
                .toArray();
        int[] elements = new int[text.length];
        int size = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == escapeCharacter) {
                if (++i == text.length) {
                    throw new AlluviumException(
                            ErrorCode.INVALID_PARAMETER,
                            "the LIKE pattern '" + pattern + "' ends with its escape character",
                            "Write the escape character twice to mean itself.");
                }
                elements[size++] = text[i];
            } else if (text[i] == '%') {
                if (size == 0 || elements[size - 1] != ANY_CHARACTERS) {
                    elements[size++] = ANY_CHARACTERS;
                }
            } else {
                elements[size++] = text[i] == '_' ? ONE_CHARACTER : text[i];
            }
        }
        return new LikePattern(Arrays.copyOf(elements, size), ignoreCase);
    }

    /// What all texts begin with that are LIKE a pattern.
    ///
    /// @param escape null for the one that PostgreSQL takes
    /// @throws AlluviumException INVALID_PARAMETER as the condition itself does
    public static String prefix(String pattern, @Nullable String escape) {
        int[] elements = of(pattern, escape == null ? DEFAULT_ESCAPE : escape, false).elements;
        var prefix = new StringBuilder();
        for (int element : elements) {
            if (element < 0) {
                break;
            }
            prefix.appendCodePoint(element);
        }
        return prefix.toString();
    }

    /// Goes forward and, when it gets stuck, lets the last `%` take one character more.
    boolean matches(String value) {
        String text = ignoreCase ? value.toLowerCase(Locale.ROOT) : value;
        int at = 0;
        int element = 0;
        int lastAny = -1;
        int retryAt = 0;
        while (at < text.length()) {
            int wanted = element < elements.length ? elements[element] : Integer.MIN_VALUE;
            int character = text.codePointAt(at);
            if (wanted == ANY_CHARACTERS) {
                lastAny = element++;
                retryAt = at;
            } else if (wanted == character || wanted == ONE_CHARACTER) {
                element++;
                at += Character.charCount(character);
            } else if (lastAny >= 0) {
                element = lastAny + 1;
                retryAt += Character.charCount(text.codePointAt(retryAt));
                at = retryAt;
            } else {
                return false;
            }
        }
        return element == elements.length || (element == elements.length - 1 && elements[element] == ANY_CHARACTERS);
    }
}

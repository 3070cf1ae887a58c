package io.alluvium.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The fields of one CSV record, found in place in bytes of UTF-8. Belongs to one thread.
///
/// A record ends with a line feed, before which a carriage return is left out. A field that begins with a
/// quote goes to the closing quote and may hold delimiters, line breaks and doubled or escaped quotes; a
/// quote later in a field is part of it. This is done here and not by a library because a position in a file
/// must be a byte offset that is exact in any dialect, and libraries count characters.
public final class CsvFields {

    /// What [#parse] gives when the record goes on behind the bytes.
    public static final int INCOMPLETE = -1;
    /// What [#parse] gives when the bytes cannot be a record; [#problem()] says why.
    public static final int BROKEN = -2;

    private static final int MOST_FIELDS = 65_536;
    private static final byte PLAIN = 0;
    private static final byte QUOTED = 1;
    private static final byte ESCAPED = 2;
    private static final byte[] NONE = {};

    private final byte[] delimiter;
    private final byte[] quote;
    private final byte[] escape;
    private final byte @Nullable [] nullText;
    private final boolean[] stopsPlain = new boolean[256];
    private final boolean[] stopsQuoted = new boolean[256];

    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private byte[] forms = new byte[32];
    private int count;
    private int lineBreaks;
    /// Whether the field found last was ended by a delimiter.
    private boolean endsWithDelimiter;
    private @Nullable String problem;

    private byte[] selected = NONE;
    private int selectedFrom;
    private int selectedTo;
    private byte[] unescaped = new byte[64];

    public CsvFields(CsvDialect dialect) {
        this.delimiter = bytes(dialect.delimiter());
        this.quote = bytes(dialect.quote());
        Character mark = dialect.escape();
        this.escape = mark == null || mark == dialect.quote() ? NONE : bytes(mark);
        String text = dialect.nullText();
        this.nullText = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        stopsPlain['\n'] = true;
        stopsPlain[delimiter[0] & 0xFF] = true;
        stopsQuoted['\n'] = true;
        stopsQuoted[quote[0] & 0xFF] = true;
        if (escape.length > 0) {
            stopsQuoted[escape[0] & 0xFF] = true;
        }
    }

    private static byte[] bytes(char character) {
        return String.valueOf(character).getBytes(StandardCharsets.UTF_8);
    }

    /// Finds the fields of the record that begins at `from`.
    ///
    /// @param last whether nothing follows `to`, so that the record may end there without a line break
    /// @return where the next record begins, or [#INCOMPLETE] or [#BROKEN]
    public int parse(byte[] data, int from, int to, boolean last) {
        count = 0;
        lineBreaks = 0;
        problem = null;
        int at = from;
        while (true) {
            if (count == MOST_FIELDS) {
                return broken("it has more than " + MOST_FIELDS + " fields");
            }
            int next = at < to && data[at] == quote[0] && matches(quote, data, at, to)
                    ? quoted(data, at, to, last)
                    : plain(data, at, to, last);
            if (next < 0 || !endsWithDelimiter) {
                return next;
            }
            at = next;
        }
    }

    private int plain(byte[] data, int start, int to, boolean last) {
        int at = start;
        while (true) {
            while (at < to && !stopsPlain[data[at] & 0xFF]) {
                at++;
            }
            if (at >= to) {
                if (!last) {
                    return INCOMPLETE;
                }
                add(start, to > start && data[to - 1] == '\r' ? to - 1 : to, PLAIN);
                endsWithDelimiter = false;
                return to;
            }
            if (data[at] == '\n') {
                add(start, at > start && data[at - 1] == '\r' ? at - 1 : at, PLAIN);
                endsWithDelimiter = false;
                lineBreaks++;
                return at + 1;
            }
            if (matches(delimiter, data, at, to)) {
                add(start, at, PLAIN);
                endsWithDelimiter = true;
                return at + delimiter.length;
            }
            at++;
        }
    }

    private int quoted(byte[] data, int open, int to, boolean last) {
        int start = open + quote.length;
        int at = start;
        byte form = QUOTED;
        while (true) {
            while (at < to && !stopsQuoted[data[at] & 0xFF]) {
                at++;
            }
            if (at >= to) {
                return last ? broken("a quote is not closed") : INCOMPLETE;
            }
            if (data[at] == '\n') {
                lineBreaks++;
                at++;
            } else if (escape.length > 0 && matches(escape, data, at, to)) {
                int escaped = at + escape.length;
                if (matches(quote, data, escaped, to)) {
                    form = ESCAPED;
                    at = escaped + quote.length;
                } else if (matches(escape, data, escaped, to)) {
                    form = ESCAPED;
                    at = escaped + escape.length;
                } else {
                    at = escaped;
                }
            } else if (matches(quote, data, at, to)) {
                int after = at + quote.length;
                if (!matches(quote, data, after, to)) {
                    return closed(data, start, at, form, to, last);
                }
                form = ESCAPED;
                at = after + quote.length;
            } else {
                at++;
            }
        }
    }

    private int closed(byte[] data, int start, int end, byte form, int to, boolean last) {
        int at = end + quote.length;
        if (at < to && data[at] == '\r' && at + 1 < to && data[at + 1] == '\n') {
            at++;
        }
        if (at >= to || (data[at] == '\r' && at + 1 == to)) {
            if (!last) {
                return INCOMPLETE;
            }
            add(start, end, form);
            endsWithDelimiter = false;
            return to;
        }
        if (data[at] == '\n') {
            add(start, end, form);
            endsWithDelimiter = false;
            lineBreaks++;
            return at + 1;
        }
        if (matches(delimiter, data, at, to)) {
            add(start, end, form);
            endsWithDelimiter = true;
            return at + delimiter.length;
        }
        if (!last && to - at < Math.max(delimiter.length, quote.length)) {
            return INCOMPLETE;
        }
        return broken("text follows a closing quote in field " + (count + 1));
    }

    private static boolean matches(byte[] token, byte[] data, int at, int to) {
        if (at + token.length > to) {
            return false;
        }
        for (int i = 0; i < token.length; i++) {
            if (data[at + i] != token[i]) {
                return false;
            }
        }
        return true;
    }

    private void add(int start, int end, byte form) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            forms = Arrays.copyOf(forms, count * 2);
        }
        starts[count] = start;
        ends[count] = end;
        forms[count] = form;
        count++;
    }

    private int broken(String why) {
        problem = why;
        return BROKEN;
    }

    /// How many fields the record has.
    public int count() {
        return count;
    }

    /// How many line breaks stand in what was parsed, the one at the end included.
    public int lineBreaks() {
        return lineBreaks;
    }

    /// Why the record is [#BROKEN].
    public String problem() {
        return Objects.requireNonNull(problem);
    }

    public boolean isNull(byte[] data, int field) {
        if (forms[field] != PLAIN) {
            return false;
        }
        int from = starts[field];
        int to = ends[field];
        return from == to || (nullText != null && Arrays.equals(data, from, to, nullText, 0, nullText.length));
    }

    /// Makes a field's bytes, without quotes and escapes, those between [#from()] and [#to()] in [#bytes()].
    void select(byte[] data, int field) {
        selected = data;
        selectedFrom = starts[field];
        selectedTo = ends[field];
        if (forms[field] == ESCAPED) {
            unescape(data, starts[field], ends[field]);
        }
    }

    private void unescape(byte[] data, int from, int to) {
        if (unescaped.length < to - from) {
            unescaped = new byte[to - from];
        }
        int length = 0;
        int at = from;
        while (at < to) {
            if (escape.length > 0
                    && matches(escape, data, at, to)
                    && (matches(quote, data, at + escape.length, to)
                            || matches(escape, data, at + escape.length, to))) {
                at += escape.length;
            } else if (matches(quote, data, at, to)) {
                at += quote.length;
            }
            unescaped[length++] = data[at++];
            while (at < to && (data[at] & 0xC0) == 0x80) {
                unescaped[length++] = data[at++];
            }
        }
        selected = unescaped;
        selectedFrom = 0;
        selectedTo = length;
    }

    byte[] bytes() {
        return selected;
    }

    int from() {
        return selectedFrom;
    }

    int to() {
        return selectedTo;
    }

    /// The text of a field.
    public String text(byte[] data, int field) {
        select(data, field);
        return new String(selected, selectedFrom, selectedTo - selectedFrom, StandardCharsets.UTF_8);
    }
}

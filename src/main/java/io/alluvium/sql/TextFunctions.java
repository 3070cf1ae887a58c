package io.alluvium.sql;

import static io.alluvium.sql.AlluviumFunction.Argument.ANY_AS_TEXT;
import static io.alluvium.sql.AlluviumFunction.Argument.TEXT;
import static io.alluvium.sql.AlluviumFunction.Argument.WHOLE;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The text functions that the standard does not have, by their PostgreSQL names. Positions and lengths count code
/// points, from 1.
final class TextFunctions {

    private static final int LONGEST_RESULT = 1 << 24;

    private TextFunctions() {}

    static List<AlluviumFunction> all() {
        return List.of(
                AlluviumFunction.named("LENGTH")
                        .arguments(TEXT)
                        .gives(ColumnType.INTEGER)
                        .by((in, row, out) -> out.setLong(row, length(in[0].getText(row)))),
                AlluviumFunction.named("OCTET_LENGTH")
                        .arguments(TEXT)
                        .gives(ColumnType.INTEGER)
                        .by((in, row, out) ->
                                out.setLong(row, in[0].getText(row).getBytes(StandardCharsets.UTF_8).length)),
                text("REVERSE", value -> new StringBuilder(value).reverse().toString()),
                text("MD5", TextFunctions::md5),
                trim("BTRIM", true, true),
                trim("LTRIM", true, false),
                trim("RTRIM", false, true),
                AlluviumFunction.named("SUBSTR")
                        .arguments(TEXT, WHOLE)
                        .optional(WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by(TextFunctions::substring),
                AlluviumFunction.named("LEFT")
                        .arguments(TEXT, WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(row, left(in[0].getText(row), in[1].getLong(row)))),
                AlluviumFunction.named("RIGHT")
                        .arguments(TEXT, WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(row, right(in[0].getText(row), in[1].getLong(row)))),
                AlluviumFunction.named("STRPOS")
                        .arguments(TEXT, TEXT)
                        .gives(ColumnType.INTEGER)
                        .by((in, row, out) -> out.setLong(row, position(in[1].getText(row), in[0].getText(row)))),
                AlluviumFunction.named("STARTS_WITH")
                        .arguments(TEXT, TEXT)
                        .gives(ColumnType.BOOLEAN)
                        .by((in, row, out) ->
                                out.setBoolean(row, in[0].getText(row).startsWith(in[1].getText(row)))),
                AlluviumFunction.named("REPLACE")
                        .arguments(TEXT, TEXT, TEXT)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(row, replace(in, row))),
                AlluviumFunction.named("REPEAT")
                        .arguments(TEXT, WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(row, repeat(in[0].getText(row), in[1].getLong(row)))),
                pad("LPAD", true),
                pad("RPAD", false),
                AlluviumFunction.named("SPLIT_PART")
                        .arguments(TEXT, TEXT, WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(
                                row, splitPart(in[0].getText(row), in[1].getText(row), in[2].getLong(row)))),
                AlluviumFunction.named("CHR")
                        .arguments(WHOLE)
                        .gives(ColumnType.VARCHAR)
                        .by((in, row, out) -> out.setObject(row, chr(in[0].getLong(row)))),
                AlluviumFunction.named("CONCAT")
                        .arguments(ANY_AS_TEXT)
                        .variadic()
                        .acceptsNull()
                        .gives(ColumnType.VARCHAR)
                        .by(TextFunctions::concat),
                AlluviumFunction.named("CONCAT_WS")
                        .arguments(ANY_AS_TEXT)
                        .variadic()
                        .acceptsNull()
                        .gives(ColumnType.VARCHAR)
                        .by(TextFunctions::concatWithSeparator),
                AlluviumFunction.named("REGEXP_LIKE")
                        .arguments(TEXT, TEXT)
                        .gives(ColumnType.BOOLEAN)
                        .by((types, result) -> {
                            var patterns = new Patterns();
                            return (in, row, out) ->
                                    out.setBoolean(row, patterns.find(in[1].getText(row), in[0].getText(row)));
                        }),
                AlluviumFunction.named("REGEXP_REPLACE")
                        .arguments(TEXT, TEXT, TEXT)
                        .gives(ColumnType.VARCHAR)
                        .by((types, result) -> {
                            var patterns = new Patterns();
                            return (in, row, out) -> out.setObject(
                                    row,
                                    patterns.replaceFirst(in[1].getText(row), in[0].getText(row), in[2].getText(row)));
                        }));
    }

    private static AlluviumFunction text(String name, Function<String, String> function) {
        return AlluviumFunction.named(name)
                .arguments(TEXT)
                .gives(ColumnType.VARCHAR)
                .by((in, row, out) -> out.setObject(row, function.apply(in[0].getText(row))));
    }

    private static AlluviumFunction trim(String name, boolean start, boolean end) {
        return AlluviumFunction.named(name)
                .arguments(TEXT)
                .optional(TEXT)
                .gives(ColumnType.VARCHAR)
                .by((in, row, out) -> out.setObject(
                        row, trimmed(in[0].getText(row), in.length > 1 ? in[1].getText(row) : " ", start, end)));
    }

    private static AlluviumFunction pad(String name, boolean start) {
        return AlluviumFunction.named(name)
                .arguments(TEXT, WHOLE)
                .optional(TEXT)
                .gives(ColumnType.VARCHAR)
                .by((in, row, out) -> out.setObject(
                        row,
                        padded(
                                in[0].getText(row),
                                in[1].getLong(row),
                                in.length > 2 ? in[2].getText(row) : " ",
                                start)));
    }

    /// `text` cut to its first `limit` characters, as a cast to VARCHAR(limit) does.
    static Expression truncated(Expression text, int limit) {
        Kernel kernel = (in, row, out) -> out.setObject(row, left(in[0].getText(row), limit));
        return new KernelCall(ColumnType.VARCHAR, kernel, List.of(text), true);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// The first `count` characters; a negative count leaves out that many at the end.
    static String left(String text, long count) {
        long length = length(text);
        long kept = Math.clamp(count < 0 ? length + count : count, 0L, length);
        return text.substring(0, text.offsetByCodePoints(0, (int) kept));
    }

    private static String right(String text, long count) {
        long length = length(text);
        long left = Math.clamp(count < 0 ? -count : length - count, 0L, length);
        return text.substring(text.offsetByCodePoints(0, (int) left));
    }

    static void substring(Vector[] in, int row, Vector out) {
        String text = in[0].getText(row);
        long from = in[1].getLong(row);
        long length = length(text);
        long end = length + 1;
        if (in.length > 2) {
            long count = in[2].getLong(row);
            if (count < 0) {
                throw invalid("a negative length " + count + " in SUBSTRING", "Lengths are 0 or more.");
            }
            end = from > Long.MAX_VALUE - count ? length + 1 : Math.min(length + 1, from + count);
        }
        long start = Math.max(1, from);
        if (end <= start) {
            out.setObject(row, "");
            return;
        }
        int first = text.offsetByCodePoints(0, (int) Math.min(start - 1, length));
        out.setObject(row, text.substring(first, text.offsetByCodePoints(0, (int) (end - 1))));
    }

    static int position(String part, String text) {
        int at = text.indexOf(part);
        return at < 0 ? 0 : text.codePointCount(0, at) + 1;
    }

    static String trimmed(String text, String characters, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (end && from < to && characters.indexOf(text.codePointBefore(to)) >= 0) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static String replace(Vector[] in, int row) {
        String from = in[1].getText(row);
        String text = in[0].getText(row);
        String to = in[2].getText(row);
        if (from.isEmpty()) {
            return text;
        }
        if (to.length() > from.length()) {
            checkLength(text.length() + occurrences(text, from) * (to.length() - from.length()));
        }
        return text.replace(from, to);
    }

    private static long occurrences(String text, String part) {
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static String repeat(String text, long count) {
        if (count <= 0 || text.isEmpty()) {
            return "";
        }
        checkLength(count > LONGEST_RESULT ? count : count * text.length());
        return text.repeat((int) count);
    }

    /// @throws AlluviumException VALUE_TOO_LONG when a function would make a text or byte string of this length
    static void checkLength(long length) {
        if (length > LONGEST_RESULT) {
            throw new AlluviumException(
                    ErrorCode.VALUE_TOO_LONG,
                    "a function would make a value of " + length + " characters or bytes, but one value may have "
                            + LONGEST_RESULT,
                    "Ask for a shorter one, such as with a smaller count or with LEFT(text, count).");
        }
    }

    static String joined(String first, String second) {
        checkLength((long) first.length() + second.length());
        return first + second;
    }

    private static String padded(String text, long length, String fill, boolean start) {
        checkLength(length);
        int missing = (int) length - length(text);
        if (missing <= 0 || fill.isEmpty()) {
            return left(text, Math.max(0, length));
        }
        String filling = left(fill.repeat(missing / length(fill) + 1), missing);
        return start ? filling + text : text + filling;
    }

    private static String splitPart(String text, String delimiter, long number) {
        if (number == 0) {
            throw invalid("SPLIT_PART was asked for part 0", "Parts count from 1, or from -1 at the end.");
        }
        String[] parts = delimiter.isEmpty() ? new String[] {text} : text.split(Pattern.quote(delimiter), -1);
        long place = number > 0 ? number - 1 : parts.length + number;
        return place < 0 || place >= parts.length ? "" : parts[(int) place];
    }

    private static String chr(long codePoint) {
        if (codePoint <= 0 || codePoint > Character.MAX_CODE_POINT || (codePoint >= 0xD800 && codePoint < 0xE000)) {
            throw invalid("there is no character " + codePoint, "Characters are 1 to 1114111.");
        }
        return Character.toString((int) codePoint);
    }

    private static void concat(Vector[] in, int row, Vector out) {
        var text = new StringBuilder();
        for (Vector part : in) {
            if (!part.isNull(row)) {
                append(text, part.getText(row));
            }
        }
        out.setObject(row, text.toString());
    }

    static void append(StringBuilder text, String part) {
        checkLength((long) text.length() + part.length());
        text.append(part);
    }

    private static void concatWithSeparator(Vector[] in, int row, Vector out) {
        if (in[0].isNull(row)) {
            out.setNull(row);
            return;
        }
        var text = new StringBuilder();
        boolean first = true;
        for (int i = 1; i < in.length; i++) {
            if (!in[i].isNull(row)) {
                append(text, first ? "" : in[0].getText(row));
                append(text, in[i].getText(row));
                first = false;
            }
        }
        out.setObject(row, text.toString());
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static AlluviumException invalid(String message, String hint) {
        return new AlluviumException(ErrorCode.INVALID_PARAMETER, message, hint);
    }
}

package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The fields of one column, as text in UTF-8, turned into JSON and into values of keys. Blanks around a
/// value do not count, but for text.
///
/// In a strict column a value that the type cannot hold is refused. In any other one it goes through as it
/// stands: what JSON can write as a number as a number, everything else as text.
final class FieldText {

    /// A longer number is text: no column type has so many digits, and JSON parsers refuse very long ones.
    private static final int LONGEST_NUMBER = 60;
    private static final int LONGEST_EXPONENT = 3;
    private static final int SURE_LONG_DIGITS = 18;
    private static final long MICROS_PER_MILLI = 1000;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final Pattern NO_NUMBER = Pattern.compile("NaN|[+-]?Infinity");

    private final ColumnType type;
    private final boolean strict;

    FieldText(ColumnType type, boolean strict) {
        this.type = type;
        this.strict = strict;
    }

    /// Writes a value as JSON.
    ///
    /// @return false when the column is strict and its type cannot hold the value
    boolean write(byte[] data, int from, int to, JsonBytes out) {
        if (type.kind() == Kind.VARCHAR) {
            out.writeString(data, from, to);
            return true;
        }
        int start = skipBlanks(data, from, to);
        int end = skipBlanksBack(data, start, to);
        if (strict) {
            return writeStrictly(data, start, end, out);
        }
        if (type.isNumeric() && numberForm(data, start, end) != NumberForm.NONE) {
            out.write(data, start, end);
        } else if (type.kind() == Kind.BOOLEAN && isWord(data, start, end, "true")) {
            out.write(true);
        } else if (type.kind() == Kind.BOOLEAN && isWord(data, start, end, "false")) {
            out.write(false);
        } else {
            out.writeString(data, from, to);
        }
        return true;
    }

    private boolean writeStrictly(byte[] data, int from, int to, JsonBytes out) {
        switch (type.kind()) {
            case BOOLEAN -> {
                Boolean value = flag(text(data, from, to));
                if (value == null) {
                    return false;
                }
                out.write((boolean) value);
            }
            case INTEGER, BIGINT -> {
                if (!isLong(data, from, to)) {
                    return false;
                }
                out.write(number);
            }
            case DECIMAL -> {
                if (isShortDecimal(data, from, to)) {
                    out.write(data, from, to);
                    break;
                }
                BigDecimal value = decimal(data, from, to);
                if (value == null) {
                    return false;
                }
                if (numberForm(data, from, to) == NumberForm.NONE) {
                    byte[] digits = value.toPlainString().getBytes(StandardCharsets.US_ASCII);
                    out.write(digits, 0, digits.length);
                } else {
                    out.write(data, from, to);
                }
            }
            case REAL, DOUBLE -> {
                if (numberForm(data, from, to) != NumberForm.NONE) {
                    out.write(data, from, to);
                } else if (isDouble(text(data, from, to))) {
                    out.writeString(data, from, to);
                } else {
                    return false;
                }
            }
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> {
                if (!isTime(data, from, to)) {
                    return false;
                }
                if (numberForm(data, from, to) == NumberForm.WHOLE) {
                    out.write(data, from, to);
                } else {
                    out.writeString(data, from, to);
                }
            }
            case UUID, BYTEA -> {
                if (encoded(text(data, from, to)) == null) {
                    return false;
                }
                out.writeString(data, from, to);
            }
            case JSON -> {
                if (!JsonText.isJson(data, from, to)) {
                    return false;
                }
                out.write(data, from, to);
            }
            case VARCHAR -> out.writeString(data, from, to);
        }
        return true;
    }

    /// Reads a value into row 0 of a vector of this column's type.
    ///
    /// @return false when the type cannot hold it
    boolean read(byte[] data, int from, int to, Vector target) {
        int start = skipBlanks(data, from, to);
        int end = skipBlanksBack(data, start, to);
        switch (type.kind()) {
            case VARCHAR -> target.setUtf8(0, Arrays.copyOfRange(data, from, to), 0, to - from);
            case JSON -> target.setObject(0, text(data, start, end));
            case BOOLEAN -> {
                Boolean value = flag(text(data, start, end));
                if (value == null) {
                    return false;
                }
                target.setBoolean(0, value);
            }
            case INTEGER, BIGINT -> {
                if (!isLong(data, start, end)) {
                    return false;
                }
                target.setLong(0, number);
            }
            case DECIMAL -> {
                BigDecimal value = decimal(data, start, end);
                if (value == null) {
                    return false;
                }
                target.setDecimal(0, value);
            }
            case REAL, DOUBLE -> {
                String text = text(data, start, end);
                if (!isDouble(text)) {
                    return false;
                }
                double value = Double.parseDouble(text);
                target.setDouble(0, type.kind() == Kind.REAL ? (float) value : value);
            }
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> {
                if (!isTime(data, start, end)) {
                    return false;
                }
                target.setLong(0, number);
            }
            case UUID, BYTEA -> {
                Object value = encoded(text(data, start, end));
                if (value == null) {
                    return false;
                }
                target.setObject(0, value);
            }
        }
        return true;
    }

    /// The number that was read last.
    private long number;

    private boolean isLong(byte[] data, int from, int to) {
        int at = from;
        boolean negative = at < to && data[at] == '-';
        if (negative || (at < to && data[at] == '+')) {
            at++;
        }
        if (at == to) {
            return false;
        }
        if (to - at > SURE_LONG_DIGITS) {
            return isLongerLong(text(data, from, to));
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = data[at] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        number = negative ? -value : value;
        return type.kind() != Kind.INTEGER || number == (int) number;
    }

    private boolean isLongerLong(String text) {
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            return false;
        }
        return type.kind() != Kind.INTEGER || number == (int) number;
    }

    /// Whether a number in JSON's form has no more digits on either side of its point than the type.
    private boolean isShortDecimal(byte[] data, int from, int to) {
        NumberForm form = numberForm(data, from, to);
        if (form != NumberForm.WHOLE && form != NumberForm.FRACTION) {
            return false;
        }
        int whole = data[from] == '-' ? from + 1 : from;
        int point = digits(data, whole, to);
        return point - whole <= type.precision() - type.scale() && to - point - 1 <= type.scale();
    }

    private @Nullable BigDecimal decimal(byte[] data, int from, int to) {
        String text = text(data, from, to);
        if (to - from > LONGEST_NUMBER || !DECIMAL.matcher(text).matches()) {
            return null;
        }
        var value = new BigDecimal(text);
        BigDecimal least = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        boolean fits =
                least.scale() <= type.scale() && DecimalText.wholeDigits(least) <= type.precision() - type.scale();
        return fits ? least : null;
    }

    private static boolean isDouble(String text) {
        return DECIMAL.matcher(text).matches() || NO_NUMBER.matcher(text).matches();
    }

    private boolean isTime(byte[] data, int from, int to) {
        boolean timestamp = type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMPTZ;
        try {
            if (timestamp && numberForm(data, from, to) == NumberForm.WHOLE) {
                number = Math.multiplyExact(Long.parseLong(text(data, from, to)), MICROS_PER_MILLI);
                return true;
            }
            String text = text(data, from, to);
            number = timestamp
                    ? TemporalText.parseTimestamp(text)
                    : type.kind() == Kind.DATE ? TemporalText.parseDate(text) : TemporalText.parseTime(text);
            return true;
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return false;
        }
    }

    private @Nullable Object encoded(String text) {
        try {
            return type.kind() == Kind.UUID
                    ? UUID.fromString(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> true;
            case "false", "f", "no", "n", "0" -> false;
            default -> null;
        };
    }

    /// What kind of number JSON would take a text for.
    enum NumberForm {
        NONE,
        WHOLE,
        FRACTION,
        EXPONENT
    }

    /// The form of a number as JSON writes it: no leading zeros, no plus, digits on both sides of the point.
    static NumberForm numberForm(byte[] data, int from, int to) {
        if (to - from > LONGEST_NUMBER) {
            return NumberForm.NONE;
        }
        int whole = from < to && data[from] == '-' ? from + 1 : from;
        int at = digits(data, whole, to);
        if (at == whole || (data[whole] == '0' && at > whole + 1)) {
            return NumberForm.NONE;
        }
        var form = NumberForm.WHOLE;
        if (at < to && data[at] == '.') {
            int fraction = at + 1;
            at = digits(data, fraction, to);
            if (at == fraction) {
                return NumberForm.NONE;
            }
            form = NumberForm.FRACTION;
        }
        if (at < to && (data[at] == 'e' || data[at] == 'E')) {
            at++;
            int exponent = at < to && (data[at] == '-' || data[at] == '+') ? at + 1 : at;
            at = digits(data, exponent, to);
            if (at == exponent || at - exponent > LONGEST_EXPONENT) {
                return NumberForm.NONE;
            }
            form = NumberForm.EXPONENT;
        }
        return at == to ? form : NumberForm.NONE;
    }

    private static int digits(byte[] data, int from, int to) {
        int at = from;
        while (at < to && data[at] >= '0' && data[at] <= '9') {
            at++;
        }
        return at;
    }

    /// Whether bytes are a word in lower case, in any case of theirs.
    static boolean isWord(byte[] data, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((data[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int skipBlanks(byte[] data, int from, int to) {
        int at = from;
        while (at < to && (data[at] == ' ' || data[at] == '\t')) {
            at++;
        }
        return at;
    }

    static int skipBlanksBack(byte[] data, int from, int to) {
        int at = to;
        while (at > from && (data[at - 1] == ' ' || data[at - 1] == '\t')) {
            at--;
        }
        return at;
    }

    static String text(byte[] data, int from, int to) {
        return new String(data, from, to - from, StandardCharsets.UTF_8);
    }
}

package io.alluvium.format;

import static io.alluvium.format.JsonScan.UNSURE;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/// Reads the values of one column from bytes, as [JsonValueReader] does from Jackson's tokens. A value in a form
/// that it does not know, or that does not fit, it is UNSURE about.
final class JsonField {

    private static final long MICROS_PER_MILLI = 1000;
    private static final int MOST_DIGITS = 18;
    private static final long[] POWERS = new long[MOST_DIGITS + 1];
    /// The powers of ten that a double holds exactly.
    private static final double[] EXACT_POWERS = new double[23];
    private static final long GREATEST_EXACT = 1L << 53;
    private static final int UUID_LENGTH = 36;

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
        for (int i = 0; i < EXACT_POWERS.length; i++) {
            EXACT_POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    final JsonFieldName name;
    private final ColumnType type;
    private final ColumnType.Kind kind;
    private final boolean wide;
    private final int scale;
    private final long greatestUnscaled;

    JsonField(String name, ColumnType type) {
        this.name = new JsonFieldName(name);
        this.type = type;
        this.kind = type.kind();
        this.wide = type.storage() == Storage.OBJECT;
        this.scale = type.scale();
        this.greatestUnscaled = POWERS[Math.min(type.precision(), MOST_DIGITS)] - 1;
    }

    /// Reads the value at a place, which is not null, into a row.
    ///
    /// @return the place behind it, or UNSURE
    int read(byte[] bytes, int at, Vector target, int row) {
        return switch (kind) {
            case VARCHAR -> text(bytes, at, target, row);
            case BIGINT -> whole(bytes, at, target, row, Long.MIN_VALUE, Long.MAX_VALUE, 1);
            case INTEGER -> whole(bytes, at, target, row, Integer.MIN_VALUE, Integer.MAX_VALUE, 1);
            case DECIMAL -> wide ? wideDecimal(bytes, at, target, row) : decimal(bytes, at, target, row);
            case REAL, DOUBLE -> floating(bytes, at, target, row);
            case BOOLEAN -> flag(bytes, at, target, row);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> temporal(bytes, at, target, row);
            case UUID, BYTEA -> encoded(bytes, at, target, row);
            case JSON -> json(bytes, at, target, row);
        };
    }

    private static int text(byte[] bytes, int at, Vector target, int row) {
        if (bytes[at] != '"') {
            // The text of a number or a boolean is what stands there; of anything else it would not be one.
            int end = JsonScan.scalar(bytes, at);
            if (end != UNSURE) {
                target.setUtf8(row, bytes, at, end - at);
            }
            return end;
        }
        int end = JsonScan.text(bytes, at + 1);
        if (end < UNSURE) {
            return escapedText(bytes, at + 1, ~end, target, row);
        }
        if (end == UNSURE) {
            return UNSURE;
        }
        target.setUtf8(row, bytes, at + 1, end - at - 1);
        return end + 1;
    }

    private static int escapedText(byte[] bytes, int from, int escape, Vector target, int row) {
        int end = JsonScan.escapedText(bytes, from, escape);
        if (end == UNSURE) {
            return UNSURE;
        }
        byte[] plain = new byte[end - from];
        int length = JsonEscapes.resolve(bytes, from, end, plain);
        if (length == UNSURE) {
            return UNSURE;
        }
        target.setUtf8(row, plain, 0, length);
        return end + 1;
    }

    private static int whole(byte[] bytes, int at, Vector target, int row, long least, long greatest, long unit) {
        boolean negative = bytes[at] == '-';
        int from = negative ? at + 1 : at;
        int end = from;
        long value = 0;
        int count;
        do {
            long digits = JsonScan.leadingDigits(JsonScan.word(bytes, end));
            count = (int) digits & 0xF;
            value = value * POWERS[count] + (digits >>> 4);
            end += count;
        } while (count == 8 && end - from <= MOST_DIGITS);
        if (isNoNumber(bytes, from, end)) {
            return UNSURE;
        }
        value = negative ? -value : value;
        if (value < least || value > greatest) {
            return UNSURE;
        }
        target.setLong(row, value * unit);
        return end;
    }

    /// Whether there are no digits, more than are read, or a zero before others.
    private static boolean isNoNumber(byte[] bytes, int from, int end) {
        int digits = end - from;
        return digits == 0 || digits > MOST_DIGITS || (digits > 1 && bytes[from] == '0');
    }

    /// A number with all its digits, also within quotes.
    private int decimal(byte[] bytes, int at, Vector target, int row) {
        boolean quoted = bytes[at] == '"';
        int start = quoted ? at + 1 : at;
        boolean negative = JsonScan.is(bytes, start, '-');
        int from = negative ? start + 1 : start;
        int end = from;
        long value = 0;
        int count;
        do {
            long digits = JsonScan.leadingDigits(JsonScan.word(bytes, end));
            count = (int) digits & 0xF;
            value = value * POWERS[count] + (digits >>> 4);
            end += count;
        } while (count == 8 && end - from <= MOST_DIGITS);
        if (isNoNumber(bytes, from, end)) {
            return UNSURE;
        }
        int room = MOST_DIGITS - (value == 0 ? 0 : end - from);
        int decimals = 0;
        if (JsonScan.is(bytes, end, '.')) {
            int point = end;
            do {
                long digits = JsonScan.leadingDigits(JsonScan.word(bytes, end + 1));
                count = (int) digits & 0xF;
                end += count;
                if (end - point > room) {
                    return UNSURE;
                }
                value = value * POWERS[count] + (digits >>> 4);
            } while (count == 8);
            decimals = end - point;
            if (decimals == 0) {
                return UNSURE;
            }
            end++;
        }
        if (decimals > scale) {
            long beyond = POWERS[decimals - scale];
            if (value % beyond != 0) {
                return UNSURE;
            }
            value /= beyond;
        } else if (scale > room) {
            return UNSURE;
        } else {
            value *= POWERS[scale - decimals];
        }
        if (value > greatestUnscaled || (quoted && !JsonScan.is(bytes, end, '"'))) {
            return UNSURE;
        }
        target.setLong(row, negative ? -value : value);
        return quoted ? end + 1 : end;
    }

    private int wideDecimal(byte[] bytes, int at, Vector target, int row) {
        int end = JsonScan.number(bytes, at);
        if (end == UNSURE) {
            return UNSURE;
        }
        BigDecimal value = DecimalText.exact(new String(bytes, at, end - at, StandardCharsets.ISO_8859_1), type);
        if (value == null) {
            return UNSURE;
        }
        target.setDecimal(row, value);
        return end;
    }

    /// A product or quotient of two numbers that doubles hold exactly is rounded once, so it is the double nearest
    /// to the digits (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990); others are parsed by the
    /// JDK.
    private int floating(byte[] bytes, int at, Vector target, int row) {
        int end = JsonScan.number(bytes, at);
        if (end == UNSURE) {
            return UNSURE;
        }
        boolean negative = bytes[at] == '-';
        long mantissa = 0;
        int digits = 0;
        int decimals = -1;
        for (int i = negative ? at + 1 : at; i < end; i++) {
            byte c = bytes[i];
            if (c == '.') {
                decimals = 0;
            } else if (c == 'e' || c == 'E' || digits == MOST_DIGITS) {
                return parsed(bytes, at, end, target, row);
            } else {
                mantissa = mantissa * 10 + (c - '0');
                digits++;
                decimals += decimals < 0 ? 0 : 1;
            }
        }
        if (decimals < 0) {
            set(target, row, (double) (negative ? -mantissa : mantissa));
            return end;
        }
        if (mantissa > GREATEST_EXACT) {
            return parsed(bytes, at, end, target, row);
        }
        double value = mantissa / EXACT_POWERS[decimals];
        set(target, row, negative ? -value : value);
        return end;
    }

    private int parsed(byte[] bytes, int at, int end, Vector target, int row) {
        String text = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
        if (text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
            return UNSURE;
        }
        set(target, row, Double.parseDouble(text));
        return end;
    }

    private void set(Vector target, int row, double value) {
        target.setDouble(row, kind == ColumnType.Kind.REAL ? (float) value : value);
    }

    private static int flag(byte[] bytes, int at, Vector target, int row) {
        boolean yes = JsonScan.isTrue(bytes, at);
        if (!yes && !JsonScan.isFalse(bytes, at)) {
            return UNSURE;
        }
        target.setBoolean(row, yes);
        return yes ? at + 4 : at + 5;
    }

    private int temporal(byte[] bytes, int at, Vector target, int row) {
        boolean timestamp = kind == ColumnType.Kind.TIMESTAMP || kind == ColumnType.Kind.TIMESTAMPTZ;
        if (bytes[at] != '"') {
            return timestamp ? whole(bytes, at, target, row, Long.MIN_VALUE, Long.MAX_VALUE, MICROS_PER_MILLI) : UNSURE;
        }
        int end = JsonScan.text(bytes, at + 1);
        if (end < 0) {
            return UNSURE;
        }
        long value = timestamp
                ? TemporalBytes.timestamp(bytes, at + 1, end)
                : kind == ColumnType.Kind.DATE
                        ? TemporalBytes.date(bytes, at + 1, end)
                        : TemporalBytes.time(bytes, at + 1, end);
        if (value == TemporalBytes.UNKNOWN) {
            return UNSURE;
        }
        target.setLong(row, value);
        return end + 1;
    }

    private int encoded(byte[] bytes, int at, Vector target, int row) {
        int end = bytes[at] == '"' ? JsonScan.text(bytes, at + 1) : UNSURE;
        if (end < 0) {
            return UNSURE;
        }
        try {
            if (kind == ColumnType.Kind.BYTEA) {
                target.setObject(row, Base64.getDecoder().decode(Arrays.copyOfRange(bytes, at + 1, end)));
            } else if (end - at - 1 == UUID_LENGTH) {
                target.setObject(row, UUID.fromString(new String(bytes, at + 1, UUID_LENGTH, StandardCharsets.UTF_8)));
            } else {
                return UNSURE;
            }
            return end + 1;
        } catch (IllegalArgumentException e) {
            return UNSURE;
        }
    }

    private static int json(byte[] bytes, int at, Vector target, int row) {
        int end;
        if (bytes[at] == '"') {
            int quote = JsonScan.text(bytes, at + 1);
            end = quote < 0 ? UNSURE : quote + 1;
        } else {
            end = JsonScan.value(bytes, at);
        }
        if (end == UNSURE) {
            return UNSURE;
        }
        for (int i = at; i < end; i++) {
            // Control characters are there as white space alone, and a value stays on one line.
            if (bytes[i] >= 0 && bytes[i] < ' ') {
                bytes[i] = ' ';
            }
        }
        target.setUtf8(row, bytes, at, end - at);
        return end;
    }
}

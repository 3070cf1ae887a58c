package io.alluvium.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Dates and times as ISO-8601 text and as the numbers that columns hold: days since 1970-01-01, microseconds of
/// the day, microseconds since 1970-01-01T00:00Z.
public final class TemporalText {

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final int FRACTION_DIGITS = 6;

    private TemporalText() {}

    /// Reads `2026-03-01`.
    ///
    /// @throws DateTimeException when it is not a date
    public static long parseDate(CharSequence text) {
        var cursor = new Cursor(text);
        long days = cursor.date();
        cursor.end();
        return days;
    }

    /// Reads `12:30`, `12:30:15`, `12:30:15.123456`.
    public static long parseTime(CharSequence text) {
        var cursor = new Cursor(text);
        long micros = cursor.time();
        cursor.end();
        return micros;
    }

    /// Reads a date, or a date and a time with `T` or a space between them; with an offset it is turned into UTC,
    /// without one it stands as it is.
    public static long parseTimestamp(CharSequence text) {
        var cursor = new Cursor(text);
        long micros = Math.multiplyExact(cursor.date(), MICROS_PER_DAY);
        if (!cursor.atEnd()) {
            cursor.separator();
            micros = Math.addExact(micros, cursor.time());
            micros -= cursor.offsetSeconds() * MICROS_PER_SECOND;
        }
        cursor.end();
        return micros;
    }

    public static String formatDate(long days) {
        return LocalDate.ofEpochDay(days).toString();
    }

    public static String formatTime(long micros) {
        LocalTime time = LocalTime.ofNanoOfDay(micros * 1000);
        return time.getSecond() == 0 && time.getNano() == 0 ? time + ":00" : time.toString();
    }

    /// `2026-03-01T12:30:15.5`, without an offset.
    public static String formatTimestamp(long micros) {
        long days = Math.floorDiv(micros, MICROS_PER_DAY);
        return formatDate(days) + "T" + formatTime(Math.floorMod(micros, MICROS_PER_DAY));
    }

    /// `2026-03-01T12:30:15.5Z`.
    public static String formatTimestampUtc(long micros) {
        return formatTimestamp(micros) + "Z";
    }

    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /// Reads a text from left to right.
    private static final class Cursor {
        private final CharSequence text;
        private int at;

        Cursor(CharSequence text) {
            this.text = text;
        }

        boolean atEnd() {
            return at == text.length();
        }

        long date() {
            int year = digits(4);
            expect('-');
            int month = digits(2);
            expect('-');
            return LocalDate.of(year, month, digits(2)).toEpochDay();
        }

        long time() {
            int hour = digits(2);
            expect(':');
            int minute = digits(2);
            int second = 0;
            long fraction = 0;
            if (peek() == ':') {
                at++;
                second = digits(2);
                if (peek() == '.' || peek() == ',') {
                    at++;
                    fraction = fraction();
                }
            }
            LocalTime time = LocalTime.of(hour, minute, second);
            return time.toSecondOfDay() * MICROS_PER_SECOND + fraction;
        }

        private long fraction() {
            int start = at;
            long value = 0;
            while (isDigit(peek())) {
                if (at - start < FRACTION_DIGITS) {
                    value = value * 10 + (peek() - '0');
                }
                at++;
            }
            if (at == start) {
                throw wrong();
            }
            for (int digits = at - start; digits < FRACTION_DIGITS; digits++) {
                value *= 10;
            }
            return value;
        }

        /// Reads nothing, `Z`, `+02`, `+0200` or `+02:00`.
        long offsetSeconds() {
            if (peek() == ' ') {
                at++;
            }
            char sign = peek();
            if (sign == 'Z' || sign == 'z') {
                at++;
                return 0;
            }
            if (sign != '+' && sign != '-') {
                return 0;
            }
            at++;
            int hours = digits(2);
            int minutes = 0;
            if (peek() == ':') {
                at++;
            }
            if (isDigit(peek())) {
                minutes = digits(2);
            }
            return ZoneOffset.ofHoursMinutes(sign == '-' ? -hours : hours, sign == '-' ? -minutes : minutes)
                    .getTotalSeconds();
        }

        void separator() {
            char separator = peek();
            if (separator != 'T' && separator != 't' && separator != ' ') {
                throw wrong();
            }
            at++;
        }

        void end() {
            if (!atEnd()) {
                throw wrong();
            }
        }

        private int digits(int count) {
            int value = 0;
            for (int i = 0; i < count; i++) {
                char c = peek();
                if (!isDigit(c)) {
                    throw wrong();
                }
                value = value * 10 + (c - '0');
                at++;
            }
            return value;
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw wrong();
            }
            at++;
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private DateTimeException wrong() {
            return new DateTimeException("'" + text + "' is not an ISO-8601 date or time");
        }
    }
}

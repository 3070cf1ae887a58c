package io.alluvium.format;

/// Dates and times as ISO-8601 in ASCII, in their usual forms; those of [TemporalText] that are rare, and what is
/// no date or time, are [#UNKNOWN].
final class TemporalBytes {

    static final long UNKNOWN = Long.MIN_VALUE;

    private static final int DATE_LENGTH = 10;
    private static final int FRACTION_DIGITS = 6;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final int DAYS_PER_ERA = 146_097;
    private static final int DAYS_BEFORE_1970 = 719_468;
    private static final int GREATEST_OFFSET_HOURS = 17;

    private TemporalBytes() {}

    /// Reads `2026-03-01`.
    static long date(byte[] bytes, int from, int to) {
        return to - from == DATE_LENGTH ? days(bytes, from) : UNKNOWN;
    }

    /// Reads `12:30`, `12:30:15`, `12:30:15.123456`.
    static long time(byte[] bytes, int from, int to) {
        int end = timeEnd(bytes, from, to);
        return end == to ? micros(bytes, from, to) : UNKNOWN;
    }

    /// Reads a date, or a date and a time with `T` or a space between them and nothing, `Z` or `+02:00` behind it.
    static long timestamp(byte[] bytes, int from, int to) {
        if (to - from < DATE_LENGTH) {
            return UNKNOWN;
        }
        long days = days(bytes, from);
        if (days == UNKNOWN || to - from == DATE_LENGTH) {
            return days == UNKNOWN ? UNKNOWN : days * MICROS_PER_DAY;
        }
        int start = from + DATE_LENGTH;
        if (bytes[start] != 'T' && bytes[start] != ' ') {
            return UNKNOWN;
        }
        int end = timeEnd(bytes, start + 1, to);
        long micros = micros(bytes, start + 1, end);
        long offset = offset(bytes, end, to);
        return micros == UNKNOWN || offset == UNKNOWN ? UNKNOWN : days * MICROS_PER_DAY + micros - offset;
    }

    /// Where the digits, colons and the point of a time end.
    private static int timeEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && ((bytes[at] >= '0' && bytes[at] <= ':') || bytes[at] == '.')) {
            at++;
        }
        return at;
    }

    private static long micros(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < 5 || length == 6 || length == 7 || bytes[from + 2] != ':') {
            return UNKNOWN;
        }
        int hour = twoDigits(bytes, from);
        int minute = twoDigits(bytes, from + 3);
        int second = 0;
        long fraction = 0;
        if (length >= 8) {
            second = bytes[from + 5] == ':' ? twoDigits(bytes, from + 6) : -1;
            fraction = length == 8 ? 0 : fraction(bytes, from + 8, to);
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0) {
            return UNKNOWN;
        }
        return (hour * 3600L + minute * 60L + second) * MICROS_PER_SECOND + fraction;
    }

    /// What stands behind a point, in microseconds; digits beyond them are dropped.
    private static long fraction(byte[] bytes, int point, int to) {
        if (bytes[point] != '.' || point + 1 == to) {
            return UNKNOWN;
        }
        long value = 0;
        for (int i = 0; i < FRACTION_DIGITS; i++) {
            value = value * 10 + (point + 1 + i < to ? bytes[point + 1 + i] - '0' : 0);
        }
        for (int at = point + 1; at < to; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                return UNKNOWN;
            }
        }
        return value;
    }

    private static long offset(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length == 0 || (length == 1 && bytes[from] == 'Z')) {
            return 0;
        }
        if (length != 6 || (bytes[from] != '+' && bytes[from] != '-') || bytes[from + 3] != ':') {
            return UNKNOWN;
        }
        int hours = twoDigits(bytes, from + 1);
        int minutes = twoDigits(bytes, from + 4);
        if (hours < 0 || hours > GREATEST_OFFSET_HOURS || minutes < 0 || minutes > 59) {
            return UNKNOWN;
        }
        long micros = (hours * 3600L + minutes * 60L) * MICROS_PER_SECOND;
        return bytes[from] == '-' ? -micros : micros;
    }

    /// Days since 1970-01-01, by counting years from March (H. Hinnant, chrono-Compatible Low-Level Date
    /// Algorithms).
    private static long days(byte[] bytes, int at) {
        int century = twoDigits(bytes, at);
        int ofCentury = twoDigits(bytes, at + 2);
        int month = twoDigits(bytes, at + 5);
        int day = twoDigits(bytes, at + 8);
        if ((century | ofCentury | month | day) < 0 || bytes[at + 4] != '-' || bytes[at + 7] != '-') {
            return UNKNOWN;
        }
        int year = century * 100 + ofCentury;
        if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            return UNKNOWN;
        }
        int shifted = month > 2 ? year : year - 1;
        int era = Math.floorDiv(shifted, 400);
        int yearOfEra = shifted - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return (long) era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_1970;
    }

    private static int daysOf(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : DAYS[month - 1];
    }

    /// Their value, or -1 when these are no digits.
    private static int twoDigits(byte[] bytes, int at) {
        int tens = bytes[at] - '0';
        int ones = bytes[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}

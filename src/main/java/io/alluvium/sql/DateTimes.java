package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Dates and times as numbers (days, microseconds) and as the text that PostgreSQL writes and reads: ISO 8601 with
/// a space or `T` between date and time. Times without a zone are taken and written as UTC.
final class DateTimes {

    static final long MICROS_PER_SECOND = 1_000_000L;
    static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
    static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
    static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

    private static final Pattern TEXT = Pattern.compile(
            "(?:(-?\\d{4,6})-(\\d{1,2})-(\\d{1,2}))?(?:[T ]?\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?)?"
                    + "\\s*(Z|z|UTC|[+-]\\d{2}(?::?\\d{2})?)?");

    private DateTimes() {}

    static long parseDate(String text) {
        return Math.floorDiv(parse(text, ColumnType.DATE, false), MICROS_PER_DAY);
    }

    static long parseTime(String text) {
        Matcher parts = match(text, ColumnType.TIME);
        if (parts.group(4) == null) {
            throw invalid(text, ColumnType.TIME, null);
        }
        return timeOfDay(parts, text, ColumnType.TIME);
    }

    /// Microseconds since 1970; a zone in the text counts for TIMESTAMPTZ and is passed over for TIMESTAMP.
    static long parseTimestamp(String text, ColumnType type) {
        return parse(text, type, type.kind() == ColumnType.Kind.TIMESTAMPTZ);
    }

    private static long parse(String text, ColumnType type, boolean zoned) {
        Matcher parts = match(text, type);
        if (parts.group(1) == null) {
            throw invalid(text, type, null);
        }
        try {
            LocalDate date = LocalDate.of(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)));
            long micros = date.toEpochDay() * MICROS_PER_DAY;
            long time = parts.group(4) == null ? 0 : timeOfDay(parts, text, type);
            return micros + time - (zoned ? offset(parts.group(8)) : 0);
        } catch (DateTimeException e) {
            throw invalid(text, type, e);
        }
    }

    private static Matcher match(String text, ColumnType type) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw invalid(text, type, null);
        }
        return parts;
    }

    private static long timeOfDay(Matcher parts, String text, ColumnType type) {
        long hour = Long.parseLong(parts.group(4));
        long minute = Long.parseLong(parts.group(5));
        long second = parts.group(6) == null ? 0 : Long.parseLong(parts.group(6));
        boolean endOfDay = hour == 24 && minute == 0 && second == 0;
        if ((hour > 23 && !endOfDay) || minute > 59 || second > 59) {
            throw invalid(text, type, null);
        }
        return hour * MICROS_PER_HOUR
                + minute * MICROS_PER_MINUTE
                + second * MICROS_PER_SECOND
                + micros(parts.group(7));
    }

    /// The fraction of a second, rounded to microseconds.
    private static long micros(@Nullable String digits) {
        if (digits == null) {
            return 0;
        }
        long nanos = Long.parseLong((digits + "000000000").substring(0, 9));
        return (nanos + 500) / 1000;
    }

    private static long offset(@Nullable String zone) {
        if (zone == null || zone.length() < 3 || zone.equals("UTC")) {
            return 0;
        }
        long minutes = Long.parseLong(zone.substring(1, 3)) * 60;
        if (zone.length() > 3) {
            minutes += Long.parseLong(zone.substring(zone.length() - 2));
        }
        return (zone.charAt(0) == '-' ? -minutes : minutes) * MICROS_PER_MINUTE;
    }

    private static AlluviumException invalid(String text, ColumnType type, @Nullable Throwable cause) {
        String form = switch (type.kind()) {
            case DATE -> "2024-01-31";
            case TIME -> "13:45:00";
            default -> "2024-01-31 13:45:00";
        };
        return new AlluviumException(
                ErrorCode.INVALID_DATETIME,
                "'" + text + "' is no " + type.sql(),
                "write it like '" + form + "'",
                cause);
    }

    static String dateText(long days) {
        return LocalDate.ofEpochDay(days).toString();
    }

    static String timeText(long micros) {
        var out = new StringBuilder(15);
        appendTime(micros, out);
        return out.toString();
    }

    static String timestampText(long micros, boolean zoned) {
        var out = new StringBuilder(29);
        out.append(dateText(Math.floorDiv(micros, MICROS_PER_DAY))).append(' ');
        appendTime(Math.floorMod(micros, MICROS_PER_DAY), out);
        return out.append(zoned ? "+00" : "").toString();
    }

    private static void appendTime(long micros, StringBuilder out) {
        two(micros / MICROS_PER_HOUR, out).append(':');
        two(micros / MICROS_PER_MINUTE % 60, out).append(':');
        two(micros / MICROS_PER_SECOND % 60, out);
        long fraction = micros % MICROS_PER_SECOND;
        if (fraction != 0) {
            int digits = 6;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            String text = Long.toString(fraction);
            out.append('.').repeat('0', digits - text.length()).append(text);
        }
    }

    private static StringBuilder two(long value, StringBuilder out) {
        return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }
}

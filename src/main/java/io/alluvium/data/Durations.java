package io.alluvium.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as users write them: a decimal number and a unit, such as `2.5s`, `5m`, `1.5 hours` or `250ms`;
/// without a unit they are seconds.
public final class Durations {

    /// The longest duration that is accepted.
    public static final Duration MAX = Duration.ofDays(365);

    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([a-zA-Z]*)");
    private static final int MAX_CHARACTERS = 40;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("ms", MILLI),
            Map.entry("millis", MILLI),
            Map.entry("milliseconds", MILLI),
            Map.entry("", SECOND),
            Map.entry("s", SECOND),
            Map.entry("sec", SECOND),
            Map.entry("secs", SECOND),
            Map.entry("second", SECOND),
            Map.entry("seconds", SECOND),
            Map.entry("m", MINUTE),
            Map.entry("min", MINUTE),
            Map.entry("mins", MINUTE),
            Map.entry("minute", MINUTE),
            Map.entry("minutes", MINUTE),
            Map.entry("h", HOUR),
            Map.entry("hr", HOUR),
            Map.entry("hrs", HOUR),
            Map.entry("hour", HOUR),
            Map.entry("hours", HOUR),
            Map.entry("d", DAY),
            Map.entry("day", DAY),
            Map.entry("days", DAY));

    private Durations() {}

    /// @throws IllegalArgumentException with the text and the accepted forms when it is none of them, negative or
    ///     beyond 365 days
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (text.length() > MAX_CHARACTERS || !matcher.matches()) {
            throw rejected(text, "is not a duration");
        }
        Long unitNanos = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (unitNanos == null) {
            throw rejected(text, "has no unit that is known");
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNanos));
        if (nanos.compareTo(BigDecimal.valueOf(MAX.toNanos())) > 0) {
            throw rejected(text, "is longer than 365 days");
        }
        return Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /// The shortest exact form that [#parse(String)] reads back: `250ms`, `2.5s`, `5m`, `90s`, `1h`.
    public static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        } else if (nanos % DAY == 0) {
            return nanos / DAY + "d";
        } else if (nanos % HOUR == 0) {
            return nanos / HOUR + "h";
        } else if (nanos % MINUTE == 0) {
            return nanos / MINUTE + "m";
        } else if (Math.abs(nanos) >= SECOND) {
            return decimal(nanos, 9) + "s";
        }
        return decimal(nanos, 6) + "ms";
    }

    /// About as long, for people: `340ms`, `5.1s`, `2m 5s`, `3h 12m`. Not for parsing.
    public static String approximate(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 1_000) {
            return millis + "ms";
        } else if (millis < 60_000) {
            return decimal(Math.floorDiv(millis, 100), 1) + "s";
        } else if (millis < 3_600_000) {
            return joined(millis / 60_000, "m", millis / 1_000 % 60, "s");
        } else if (millis < 86_400_000) {
            return joined(millis / 3_600_000, "h", millis / 60_000 % 60, "m");
        }
        return joined(millis / 86_400_000, "d", millis / 3_600_000 % 24, "h");
    }

    private static String decimal(long unscaled, int scale) {
        return BigDecimal.valueOf(unscaled, scale).stripTrailingZeros().toPlainString();
    }

    private static String joined(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + " " + small + smallUnit;
    }

    private static IllegalArgumentException rejected(String text, String why) {
        String shown = text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) + "…" : text;
        return new IllegalArgumentException("'" + shown + "' " + why
                + "; accepted are a number and a unit of ms, s, m, h or d, such as 500ms, 2.5s, 5m, 1h, 1d,"
                + " or a number alone for seconds, from 0 to 365d");
    }
}

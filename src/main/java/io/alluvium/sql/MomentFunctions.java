package io.alluvium.sql;

import static io.alluvium.sql.AlluviumFunction.Argument.DOUBLE;
import static io.alluvium.sql.AlluviumFunction.Argument.TEXT;
import static io.alluvium.sql.AlluviumFunction.Argument.TIMESTAMP;

import io.alluvium.data.ColumnType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;

/// Functions of dates and times by their PostgreSQL names. Moments are taken as UTC.
final class MomentFunctions {

    private static final int YEARS_PER_DECADE = 10;
    private static final int YEARS_PER_CENTURY = 100;
    private static final int YEARS_PER_MILLENNIUM = 1000;

    private MomentFunctions() {}

    static List<AlluviumFunction> all() {
        return List.of(
                AlluviumFunction.named("DATE_TRUNC")
                        .arguments(TEXT, TIMESTAMP)
                        .gives(ColumnType.TIMESTAMP)
                        .by((in, row, out) ->
                                out.setLong(row, truncated(unit(in[0].getText(row)), in[1].getLong(row)))),
                AlluviumFunction.named("DATE_PART")
                        .arguments(TEXT, TIMESTAMP)
                        .gives(ColumnType.DOUBLE)
                        .by((in, row, out) -> out.setDouble(row, part(unit(in[0].getText(row)), in[1].getLong(row)))),
                AlluviumFunction.named("TO_TIMESTAMP")
                        .arguments(DOUBLE)
                        .gives(ColumnType.TIMESTAMPTZ)
                        .by((in, row, out) -> out.setLong(row, micros(in[0].getDouble(row)))));
    }

    private static long micros(double seconds) {
        double micros = seconds * DateTimes.MICROS_PER_SECOND;
        if (!(Math.abs(micros) < Long.MAX_VALUE)) {
            throw new AlluviumException(
                    ErrorCode.NUMERIC_OUT_OF_RANGE,
                    seconds + " seconds are out of range for a timestamp",
                    "TO_TIMESTAMP takes seconds since 1970.");
        }
        return Math.round(micros);
    }

    private static String unit(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    /// The start of the unit that the moment lies in; weeks begin on Monday.
    static long truncated(String unit, long micros) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(micros, DateTimes.MICROS_PER_DAY));
        return switch (unit) {
            case "microsecond", "microseconds" -> micros;
            case "millisecond", "milliseconds" -> floor(micros, 1_000);
            case "second", "seconds" -> floor(micros, DateTimes.MICROS_PER_SECOND);
            case "minute", "minutes" -> floor(micros, DateTimes.MICROS_PER_MINUTE);
            case "hour", "hours" -> floor(micros, DateTimes.MICROS_PER_HOUR);
            case "day", "days" -> floor(micros, DateTimes.MICROS_PER_DAY);
            case "week", "weeks" -> midnight(day.with(DayOfWeek.MONDAY));
            case "month", "months" -> midnight(day.withDayOfMonth(1));
            case "quarter", "quarters" -> midnight(day.with(IsoFields.DAY_OF_QUARTER, 1));
            case "year", "years" -> midnight(day.withDayOfYear(1));
            case "decade" -> midnight(startOfYears(day, YEARS_PER_DECADE, 0));
            case "century" -> midnight(startOfYears(day, YEARS_PER_CENTURY, 1));
            case "millennium" -> midnight(startOfYears(day, YEARS_PER_MILLENNIUM, 1));
            default -> throw unknown(unit);
        };
    }

    private static long floor(long micros, long unit) {
        return Math.floorDiv(micros, unit) * unit;
    }

    private static long midnight(LocalDate day) {
        return day.toEpochDay() * DateTimes.MICROS_PER_DAY;
    }

    private static LocalDate startOfYears(LocalDate day, int years, int first) {
        return LocalDate.of(Math.floorDiv(day.getYear() - first, years) * years + first, 1, 1);
    }

    /// One field of a moment, as EXTRACT gives it.
    static double part(String unit, long micros) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(micros, DateTimes.MICROS_PER_DAY));
        long time = Math.floorMod(micros, DateTimes.MICROS_PER_DAY);
        return switch (unit) {
            case "microsecond", "microseconds" -> (double) (time % DateTimes.MICROS_PER_MINUTE);
            case "millisecond", "milliseconds" -> time % DateTimes.MICROS_PER_MINUTE / 1e3;
            case "second", "seconds" -> time % DateTimes.MICROS_PER_MINUTE / 1e6;
            case "minute", "minutes" -> (double) (time / DateTimes.MICROS_PER_MINUTE % 60);
            case "hour", "hours" -> (double) Math.floorDiv(time, DateTimes.MICROS_PER_HOUR);
            case "day", "days" -> day.getDayOfMonth();
            case "dow" -> day.getDayOfWeek().getValue() % 7;
            case "isodow" -> day.getDayOfWeek().getValue();
            case "doy" -> day.getDayOfYear();
            case "week", "weeks" -> day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case "month", "months" -> day.getMonthValue();
            case "quarter", "quarters" -> day.get(IsoFields.QUARTER_OF_YEAR);
            case "year", "years" -> day.getYear();
            case "isoyear" -> day.get(IsoFields.WEEK_BASED_YEAR);
            case "decade" -> Math.floorDiv(day.getYear(), YEARS_PER_DECADE);
            case "century" -> Math.floorDiv(day.getYear() - 1, YEARS_PER_CENTURY) + 1;
            case "millennium" -> Math.floorDiv(day.getYear() - 1, YEARS_PER_MILLENNIUM) + 1;
            case "epoch" -> micros / 1e6;
            default -> throw unknown(unit);
        };
    }

    private static AlluviumException unknown(String unit) {
        return new AlluviumException(
                ErrorCode.INVALID_PARAMETER,
                "there is no unit of time '" + unit + "'",
                "Units are microseconds, milliseconds, second, minute, hour, day, week, month, quarter, year, decade,"
                        + " century, millennium; a part may also be dow, isodow, doy, isoyear and epoch.");
    }
}

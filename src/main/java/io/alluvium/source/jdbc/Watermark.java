package io.alluvium.source.jdbc;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Durations;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value of the column that grows with each change, as the database compares it.
sealed interface Watermark {

    record Whole(long value) implements Watermark {}

    record Exact(BigDecimal value) implements Watermark {}

    record Day(LocalDate value) implements Watermark {}

    record Local(LocalDateTime value) implements Watermark {}

    record Moment(OffsetDateTime value) implements Watermark {}

    /// Compared as text; SQLite's times are such.
    record Text(String value) implements Watermark {

        Optional<LocalDateTime> time() {
            try {
                return value.length() == 10
                        ? Optional.of(LocalDate.parse(value).atStartOfDay())
                        : value.length() >= 19
                                ? Optional.of(LocalDateTime.parse(value.substring(0, 10) + "T" + value.substring(11)))
                                : Optional.empty();
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }

        /// In the form that this text has, so that both compare as times do.
        Text lessTime(Optional<String> overlap) {
            return time().map(time -> {
                        LocalDateTime less = time.minus(duration(overlap, DEFAULT_OVERLAP));
                        return new Text(
                                value.length() == 10
                                        ? less.toLocalDate().toString()
                                        : SECONDS.format(less).replace('T', value.charAt(10)));
                    })
                    .orElse(this);
        }
    }

    /// What a column holds.
    enum Kind {
        WHOLE,
        EXACT,
        DAY,
        LOCAL,
        MOMENT,
        TEXT;

        /// @throws AlluviumException CONFIGURATION for a type whose values do not grow
        static Kind of(String column, ColumnType type, Dialect dialect) {
            return switch (type.kind()) {
                case INTEGER, BIGINT -> WHOLE;
                case DECIMAL, REAL, DOUBLE -> EXACT;
                case DATE -> dialect == Dialect.SQLITE ? TEXT : DAY;
                case TIMESTAMP -> dialect == Dialect.SQLITE ? TEXT : LOCAL;
                case TIMESTAMPTZ -> dialect == Dialect.MARIADB ? LOCAL : MOMENT;
                case VARCHAR -> TEXT;
                case BOOLEAN, BYTEA, TIME, UUID, JSON ->
                    throw new AlluviumException(
                            ErrorCode.CONFIGURATION,
                            "jdbc.incremental.column = '" + column + "' is " + type + ", which does not grow",
                            "Name a column of times or numbers that grow with each change, or use \"jdbc.mode\" ="
                                    + " 'snapshot'.");
            };
        }
    }

    /// Reads the value of a row; empty for NULL.
    static Optional<Watermark> read(ResultSet row, int index, Kind kind) throws SQLException {
        Watermark read = switch (kind) {
            case WHOLE -> {
                long value = row.getLong(index);
                yield row.wasNull() ? null : new Whole(value);
            }
            case EXACT -> exact(row.getBigDecimal(index));
            case DAY -> {
                LocalDate value = row.getObject(index, LocalDate.class);
                yield value == null ? null : new Day(value);
            }
            case LOCAL -> {
                LocalDateTime value = row.getObject(index, LocalDateTime.class);
                yield value == null ? null : new Local(value);
            }
            case MOMENT -> {
                OffsetDateTime value = row.getObject(index, OffsetDateTime.class);
                yield value == null ? null : new Moment(value.withOffsetSameInstant(ZoneOffset.UTC));
            }
            case TEXT ->
                switch (row.getObject(index)) {
                    case null -> null;
                    case Long l -> new Whole(l);
                    case Integer i -> new Whole(i);
                    case Double d -> new Exact(BigDecimal.valueOf(d));
                    case Object other -> new Text(String.valueOf(row.getString(index)));
                };
        };
        return Optional.ofNullable(read);
    }

    private static @Nullable Watermark exact(@Nullable BigDecimal value) {
        return value == null ? null : new Exact(value);
    }

    /// Sets the value in a comparison.
    default void bind(PreparedStatement statement, int index) throws SQLException {
        switch (this) {
            case Whole w -> statement.setLong(index, w.value);
            case Exact e -> statement.setBigDecimal(index, e.value);
            case Day d -> statement.setObject(index, d.value);
            case Local l -> statement.setObject(index, l.value);
            case Moment m -> statement.setObject(index, m.value);
            case Text t -> statement.setString(index, t.value);
        }
    }

    /// A number that grows as the value does, so that what lies far enough back can be told: microseconds for
    /// times, days for dates, else the number itself, rounded down. Texts that are no times have none.
    default Optional<Long> rank() {
        return switch (this) {
            case Whole w -> Optional.of(w.value);
            case Exact e -> Optional.of(e.value.setScale(0, RoundingMode.FLOOR).longValue());
            case Day d -> Optional.of(d.value.toEpochDay());
            case Local l -> Optional.of(micros(l.value));
            case Moment m -> Optional.of(micros(m.value.toLocalDateTime()));
            case Text t -> t.time().map(Watermark::micros);
        };
    }

    /// Whether this value is greater, as far as that can be told here: texts by their code units, and above
    /// numbers.
    default boolean isAfter(Watermark other) {
        return switch (this) {
            case Whole w ->
                switch (other) {
                    case Whole o -> w.value > o.value;
                    case Exact o -> BigDecimal.valueOf(w.value).compareTo(o.value) > 0;
                    default -> false;
                };
            case Exact e ->
                switch (other) {
                    case Exact o -> e.value.compareTo(o.value) > 0;
                    case Whole o -> e.value.compareTo(BigDecimal.valueOf(o.value)) > 0;
                    default -> false;
                };
            case Day d -> other instanceof Day o && d.value.isAfter(o.value);
            case Local l -> other instanceof Local o && l.value.isAfter(o.value);
            case Moment m -> other instanceof Moment o && m.value.isAfter(o.value);
            case Text t -> !(other instanceof Text o) || t.value.compareTo(o.value) > 0;
        };
    }

    private static long micros(LocalDateTime value) {
        return ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), value);
    }

    /// This value less an overlap: as `jdbc.overlap` has it, or the default where it is empty.
    ///
    /// @throws AlluviumException CONFIGURATION when the overlap does not go with the column
    default Watermark less(Optional<String> overlap) {
        return switch (this) {
            case Whole w -> new Whole(lessExact(w.value, number(overlap)));
            case Exact e -> new Exact(e.value.subtract(BigDecimal.valueOf(number(overlap))));
            case Day d ->
                new Day(d.value.minusDays(duration(overlap, Duration.ZERO)
                        .plusDays(1)
                        .minusNanos(1)
                        .toDays()));
            case Local l -> new Local(l.value.minus(duration(overlap, DEFAULT_OVERLAP)));
            case Moment m -> new Moment(m.value.minus(duration(overlap, DEFAULT_OVERLAP)));
            case Text t -> t.lessTime(overlap);
        };
    }

    Duration DEFAULT_OVERLAP = Duration.ofSeconds(10);
    DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private static long number(Optional<String> overlap) {
        if (overlap.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(overlap.get().strip());
        } catch (NumberFormatException e) {
            throw misfit(overlap.get(), "of numbers: a whole number, such as 1000", e);
        }
    }

    private static long lessExact(long value, long overlap) {
        return value < Long.MIN_VALUE + overlap ? Long.MIN_VALUE : value - overlap;
    }

    private static Duration duration(Optional<String> overlap, Duration otherwise) {
        if (overlap.isEmpty()) {
            return otherwise;
        }
        try {
            return overlap.get().strip().equals("0") ? Duration.ZERO : Durations.parse(overlap.get());
        } catch (IllegalArgumentException e) {
            throw misfit(overlap.get(), "of times: a duration, such as 10s", e);
        }
    }

    private static AlluviumException misfit(String overlap, String wanted, Exception cause) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "jdbc.overlap = '" + overlap + "' does not go with jdbc.incremental.column",
                "That is a column " + wanted + ".",
                cause);
    }

    /// As it is kept in a position: the kind and the value.
    default String text() {
        return switch (this) {
            case Whole w -> "WHOLE " + w.value;
            case Exact e -> "EXACT " + e.value;
            case Day d -> "DAY " + d.value;
            case Local l -> "LOCAL " + l.value;
            case Moment m -> "MOMENT " + m.value;
            case Text t -> "TEXT " + t.value;
        };
    }

    /// Reads what [#text()] wrote.
    ///
    /// @throws AlluviumException POSITION_LOST when it is none
    static Watermark parse(String text) {
        int space = text.indexOf(' ');
        try {
            String value = text.substring(space + 1);
            return switch (Kind.valueOf(text.substring(0, space))) {
                case WHOLE -> new Whole(Long.parseLong(value));
                case EXACT -> new Exact(new BigDecimal(value));
                case DAY -> new Day(LocalDate.parse(value));
                case LOCAL -> new Local(LocalDateTime.parse(value));
                case MOMENT -> new Moment(OffsetDateTime.parse(value));
                case TEXT -> new Text(value);
            };
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST,
                    "the position '" + text + "' is none that this version knows",
                    "The table is loaded again from its start.",
                    e);
        }
    }
}

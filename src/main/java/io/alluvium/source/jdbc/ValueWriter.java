package io.alluvium.source.jdbc;

import io.alluvium.format.JsonRowWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the values of one column as fields of JSON rows, NULL as none.
@FunctionalInterface
interface ValueWriter {

    /// @throws SQLException of class 22 when JSON or the table's types cannot hold the value
    void write(ResultSet row, int index, byte[] name, JsonRowWriter out) throws SQLException;

    ValueWriter WHOLE = (row, index, name, out) -> {
        long value = row.getLong(index);
        if (!row.wasNull()) {
            out.name(name);
            out.number(value);
        }
    };

    ValueWriter FLAG = (row, index, name, out) -> {
        boolean value = row.getBoolean(index);
        if (!row.wasNull()) {
            out.name(name);
            out.flag(value);
        }
    };

    ValueWriter REAL = (row, index, name, out) -> {
        float value = row.getFloat(index);
        if (!row.wasNull()) {
            out.name(name);
            out.number(value);
        }
    };

    ValueWriter DOUBLE = (row, index, name, out) -> {
        double value = row.getDouble(index);
        if (!row.wasNull()) {
            out.name(name);
            out.number(value);
        }
    };

    ValueWriter DECIMAL = (row, index, name, out) -> {
        BigDecimal value = row.getBigDecimal(index);
        if (value != null) {
            out.name(name);
            out.number(value);
        }
    };

    /// Whole numbers of which the driver only gives digits.
    ValueWriter DIGITS = (row, index, name, out) -> {
        String value = row.getString(index);
        if (value != null) {
            out.name(name);
            out.number(new BigDecimal(value));
        }
    };

    ValueWriter TEXT = (row, index, name, out) -> {
        String value = row.getString(index);
        if (value != null) {
            out.name(name);
            out.text(value);
        }
    };

    ValueWriter JSON = (row, index, name, out) -> {
        String value = row.getString(index);
        if (value != null) {
            out.name(name);
            out.json(value);
        }
    };

    ValueWriter BYTES = (row, index, name, out) -> {
        byte[] value = row.getBytes(index);
        if (value != null) {
            out.name(name);
            out.base64(value);
        }
    };

    ValueWriter DATE = (row, index, name, out) -> {
        LocalDate value = row.getObject(index, LocalDate.class);
        if (value != null) {
            checkYear(value.getYear());
            out.name(name);
            out.date(value);
        }
    };

    Pattern TIME_OF_DAY = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?");

    ValueWriter TIME = (row, index, name, out) -> {
        String value = row.getString(index);
        if (value != null) {
            if (!TIME_OF_DAY.matcher(value).matches()) {
                throw new SQLDataException("'" + value + "' is no time of a day", "22008");
            }
            out.name(name);
            out.text(value);
        }
    };

    ValueWriter TIMESTAMP = (row, index, name, out) -> timestamp(row, index, name, out, false);

    /// A moment that the session shows in UTC.
    ValueWriter TIMESTAMP_IN_UTC = (row, index, name, out) -> timestamp(row, index, name, out, true);

    private static void timestamp(ResultSet row, int index, byte[] name, JsonRowWriter out, boolean utc)
            throws SQLException {
        LocalDateTime value = row.getObject(index, LocalDateTime.class);
        if (value != null) {
            checkYear(value.getYear());
            out.name(name);
            out.timestamp(value, utc);
        }
    }

    ValueWriter MOMENT = (row, index, name, out) -> {
        OffsetDateTime value = row.getObject(index, OffsetDateTime.class);
        if (value != null) {
            checkYear(value.getYear());
            out.name(name);
            out.timestamp(value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), true);
        }
    };

    private static void checkYear(int year) throws SQLException {
        if (year < 1 || year > 9998) {
            throw new SQLDataException("the date is infinite or outside the years 1 to 9998", "22008");
        }
    }

    ValueWriter ARRAY = (row, index, name, out) -> {
        Array value = row.getArray(index);
        if (value != null) {
            out.name(name);
            element(value.getArray(), out);
        }
    };

    /// SQLite has a type for each value, whatever the column is declared as.
    ValueWriter ANY = (row, index, name, out) -> any(row.getObject(index), name, out);

    ValueWriter ANY_FLAG = (row, index, name, out) -> {
        Object value = row.getObject(index);
        if (value instanceof Number number && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            out.name(name);
            out.flag(number.doubleValue() == 1);
        } else {
            any(value, name, out);
        }
    };

    /// Text in a column of bytes is its UTF-8.
    ValueWriter ANY_BYTES = (row, index, name, out) -> any(
            row.getObject(index) instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : row.getObject(index),
            name,
            out);

    private static void any(@Nullable Object value, byte[] name, JsonRowWriter out) throws SQLException {
        if (value != null) {
            out.name(name);
            element(value, out);
        }
    }

    private static void element(@Nullable Object value, JsonRowWriter out) throws SQLException {
        switch (value) {
            case null -> out.json("null");
            case Integer i -> out.number(i);
            case Long l -> out.number(l);
            case Short s -> out.number(s);
            case Byte b -> out.number(b);
            case Float f -> out.number(f);
            case Double d -> out.number(d);
            case Number n -> out.number(new BigDecimal(n.toString()));
            case Boolean b -> out.flag(b);
            case byte[] b -> out.base64(b);
            case Array a -> element(a.getArray(), out);
            case Object[] elements -> {
                out.structure('[');
                for (int i = 0; i < elements.length; i++) {
                    if (i > 0) {
                        out.structure(',');
                    }
                    element(elements[i], out);
                }
                out.structure(']');
            }
            case java.sql.Timestamp t -> out.text(t.toLocalDateTime().toString());
            case java.sql.Clob c -> out.text(c.getSubString(1, Math.toIntExact(c.length())));
            case java.sql.Blob b -> {
                try {
                    out.base64(b.getBinaryStream().readAllBytes());
                } catch (IOException e) {
                    throw new SQLException("a BLOB cannot be read", e);
                }
            }
            default -> out.text(value.toString());
        }
    }
}

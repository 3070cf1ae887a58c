package io.alluvium.serve.http;

import io.alluvium.data.Vector;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;

/// A value as text, where an answer is not JSON: times are ISO-8601 in UTC, numbers have all their digits,
/// bytes are base64.
final class ValueText {

    private ValueText() {}

    /// The value of a row that is not NULL.
    static String of(Vector vector, int row) {
        return switch (vector.type().kind()) {
            case BOOLEAN -> vector.getBoolean(row) ? "true" : "false";
            case INTEGER, BIGINT -> Long.toString(vector.getLong(row));
            case REAL -> Float.toString((float) vector.getDouble(row));
            case DOUBLE -> Double.toString(vector.getDouble(row));
            case DECIMAL -> vector.getDecimal(row).toPlainString();
            case VARCHAR, JSON -> vector.getText(row);
            case BYTEA -> Base64.getEncoder().encodeToString((byte[]) vector.getObject(row));
            case UUID -> Objects.toString(vector.getObject(row));
            case DATE -> LocalDate.ofEpochDay(vector.getLong(row)).toString();
            case TIME -> DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(vector.getLong(row) * 1000));
            case TIMESTAMP, TIMESTAMPTZ ->
                Instant.EPOCH.plus(vector.getLong(row), ChronoUnit.MICROS).toString();
        };
    }
}

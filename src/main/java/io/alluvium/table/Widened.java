package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Values in a wider type: numbers as wider numbers, anything as text or JSON.
public final class Widened {

    private static final long MICROS_PER_SECOND = 1_000_000;

    private Widened() {}

    /// Whether every value of `type` has a form in `wider`.
    public static boolean isPossible(ColumnType type, ColumnType wider) {
        if (type.equals(wider)) {
            return true;
        }
        return switch (wider.kind()) {
            case BIGINT -> type.kind() == Kind.INTEGER;
            case DECIMAL ->
                switch (type.kind()) {
                    case INTEGER -> wider.precision() - wider.scale() >= 10;
                    case BIGINT -> wider.precision() - wider.scale() >= 19;
                    case DECIMAL ->
                        wider.scale() >= type.scale()
                                && wider.precision() - wider.scale() >= type.precision() - type.scale();
                    default -> false;
                };
            case REAL, DOUBLE -> type.isNumeric();
            case VARCHAR, JSON -> true;
            case TIMESTAMP -> type.kind() == Kind.DATE;
            case INTEGER, BOOLEAN, DATE, TIME, TIMESTAMPTZ, UUID, BYTEA -> false;
        };
    }

    /// A column of a chunk in a wider type.
    static ColumnData copy(ColumnData source, int rows, ColumnType wider) {
        ColumnData target = ColumnData.create(wider, null, null);
        var narrow = new Vector(source.type, 1);
        var vector = new Vector(wider, 1);
        int[] first = {0};
        for (int row = 0; row < rows; row++) {
            if (source.isNull(row)) {
                vector.setNull(0);
            } else {
                source.read(row, narrow, 0);
                convert(narrow, 0, vector, 0);
            }
            target.append(vector, first, 1, row);
        }
        return target;
    }

    /// Stores a value that is not NULL in its wider form.
    public static void convert(Vector source, int row, Vector target, int targetRow) {
        switch (target.type().kind()) {
            case INTEGER, BIGINT -> target.setLong(targetRow, source.getLong(row));
            case DECIMAL -> target.setDecimal(targetRow, decimal(source, row));
            case REAL, DOUBLE -> target.setDouble(targetRow, number(source, row));
            case VARCHAR -> target.setObject(targetRow, text(source, row));
            case JSON -> target.setObject(targetRow, json(source, row));
            case TIMESTAMP -> target.setLong(targetRow, source.getLong(row) * 86_400 * MICROS_PER_SECOND);
            case BOOLEAN, DATE, TIME, TIMESTAMPTZ, UUID, BYTEA ->
                throw new IllegalStateException(source.type() + " cannot be widened to " + target.type());
        }
    }

    private static BigDecimal decimal(Vector source, int row) {
        ColumnType type = source.type();
        return type.storage() == Storage.OBJECT
                ? (BigDecimal) source.getObject(row)
                : BigDecimal.valueOf(source.getLong(row), type.scale());
    }

    private static double number(Vector source, int row) {
        return source.type().storage() == Storage.DOUBLE
                ? source.getDouble(row)
                : decimal(source, row).doubleValue();
    }

    private static String text(Vector source, int row) {
        return switch (source.type().kind()) {
            case BOOLEAN -> source.getLong(row) != 0 ? "true" : "false";
            case INTEGER, BIGINT -> Long.toString(source.getLong(row));
            case DECIMAL -> decimal(source, row).toPlainString();
            case REAL -> Float.toString((float) source.getDouble(row));
            case DOUBLE -> Double.toString(source.getDouble(row));
            case DATE -> LocalDate.ofEpochDay(source.getLong(row)).toString();
            case TIME -> LocalTime.ofNanoOfDay(source.getLong(row) * 1000).toString();
            case TIMESTAMP ->
                LocalDateTime.ofInstant(instant(source.getLong(row)), ZoneOffset.UTC)
                        .toString();
            case TIMESTAMPTZ -> instant(source.getLong(row)).toString();
            case VARCHAR, JSON, UUID -> source.getObject(row).toString();
            case BYTEA -> java.util.Base64.getEncoder().encodeToString((byte[]) source.getObject(row));
        };
    }

    private static String json(Vector source, int row) {
        return switch (source.type().kind()) {
            case JSON, BOOLEAN, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE -> text(source, row);
            case VARCHAR, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, BYTEA -> quoted(text(source, row));
        };
    }

    private static String quoted(String text) {
        var out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}

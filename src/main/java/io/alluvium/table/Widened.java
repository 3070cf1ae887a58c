package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Copies a column of a chunk into a wider type: numbers into wider numbers, anything into text or JSON.
final class Widened {

    private static final long MICROS_PER_SECOND = 1_000_000;

    private Widened() {}

    static ColumnData copy(ColumnData source, int rows, ColumnType wider) {
        ColumnData target = ColumnData.create(wider, null, null);
        var vector = new Vector(wider, 1);
        int[] first = {0};
        for (int row = 0; row < rows; row++) {
            if (source.isNull(row)) {
                vector.setNull(0);
            } else {
                convert(source, row, vector);
            }
            target.append(vector, first, 1, row);
        }
        return target;
    }

    private static void convert(ColumnData source, int row, Vector target) {
        switch (target.type().kind()) {
            case INTEGER, BIGINT -> target.setLong(0, source.getLong(row));
            case DECIMAL -> target.setDecimal(0, decimal(source, row));
            case REAL, DOUBLE -> target.setDouble(0, number(source, row));
            case VARCHAR -> target.setObject(0, text(source, row));
            case JSON -> target.setObject(0, json(source, row));
            case TIMESTAMP -> target.setLong(0, source.getLong(row) * 86_400 * MICROS_PER_SECOND);
            case BOOLEAN, DATE, TIME, TIMESTAMPTZ, UUID, BYTEA ->
                throw new IllegalStateException(source.type + " cannot be widened to " + target.type());
        }
    }

    private static BigDecimal decimal(ColumnData source, int row) {
        ColumnType type = source.type;
        return type.storage() == Storage.OBJECT
                ? (BigDecimal) source.getObject(row)
                : BigDecimal.valueOf(source.getLong(row), type.scale());
    }

    private static double number(ColumnData source, int row) {
        return source.type.storage() == Storage.DOUBLE
                ? source.getDouble(row)
                : decimal(source, row).doubleValue();
    }

    private static String text(ColumnData source, int row) {
        return switch (source.type.kind()) {
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

    private static String json(ColumnData source, int row) {
        return switch (source.type.kind()) {
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

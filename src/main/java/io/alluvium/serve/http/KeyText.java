package io.alluvium.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns a key as a request has it into the key's bytes. Made for one schema; used by one thread.
final class KeyText {

    private final List<Column> parts;
    private final boolean plainText;
    private final KeyCodec codec;
    private final RowBatch row;
    private final int[] places;

    KeyText(Schema schema, int[] keyColumns) {
        this.parts = IntStream.of(keyColumns).mapToObj(schema::column).toList();
        List<ColumnType> types = parts.stream().map(Column::type).toList();
        this.plainText = KeyCodec.isPlainText(types);
        this.codec = new KeyCodec(types);
        this.places = IntStream.range(0, keyColumns.length).toArray();
        var vectors = new ArrayList<Vector>();
        types.forEach(type -> vectors.add(new Vector(type, 1)));
        this.row = new RowBatch(vectors, 1);
    }

    /// The key whose parts stand in a path, still percent-encoded, from the segment `from` on.
    ///
    /// @throws AlluviumException SYNTAX_OF_KEY
    byte[] ofPath(List<String> segments, int from) {
        if (segments.size() - from != parts.size()) {
            throw wrongCount(segments.size() - from, "percent-encoded, / between them (a / inside a part is %2F)");
        }
        if (plainText) {
            return PathText.decode(segments.get(from)).getBytes(StandardCharsets.UTF_8);
        }
        for (int part = 0; part < parts.size(); part++) {
            set(part, PathText.decode(segments.get(from + part)));
        }
        return codec.encode(row, places, 0);
    }

    /// The key that a JSON value stands for: a value for a key of one column, else an array with a value a
    /// column.
    ///
    /// @throws AlluviumException SYNTAX_OF_KEY
    byte[] ofJson(JsonNode key) {
        if (parts.size() == 1) {
            set(0, key.isArray() && key.size() == 1 ? key.get(0) : key);
        } else {
            if (!key.isArray() || key.size() != parts.size()) {
                throw wrongCount(key.isArray() ? key.size() : 1, "in an array such as [\"a\", \"b\"]");
            }
            for (int part = 0; part < parts.size(); part++) {
                set(part, key.get(part));
            }
        }
        return codec.encode(row, places, 0);
    }

    private void set(int part, JsonNode value) {
        if (value.isNull()) {
            row.column(part).setNull(0);
        } else if (value.isContainerNode()) {
            throw invalid(part, value.toString(), null);
        } else {
            set(part, value.isBigDecimal() ? bounded(part, value.decimalValue()).toPlainString() : value.asText());
        }
    }

    private void set(int part, String text) {
        try {
            set(row.column(part), text, part);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw invalid(part, text, e);
        } catch (IllegalArgumentException e) {
            throw invalid(part, text, e);
        }
    }

    private void set(Vector vector, String text, int part) {
        ColumnType type = vector.type();
        switch (type.kind()) {
            case VARCHAR, JSON -> vector.setObject(0, text);
            case INTEGER -> vector.setLong(0, Integer.parseInt(text));
            case BIGINT -> vector.setLong(0, Long.parseLong(text));
            case BOOLEAN ->
                vector.setBoolean(
                        0,
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException("neither true nor false");
                        });
            case DECIMAL -> {
                BigDecimal value = bounded(part, new BigDecimal(text)).setScale(type.scale());
                if (value.precision() > type.precision()) {
                    throw new ArithmeticException("more than " + type.precision() + " digits");
                }
                vector.setDecimal(0, value);
            }
            case REAL -> vector.setDouble(0, Float.parseFloat(text));
            case DOUBLE -> vector.setDouble(0, Double.parseDouble(text));
            case BYTEA -> vector.setObject(0, Base64.getDecoder().decode(text));
            case UUID -> vector.setObject(0, UUID.fromString(text));
            case DATE -> vector.setLong(0, LocalDate.parse(text).toEpochDay());
            case TIME -> vector.setLong(0, LocalTime.parse(text).toNanoOfDay() / 1000);
            case TIMESTAMP, TIMESTAMPTZ -> vector.setLong(0, ChronoUnit.MICROS.between(Instant.EPOCH, instant(text)));
        }
    }

    /// A time with an offset, or in UTC where it has none; a blank may stand for the `T`.
    private static Instant instant(String text) {
        String iso = text.replace(' ', 'T');
        boolean hasOffset = iso.endsWith("Z") || iso.indexOf('+') > 0 || iso.lastIndexOf('-') > iso.indexOf('T');
        return hasOffset
                ? OffsetDateTime.parse(iso).toInstant()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }

    /// Refuses numbers whose exponent makes them longer than any column holds, before anything writes them
    /// out.
    private BigDecimal bounded(int part, BigDecimal value) {
        if (Math.abs((long) value.scale()) > 1000) {
            throw invalid(part, value.toString(), null);
        }
        return value;
    }

    private AlluviumException invalid(int part, String text, @Nullable Throwable cause) {
        Column column = parts.get(part);
        return new AlluviumException(
                ErrorCode.SYNTAX_OF_KEY,
                "\"" + text + "\" is not a value of the key column " + column.name() + ", which is "
                        + column.type().sql(),
                hint(column.type()),
                cause);
    }

    private static String hint(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "Write true or false";
            case INTEGER, BIGINT -> "Write a whole number in the range of " + type.sql();
            case REAL, DOUBLE -> "Write a number such as 12.5";
            case DECIMAL ->
                "Write a number with at most " + type.scale() + " decimals, such as "
                        + BigDecimal.valueOf(15, type.scale());
            case VARCHAR, JSON -> "Write a text";
            case BYTEA -> "Write the bytes in base64";
            case UUID -> "Write a UUID such as 123e4567-e89b-12d3-a456-426614174000";
            case DATE -> "Write a date such as 2026-01-31";
            case TIME -> "Write a time such as 13:45:00";
            case TIMESTAMP, TIMESTAMPTZ -> "Write a time in UTC such as 2026-01-31T13:45:00Z";
        };
    }

    private AlluviumException wrongCount(int given, String form) {
        String names = parts.stream().map(Column::name).collect(Collectors.joining(", "));
        return new AlluviumException(
                ErrorCode.SYNTAX_OF_KEY,
                "the key has " + parts.size() + (parts.size() == 1 ? " part (" : " parts (") + names + "), and " + given
                        + (given == 1 ? " was given" : " were given"),
                parts.size() == 1
                        ? "Write the key percent-encoded: a / inside it is %2F"
                        : "Write the " + parts.size() + " parts " + form);
    }
}

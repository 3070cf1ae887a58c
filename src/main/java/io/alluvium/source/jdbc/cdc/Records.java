package io.alluvium.source.jdbc.cdc;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// Reads the engine's records.
final class Records {

    private Records() {}

    static Change change(SourceRecord record) {
        Map<String, Object> place = place(record.sourceOffset());
        if (!(record.value() instanceof Struct value)) {
            return new Change.Nothing(place);
        }
        Schema schema = value.schema();
        if (schema.field("op") != null && schema.field("source") != null) {
            String operation = value.getString("op");
            if (operation.equals("t")) {
                return new Change.Truncation(place);
            }
            return new Change.Row(columns(value, "before"), columns(value, "after"), source(value), place);
        }
        return new Change.Nothing(place);
    }

    private static Map<String, Object> place(Map<String, ?> offset) {
        Map<String, Object> place = new HashMap<>();
        offset.forEach((name, value) -> {
            if (value != null) {
                place.put(name, value);
            }
        });
        return place;
    }

    private static Map<String, @Nullable Object> columns(Struct value, String side) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        Struct row = value.schema().field(side) == null ? null : value.getStruct(side);
        if (row != null) {
            for (Field field : row.schema().fields()) {
                columns.put(field.name(), plain(field.schema(), row.getWithoutDefault(field.name())));
            }
        }
        return columns;
    }

    private static Map<String, Object> source(Struct value) {
        Map<String, Object> source = new HashMap<>();
        Struct struct = value.getStruct("source");
        for (Field field : struct.schema().fields()) {
            Object part = struct.getWithoutDefault(field.name());
            if (part != null) {
                source.put(field.name(), part);
            }
        }
        return source;
    }

    /// A value without what the engine encodes it in. What has no such form stays as it is.
    private static @Nullable Object plain(Schema schema, @Nullable Object value) {
        String meaning = schema.name() == null ? "" : schema.name();
        return switch (value) {
            case null -> null;
            case Byte b -> b.longValue();
            case Short s -> s.longValue();
            case Integer i ->
                meaning.equals("io.debezium.time.Date") ? LocalDate.ofEpochDay(i) : (Object) i.longValue();
            case Long l -> ofLong(meaning, l);
            case Float f -> f.doubleValue();
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            case String text when meaning.equals("io.debezium.time.ZonedTimestamp") -> moment(text);
            default -> value;
        };
    }

    private static Object ofLong(String meaning, long value) {
        return switch (meaning) {
            case "io.debezium.time.Timestamp" -> stamp(value, 1_000, ChronoUnit.MILLIS);
            case "io.debezium.time.MicroTimestamp" -> stamp(value, 1_000_000, ChronoUnit.MICROS);
            case "io.debezium.time.NanoTimestamp" -> stamp(value, 1_000_000_000, ChronoUnit.NANOS);
            case "io.debezium.time.MicroTime" ->
                value < 0 || value >= 86_400_000_000L ? (Object) value : LocalTime.ofNanoOfDay(value * 1_000);
            default -> value;
        };
    }

    private static LocalDateTime stamp(long value, long aSecond, ChronoUnit unit) {
        long second = Math.floorDiv(value, aSecond);
        return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC).plus(Math.floorMod(value, aSecond), unit);
    }

    private static Object moment(String text) {
        try {
            return OffsetDateTime.ofInstant(Instant.parse(text), ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            return text;
        }
    }
}

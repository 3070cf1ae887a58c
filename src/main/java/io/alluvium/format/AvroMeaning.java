package io.alluvium.format;

import io.alluvium.data.ColumnType;
import io.alluvium.format.ValueReader.BadValueException;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// What the numbers and texts of an Avro schema stand for: Avro's logical types, and those that Debezium writes by
/// names of its own. A logical type that is not here, timestamp-nanos among them, is what it is made of.
enum AvroMeaning {
    NONE,
    DECIMAL,
    DATE,
    TIME_MILLIS,
    TIME_MICROS,
    TIMESTAMP_MILLIS,
    TIMESTAMP_MICROS,
    LOCAL_MILLIS,
    LOCAL_MICROS,
    ZONED_TEXT,
    UUID;

    private static final long MICROS_PER_MILLI = 1000;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    static AvroMeaning of(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        String name = logical != null
                ? logical.getName()
                : Optional.ofNullable(schema.getProp("connect.name")).orElse("");
        return switch (schema.getType()) {
            case INT ->
                switch (name) {
                    case "date", "io.debezium.time.Date" -> DATE;
                    case "time-millis", "io.debezium.time.Time" -> TIME_MILLIS;
                    default -> NONE;
                };
            case LONG ->
                switch (name) {
                    case "time-micros", "io.debezium.time.MicroTime" -> TIME_MICROS;
                    case "timestamp-millis" -> TIMESTAMP_MILLIS;
                    case "timestamp-micros" -> TIMESTAMP_MICROS;
                    case "local-timestamp-millis", "io.debezium.time.Timestamp" -> LOCAL_MILLIS;
                    case "local-timestamp-micros", "io.debezium.time.MicroTimestamp" -> LOCAL_MICROS;
                    default -> NONE;
                };
            case STRING ->
                switch (name) {
                    case "uuid", "io.debezium.data.Uuid" -> UUID;
                    case "io.debezium.time.ZonedTimestamp" -> ZONED_TEXT;
                    default -> NONE;
                };
            case BYTES -> logical instanceof LogicalTypes.Decimal ? DECIMAL : NONE;
            case FIXED ->
                logical instanceof LogicalTypes.Decimal
                        ? DECIMAL
                        : name.equals("uuid") && schema.getFixedSize() == 16 ? UUID : NONE;
            default -> NONE;
        };
    }

    /// The type of a column whose values are of a schema, which is no union.
    static ColumnType columnType(Schema schema) {
        return switch (of(schema)) {
            case DECIMAL -> decimal((LogicalTypes.Decimal) schema.getLogicalType());
            case DATE -> ColumnType.DATE;
            case TIME_MILLIS, TIME_MICROS -> ColumnType.TIME;
            case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, ZONED_TEXT -> ColumnType.TIMESTAMPTZ;
            case LOCAL_MILLIS, LOCAL_MICROS -> ColumnType.TIMESTAMP;
            case UUID -> ColumnType.UUID;
            case NONE ->
                switch (schema.getType()) {
                    case BOOLEAN -> ColumnType.BOOLEAN;
                    case INT -> ColumnType.INTEGER;
                    case LONG -> ColumnType.BIGINT;
                    case FLOAT -> ColumnType.REAL;
                    case DOUBLE -> ColumnType.DOUBLE;
                    case STRING, ENUM, NULL -> ColumnType.VARCHAR;
                    case BYTES, FIXED -> ColumnType.BYTEA;
                    case RECORD, ARRAY, MAP, UNION -> ColumnType.JSON;
                };
        };
    }

    private static ColumnType decimal(LogicalTypes.Decimal decimal) {
        return isText(decimal) ? ColumnType.VARCHAR : ColumnType.decimal(decimal.getPrecision(), decimal.getScale());
    }

    /// Whether numbers of the type have more digits than a column of numbers holds: then they are text.
    static boolean isText(LogicalTypes.Decimal decimal) {
        return decimal.getPrecision() > ColumnType.MAX_DIGITS;
    }

    /// Writes a number of the types DATE to LOCAL_MICROS.
    void write(long value, AvroInput in, JsonBytes out) throws BadValueException {
        switch (this) {
            case DATE -> out.writeQuoted(TemporalText.formatDate(value));
            case TIME_MILLIS, TIME_MICROS -> {
                long micros = this == TIME_MICROS ? value : value * MICROS_PER_MILLI;
                if (micros < 0 || micros >= MICROS_PER_DAY) {
                    throw in.bad(value + " is no time of a day");
                }
                out.writeQuoted(TemporalText.formatTime(micros));
            }
            case TIMESTAMP_MILLIS, LOCAL_MILLIS -> {
                if (value != value * MICROS_PER_MILLI / MICROS_PER_MILLI) {
                    throw in.bad("the timestamp " + value + " ms is out of range");
                }
                writeTimestamp(value * MICROS_PER_MILLI, out);
            }
            case TIMESTAMP_MICROS, LOCAL_MICROS -> writeTimestamp(value, out);
            case NONE, DECIMAL, ZONED_TEXT, UUID -> out.write(value);
        }
    }

    private void writeTimestamp(long micros, JsonBytes out) {
        boolean local = this == LOCAL_MILLIS || this == LOCAL_MICROS;
        out.writeQuoted(local ? TemporalText.formatTimestamp(micros) : TemporalText.formatTimestampUtc(micros));
    }
}

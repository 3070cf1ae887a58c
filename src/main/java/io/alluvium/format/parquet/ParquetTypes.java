package io.alluvium.format.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

import io.alluvium.data.ColumnType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/// What the values of a primitive column mean.
final class ParquetTypes {

    private static final int UNSIGNED_LONG_DIGITS = 20;
    private static final int INT_BITS = 32;

    private ParquetTypes() {}

    /// The meanings. Times are counted from midnight or from 1970 in units of [#divisor(PrimitiveType)] parts of a
    /// microsecond, or of [#factor(PrimitiveType)] of them.
    enum Meaning {
        BOOLEAN,
        NUMBER,
        UNSIGNED_INT,
        UNSIGNED_LONG,
        REAL,
        HALF,
        DOUBLE,
        DECIMAL,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ,
        INT96,
        TEXT,
        JSON,
        UUID,
        INTERVAL,
        BYTES
    }

    static ColumnType columnType(PrimitiveType type) {
        return switch (meaning(type)) {
            case BOOLEAN -> ColumnType.BOOLEAN;
            case NUMBER ->
                type.getPrimitiveTypeName() == PrimitiveTypeName.INT32 ? ColumnType.INTEGER : ColumnType.BIGINT;
            case UNSIGNED_INT -> ColumnType.BIGINT;
            case UNSIGNED_LONG -> ColumnType.decimal(UNSIGNED_LONG_DIGITS, 0);
            case REAL, HALF -> ColumnType.REAL;
            case DOUBLE -> ColumnType.DOUBLE;
            case DECIMAL -> decimal((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation());
            case DATE -> ColumnType.DATE;
            case TIME -> ColumnType.TIME;
            case TIMESTAMP, INT96 -> ColumnType.TIMESTAMP;
            case TIMESTAMPTZ -> ColumnType.TIMESTAMPTZ;
            case TEXT, INTERVAL -> ColumnType.VARCHAR;
            case JSON -> ColumnType.JSON;
            case UUID -> ColumnType.UUID;
            case BYTES -> ColumnType.BYTEA;
        };
    }

    /// Digits beyond what any DECIMAL has are kept while the values do not need them.
    private static ColumnType decimal(DecimalLogicalTypeAnnotation decimal) {
        return decimal.getScale() > ColumnType.MAX_DIGITS
                ? ColumnType.VARCHAR
                : ColumnType.decimal(Math.min(decimal.getPrecision(), ColumnType.MAX_DIGITS), decimal.getScale());
    }

    static Meaning meaning(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return switch (annotation) {
            case DecimalLogicalTypeAnnotation d -> Meaning.DECIMAL;
            case DateLogicalTypeAnnotation d -> Meaning.DATE;
            case TimeLogicalTypeAnnotation t -> Meaning.TIME;
            case TimestampLogicalTypeAnnotation t -> t.isAdjustedToUTC() ? Meaning.TIMESTAMPTZ : Meaning.TIMESTAMP;
            case IntLogicalTypeAnnotation i -> number(i);
            case StringLogicalTypeAnnotation s -> Meaning.TEXT;
            case EnumLogicalTypeAnnotation e -> Meaning.TEXT;
            case JsonLogicalTypeAnnotation j -> Meaning.JSON;
            case UUIDLogicalTypeAnnotation u -> Meaning.UUID;
            case Float16LogicalTypeAnnotation f -> Meaning.HALF;
            case IntervalLogicalTypeAnnotation i -> Meaning.INTERVAL;
            case null, default -> plain(type);
        };
    }

    private static Meaning number(IntLogicalTypeAnnotation type) {
        if (type.isSigned() || type.getBitWidth() < INT_BITS) {
            return Meaning.NUMBER;
        }
        return type.getBitWidth() == INT_BITS ? Meaning.UNSIGNED_INT : Meaning.UNSIGNED_LONG;
    }

    private static Meaning plain(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> Meaning.BOOLEAN;
            case INT32, INT64 -> Meaning.NUMBER;
            case INT96 -> Meaning.INT96;
            case FLOAT -> Meaning.REAL;
            case DOUBLE -> Meaning.DOUBLE;
            case BINARY, FIXED_LEN_BYTE_ARRAY -> Meaning.BYTES;
        };
    }

    /// How many microseconds one unit of a time is; 1 for smaller units.
    static long factor(PrimitiveType type) {
        return unit(type) == TimeUnit.MILLIS ? 1000 : 1;
    }

    /// How many units of a time are one microsecond; 1 for greater units.
    static long divisor(PrimitiveType type) {
        return unit(type) == TimeUnit.NANOS ? 1000 : 1;
    }

    private static TimeUnit unit(PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case TimeLogicalTypeAnnotation t -> t.getUnit();
            case TimestampLogicalTypeAnnotation t -> t.getUnit();
            case null, default -> TimeUnit.MICROS;
        };
    }
}

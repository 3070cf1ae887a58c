package io.alluvium.format.parquet;

import io.alluvium.format.JsonBytes;
import io.alluvium.format.JsonText;
import io.alluvium.format.TemporalText;
import io.alluvium.format.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Period;
import java.util.UUID;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/// The values of one primitive column as JSON: numbers with all their digits, times as ISO-8601, bytes as base64,
/// JSON as it stands. Belongs to one thread.
final class ParquetValue {

    private static final int INT96_BYTES = 12;
    private static final int UUID_BYTES = 16;
    private static final int INTERVAL_BYTES = 12;
    private static final int HALF_BYTES = 2;
    private static final long JULIAN_DAY_OF_1970 = 2_440_588;
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private final ParquetTypes.Meaning meaning;
    private final int scale;
    private final long factor;
    private final long divisor;

    ParquetValue(PrimitiveType type) {
        this.meaning = ParquetTypes.meaning(type);
        this.scale = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                ? decimal.getScale()
                : 0;
        this.factor = ParquetTypes.factor(type);
        this.divisor = ParquetTypes.divisor(type);
    }

    /// Writes a value of INT32 or INT64.
    ///
    /// @return why it is none; null when it was written
    @Nullable
    String write(long value, JsonBytes out) {
        try {
            switch (meaning) {
                case UNSIGNED_INT -> out.write(value & INT_MASK);
                case UNSIGNED_LONG -> out.write(Long.toUnsignedString(value));
                case DECIMAL -> out.write(scale == 0 ? Long.toString(value) : plain(BigDecimal.valueOf(value, scale)));
                case DATE -> out.writeQuoted(TemporalText.formatDate(value));
                case TIME -> out.writeQuoted(TemporalText.formatTime(micros(value)));
                case TIMESTAMP -> out.writeQuoted(TemporalText.formatTimestamp(micros(value)));
                case TIMESTAMPTZ -> out.writeQuoted(TemporalText.formatTimestampUtc(micros(value)));
                default -> out.write(value);
            }
            return null;
        } catch (DateTimeException | ArithmeticException e) {
            return "'" + value + "' is no " + meaning;
        }
    }

    private long micros(long value) {
        return divisor == 1 ? Math.multiplyExact(value, factor) : Math.floorDiv(value, divisor);
    }

    private static String plain(BigDecimal value) {
        return value.toPlainString();
    }

    /// Writes a value of BINARY, FIXED_LEN_BYTE_ARRAY or INT96.
    ///
    /// @return why it is none; null when it was written
    @Nullable
    String write(byte[] value, JsonBytes out) {
        return switch (meaning) {
            case TEXT -> text(value, out);
            case JSON -> json(value, out);
            case DECIMAL -> {
                out.write(value.length == 0 ? "0" : plain(new BigDecimal(new BigInteger(value), scale)));
                yield null;
            }
            case UUID -> value.length == UUID_BYTES ? uuid(value, out) : length(value, "a UUID");
            case INT96 -> value.length == INT96_BYTES ? int96(value, out) : length(value, "a timestamp");
            case INTERVAL -> value.length == INTERVAL_BYTES ? interval(value, out) : length(value, "an interval");
            case HALF -> value.length == HALF_BYTES ? half(value, out) : length(value, "a number");
            default -> {
                out.writeBase64(value, 0, value.length);
                yield null;
            }
        };
    }

    private static String length(byte[] value, String what) {
        return what + " of " + value.length + " bytes";
    }

    private static @Nullable String text(byte[] value, JsonBytes out) {
        if (!Utf8.isValid(value, 0, value.length)) {
            return "it is not valid UTF-8";
        }
        out.writeString(value, 0, value.length);
        return null;
    }

    private static @Nullable String json(byte[] value, JsonBytes out) {
        if (!Utf8.isValid(value, 0, value.length) || !JsonText.isJson(value, 0, value.length)) {
            return "it is not JSON";
        }
        out.write(value, 0, value.length);
        return null;
    }

    private static @Nullable String uuid(byte[] value, JsonBytes out) {
        var bytes = ByteBuffer.wrap(value);
        out.writeQuoted(new UUID(bytes.getLong(), bytes.getLong()).toString());
        return null;
    }

    /// Nanoseconds of the day, then the Julian day, both with the lowest byte first.
    private static @Nullable String int96(byte[] value, JsonBytes out) {
        var bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        long micros = Math.floorDiv(bytes.getLong(), 1000L);
        long days = bytes.getInt() - JULIAN_DAY_OF_1970;
        out.writeQuoted(TemporalText.formatTimestamp(days * MICROS_PER_DAY + micros));
        return null;
    }

    /// Months, days and milliseconds, as ISO-8601 writes a period.
    private static @Nullable String interval(byte[] value, JsonBytes out) {
        var bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int months = bytes.getInt();
        int days = bytes.getInt();
        long millis = bytes.getInt() & INT_MASK;
        String date = Period.of(months / 12, months % 12, days).toString();
        String time = java.time.Duration.ofMillis(millis).toString().substring(1);
        out.writeQuoted(millis == 0 ? date : (date.equals("P0D") ? "P" : date) + time);
        return null;
    }

    private static @Nullable String half(byte[] value, JsonBytes out) {
        out.write(Float.float16ToFloat(
                ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getShort()));
        return null;
    }
}

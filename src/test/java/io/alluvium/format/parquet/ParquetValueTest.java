package io.alluvium.format.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.ColumnType;
import io.alluvium.format.JsonBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

/// The types that DuckDB does not write, and values that are none.
class ParquetValueTest {

    @Test
    void int96IsATimestampOfNanosecondsAndAJulianDay() {
        PrimitiveType type = Types.required(PrimitiveTypeName.INT96).named("t");
        byte[] bytes =
                little(12).putLong(3_600_000_001_999L).putInt(2_440_588 - 1).array();

        assertThat(ParquetTypes.columnType(type)).isEqualTo(ColumnType.TIMESTAMP);
        assertThat(written(type, bytes)).isEqualTo("\"1969-12-31T01:00:00.000001\"");
        assertThat(written(type, new byte[3])).isEqualTo("fault: a timestamp of 3 bytes");
    }

    @Test
    void intervalsArePeriodsOfIso8601() {
        PrimitiveType type = fixed(12).as(LogicalTypeAnnotation.intervalType()).named("i");

        assertThat(written(type, little(12).putInt(14).putInt(3).putInt(4500).array()))
                .isEqualTo("\"P1Y2M3DT4.5S\"");
        assertThat(written(type, little(12).putInt(0).putInt(0).putInt(60_000).array()))
                .isEqualTo("\"PT1M\"");
        assertThat(written(type, little(12).array())).isEqualTo("\"P0D\"");
    }

    @Test
    void halvesAreNumbers() {
        PrimitiveType type = fixed(2).as(LogicalTypeAnnotation.float16Type()).named("h");

        assertThat(written(type, little(2).putShort(Float.floatToFloat16(-1.5f)).array()))
                .isEqualTo("-1.5");
        assertThat(written(
                        type,
                        little(2).putShort(Float.floatToFloat16(Float.NaN)).array()))
                .isEqualTo("\"NaN\"");
    }

    @Test
    void timesBeforeTheEpochAndBeyondADayAreToldApart() {
        PrimitiveType nanos = Types.required(PrimitiveTypeName.INT64)
                .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.NANOS))
                .named("n");
        PrimitiveType millis = Types.required(PrimitiveTypeName.INT32)
                .as(LogicalTypeAnnotation.timeType(false, TimeUnit.MILLIS))
                .named("m");
        PrimitiveType far = Types.required(PrimitiveTypeName.INT64)
                .as(LogicalTypeAnnotation.timestampType(false, TimeUnit.MILLIS))
                .named("f");

        assertThat(written(nanos, -1)).isEqualTo("\"1969-12-31T23:59:59.999999Z\"");
        assertThat(written(millis, 1)).isEqualTo("\"00:00:00.001\"");
        assertThat(written(millis, 86_400_000)).startsWith("fault: '86400000' is no TIME");
        assertThat(written(far, Long.MAX_VALUE)).startsWith("fault:");
    }

    @Test
    void decimalsKeepAllTheirDigits() {
        PrimitiveType wide = Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.decimalType(40, 76))
                .named("w");
        PrimitiveType odd = Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.decimalType(3, 60))
                .named("o");
        byte[] unscaled = new java.math.BigInteger("-1" + "0".repeat(40)).toByteArray();

        assertThat(ParquetTypes.columnType(wide)).isEqualTo(ColumnType.VARCHAR);
        assertThat(written(wide, unscaled)).isEqualTo("-1.0000000000000000000000000000000000000000");
        assertThat(ParquetTypes.columnType(odd)).isEqualTo(ColumnType.decimal(38, 3));
    }

    @Test
    void textAndJsonThatAreNoneAreFaults() {
        PrimitiveType text = Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named("t");
        PrimitiveType json = Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.jsonType())
                .named("j");

        assertThat(written(text, new byte[] {(byte) 0xFF})).isEqualTo("fault: it is not valid UTF-8");
        assertThat(written(json, bytes("{\"a\": [1]}"))).isEqualTo("{\"a\": [1]}");
        assertThat(written(json, bytes("1,\"id\":2"))).isEqualTo("fault: it is not JSON");
        assertThat(written(json, bytes(""))).isEqualTo("fault: it is not JSON");
    }

    private static Types.PrimitiveBuilder<PrimitiveType> fixed(int length) {
        return Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY).length(length);
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String written(PrimitiveType type, byte[] value) {
        var out = new JsonBytes();
        String fault = new ParquetValue(type).write(value, out);
        return fault == null ? new String(out.toArray(), StandardCharsets.UTF_8) : "fault: " + fault;
    }

    private static String written(PrimitiveType type, long value) {
        var out = new JsonBytes();
        String fault = new ParquetValue(type).write(value, out);
        return fault == null ? new String(out.toArray(), StandardCharsets.UTF_8) : "fault: " + fault;
    }
}

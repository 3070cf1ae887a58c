package io.alluvium.data;

import io.alluvium.data.ColumnType.Kind;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Turns the values of a table's key columns into the bytes that stand for the key in Kafka and in the table's
/// index.
///
/// One VARCHAR column is its UTF-8 bytes, so that a Kafka record's text key is the key as it stands; NULL is the
/// byte `FF`, which is no UTF-8. Anything else is the parts in order, each one led by a marker and self-delimiting,
/// so that no two different keys meet; bytes compare (unsigned) as the values do, NULL first:
///
/// | part | bytes |
/// |---|---|
/// | NULL | `00` |
/// | VARCHAR, JSON, BYTEA, UUID | `01`, the bytes with `00` written as `00 FF`, then `00 00` |
/// | whole numbers, dates and times, DECIMAL up to 18 digits | `01`, 8 bytes big-endian, sign bit turned |
/// | REAL, DOUBLE | `01`, 8 bytes IEEE 754 big-endian, sign bit turned, all bits turned when negative |
/// | wider DECIMAL | `01`, 17 bytes two's complement big-endian of the unscaled value, sign bit turned |
public final class KeyCodec {

    private static final byte[] NULL_TEXT = {(byte) 0xFF};
    private static final int WIDE_DECIMAL_BYTES = 17;

    private final List<ColumnType> types;
    private final boolean plainText;

    public KeyCodec(List<ColumnType> types) {
        if (types.isEmpty()) {
            throw new IllegalArgumentException("a key has at least one column");
        }
        this.types = List.copyOf(types);
        this.plainText = isPlainText(types);
    }

    /// Whether the key's bytes are the UTF-8 text of its single column.
    public static boolean isPlainText(List<ColumnType> types) {
        return types.size() == 1 && types.getFirst().kind() == Kind.VARCHAR;
    }

    /// Whether the bytes at a place are the NULL of a plain text key.
    public static boolean isNullText(byte[] array, int from, int length) {
        return length == 1 && array[from] == NULL_TEXT[0];
    }

    public List<ColumnType> types() {
        return types;
    }

    /// The key of one row; `columns` are the places of the key columns in `batch`.
    public byte[] encode(RowBatch batch, int[] columns, int row) {
        if (plainText) {
            Vector vector = batch.column(columns[0]);
            return vector.isNull(row) ? NULL_TEXT.clone() : vector.getUtf8(row);
        }
        var out = new ByteArrayOutputStream(16 * columns.length);
        for (int column : columns) {
            encodePart(batch.column(column), row, out);
        }
        return out.toByteArray();
    }

    private static void encodePart(Vector vector, int row, ByteArrayOutputStream out) {
        if (vector.isNull(row)) {
            out.write(0);
            return;
        }
        out.write(1);
        switch (vector.storage()) {
            case LONG -> writeLong(out, vector.getLong(row) ^ Long.MIN_VALUE);
            case DOUBLE -> {
                long bits = Double.doubleToLongBits(vector.getDouble(row) + 0.0);
                writeLong(out, bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
            }
            case OBJECT -> {
                switch (vector.getObject(row)) {
                    case BigDecimal decimal -> writeWide(out, decimal.unscaledValue());
                    case byte[] bytes -> writeEscaped(out, bytes);
                    case Object text -> writeEscaped(out, text.toString().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static void writeLong(ByteArrayOutputStream out, long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    private static void writeWide(ByteArrayOutputStream out, BigInteger unscaled) {
        byte[] bytes = unscaled.toByteArray();
        int fill = unscaled.signum() < 0 ? 0xFF : 0;
        for (int i = 0; i < WIDE_DECIMAL_BYTES; i++) {
            int from = i - (WIDE_DECIMAL_BYTES - bytes.length);
            int octet = from < 0 ? fill : bytes[from];
            out.write(i == 0 ? octet ^ 0x80 : octet);
        }
    }

    private static void writeEscaped(ByteArrayOutputStream out, byte[] bytes) {
        for (byte octet : bytes) {
            out.write(octet);
            if (octet == 0) {
                out.write(0xFF);
            }
        }
        out.write(0);
        out.write(0);
    }
}

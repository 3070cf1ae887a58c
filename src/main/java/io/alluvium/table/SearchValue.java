package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.ValueOrder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A value that is looked for in a column, in the forms that comparing takes.
final class SearchValue {

    /// Above all values and equal to NULL.
    static final SearchValue NULL = new SearchValue(ColumnType.BIGINT, null, new byte[0], 0);

    final byte[] bytes;

    private final ColumnType type;
    private final @Nullable Object value;
    private final long word;

    private SearchValue(ColumnType type, @Nullable Object value, byte[] bytes, long word) {
        this.type = type;
        this.value = value;
        this.bytes = bytes;
        this.word = word;
    }

    /// @param value in the form that a vector has for the type
    static SearchValue of(ColumnType type, Object value) {
        return switch (value) {
            case Long number -> new SearchValue(type, value, new byte[0], number);
            case Double number -> new SearchValue(type, value, new byte[0], SortWord.of(number));
            case BigDecimal decimal ->
                new SearchValue(
                        type,
                        value,
                        decimal.setScale(type.scale(), RoundingMode.DOWN)
                                .unscaledValue()
                                .toByteArray(),
                        SortWord.of(decimal.doubleValue()));
            case String text -> ofBytes(type, value, TextBytes.encode(text));
            case byte[] bytes -> ofBytes(type, value, bytes);
            case UUID uuid ->
                ofBytes(
                        type,
                        value,
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(uuid.getMostSignificantBits())
                                .putLong(uuid.getLeastSignificantBits())
                                .array());
            default -> throw new IllegalArgumentException("no column holds a " + value.getClass());
        };
    }

    private static SearchValue ofBytes(ColumnType type, Object value, byte[] bytes) {
        return new SearchValue(type, value, bytes, SortWord.of(bytes, 0));
    }

    /// Whether a value has the form that a vector has for the type.
    static boolean isOf(ColumnType type, Object value) {
        return switch (type.storage()) {
            case LONG -> value instanceof Long;
            case DOUBLE -> value instanceof Double;
            case OBJECT ->
                switch (type.kind()) {
                    case DECIMAL -> value instanceof BigDecimal;
                    case UUID -> value instanceof UUID;
                    case BYTEA -> value instanceof byte[];
                    default -> value instanceof String;
                };
        };
    }

    boolean isNull() {
        return value == null;
    }

    /// The order of a stored value relative to this one: negative when the stored one is the lesser.
    int compareStored(ColumnData data, int row) {
        boolean isStoredNull = data.isNull(row);
        if (value == null || isStoredNull) {
            return Boolean.compare(isStoredNull, value == null);
        }
        if (type.storage() != Storage.OBJECT) {
            return Long.compare(SortWord.of(data, row, 0), word);
        }
        Bytes stored = SortWord.isByteString(type) ? data.byteStrings() : null;
        return stored != null
                ? stored.compare(row, bytes)
                : ValueOrder.compareObjects(type.kind(), data.getObject(row), value);
    }

    /// Whether a stored value equals this one, which is not NULL.
    boolean equalsStored(ColumnData data, int row) {
        if (data.isNull(row)) {
            return false;
        }
        if (value instanceof String || value instanceof byte[] || value instanceof UUID) {
            Bytes stored = data.byteStrings();
            return stored != null
                    ? stored.equal(row, bytes)
                    : data.getObject(row).equals(value);
        }
        return compareStored(data, row) == 0;
    }

    long word(int offset) {
        return offset == 0 ? word : SortWord.of(bytes, offset);
    }

    long hash(long before) {
        return SortWord.isExact(type) ? SortWord.mix(before + word) : SortWord.hash(before, bytes);
    }
}

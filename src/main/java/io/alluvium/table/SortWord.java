package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Storage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;

/// Values as signed 64-bit numbers in the same order: of two values the one with the lesser word is the lesser, and
/// equal values have equal words.
///
/// Numbers of up to 64 bits and dates are told apart by their word, see [#isExact]. Text, JSON, BYTEA and UUID are
/// byte strings, of which a word holds eight bytes from a given one on, with zeros past the end. A wide DECIMAL has
/// the word of the nearest double.
final class SortWord {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int ASCII_END = 0x80;

    private SortWord() {}

    /// Whether values with one word are equal.
    static boolean isExact(ColumnType type) {
        return type.storage() != Storage.OBJECT;
    }

    static boolean isByteString(ColumnType type) {
        return switch (type.kind()) {
            case VARCHAR, JSON, BYTEA, UUID -> true;
            default -> false;
        };
    }

    /// The word of a value that is not NULL. All values compared must be equal before byte `offset`, which is 0 for
    /// what is no byte string.
    static long of(ColumnData data, int row, int offset) {
        return switch (data.type.storage()) {
            case LONG -> data.getLong(row);
            case DOUBLE -> of(data.getDouble(row));
            case OBJECT -> ofObject(data, row, offset);
        };
    }

    private static long ofObject(ColumnData data, int row, int offset) {
        if (!isByteString(data.type)) {
            return of(((BigDecimal) data.getObject(row)).doubleValue());
        }
        Bytes bytes = data.byteStrings();
        if (bytes != null) {
            return of(bytes.array(), bytes.start(row), bytes.length(row), offset);
        }
        String text = (String) data.getObject(row);
        return offset == 0 ? ofText(text) : of(TextBytes.encode(text), offset);
    }

    static long of(double value) {
        // Adding zero makes -0 equal to 0, as it is for SQL.
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    static long of(byte[] bytes, int offset) {
        return of(bytes, 0, bytes.length, offset);
    }

    static long of(byte[] array, int start, int length, int offset) {
        int left = length - offset;
        if (left <= 0) {
            return Long.MIN_VALUE;
        }
        int from = start + offset;
        long word;
        if (from + Long.BYTES <= array.length) {
            word = (long) LONGS.get(array, from);
            if (left < Long.BYTES) {
                word &= -1L << (Long.SIZE - Byte.SIZE * left);
            }
        } else {
            word = 0;
            for (int i = 0; i < Math.min(left, Long.BYTES); i++) {
                word |= (array[from + i] & 0xFFL) << (Long.SIZE - Byte.SIZE * (i + 1));
            }
        }
        return word ^ Long.MIN_VALUE;
    }

    private static long ofText(String text) {
        long word = 0;
        int count = Math.min(text.length(), Long.BYTES);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= ASCII_END) {
                return of(TextBytes.encode(text), 0);
            }
            word |= (long) c << (Long.SIZE - Byte.SIZE * (i + 1));
        }
        return word ^ Long.MIN_VALUE;
    }

    /// A hash of a value that is not NULL, given that of the values before it.
    static long hash(long before, ColumnData data, int row) {
        if (isExact(data.type)) {
            return mix(before + of(data, row, 0));
        }
        Bytes bytes = data.byteStrings();
        return bytes != null
                ? hash(before, bytes.array(), bytes.start(row), bytes.length(row))
                : hash(before, TextBytes.encode((String) data.getObject(row)));
    }

    static long hash(long before, byte[] bytes) {
        return hash(before, bytes, 0, bytes.length);
    }

    private static long hash(long before, byte[] array, int start, int length) {
        long hash = mix(before + length);
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            hash = mix(hash + of(array, start, length, offset));
        }
        return hash;
    }

    /// The last step of MurmurHash3, after a multiplication that gives the numbers near zero their distance.
    static long mix(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}

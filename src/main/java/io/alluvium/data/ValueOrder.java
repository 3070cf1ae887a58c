package io.alluvium.data;

import io.alluvium.data.ColumnType.Kind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.UUID;

/// How values compare, in `<` as in ORDER BY, MIN and a join: numbers by value, text and JSON by Unicode code
/// point, bytes and UUIDs as unsigned bytes, NaN equal to itself and above every other number.
public final class ValueOrder {

    private ValueOrder() {}

    /// Compares two values that are not NULL, of vectors with the same kind of type and the same storage; DECIMALs
    /// must have the same scale when they are stored as longs.
    public static int compare(Vector a, int rowA, Vector b, int rowB) {
        return switch (a.storage()) {
            case LONG -> Long.compare(a.getLong(rowA), b.getLong(rowB));
            case DOUBLE -> compare(a.getDouble(rowA), b.getDouble(rowB));
            case OBJECT -> compareObjects(a.type().kind(), a.getObject(rowA), b.getObject(rowB));
        };
    }

    public static int compare(double a, double b) {
        if (a < b) {
            return -1;
        }
        if (a > b) {
            return 1;
        }
        return a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    /// Compares two values that are not NULL, in the form that [Vector#getObject] has for a type of that kind.
    public static int compareObjects(Kind kind, Object a, Object b) {
        return switch (kind) {
            case DECIMAL -> ((BigDecimal) a).compareTo((BigDecimal) b);
            case UUID -> compare((UUID) a, (UUID) b);
            case BYTEA -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
            default -> compare((String) a, (String) b);
        };
    }

    private static int compare(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    /// Compares by code point, which is the order of the UTF-8 bytes.
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                boolean pairLeft = Character.isSurrogate(left);
                boolean pairRight = Character.isSurrogate(right);
                return pairLeft == pairRight ? left - right : pairLeft ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}

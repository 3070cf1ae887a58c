package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ValueOrder;
import java.math.BigDecimal;
import java.util.UUID;

/// How the values of a column compare where they are stored: as [ValueOrder] says, and with NULL above all others.
final class ColumnOrder {

    private ColumnOrder() {}

    /// Compares two values of one column, each in the data of a chunk.
    static int compare(ColumnData a, int rowA, ColumnData b, int rowB) {
        boolean nullA = a.isNull(rowA);
        boolean nullB = b.isNull(rowB);
        if (nullA || nullB) {
            return Boolean.compare(nullA, nullB);
        }
        return switch (a.type.storage()) {
            case LONG -> Long.compare(a.getLong(rowA), b.getLong(rowB));
            case DOUBLE -> ValueOrder.compare(a.getDouble(rowA), b.getDouble(rowB));
            case OBJECT -> ValueOrder.compareObjects(a.type.kind(), a.getObject(rowA), b.getObject(rowB));
        };
    }

    /// Compares a value that is not NULL with another, which has the form that a vector has for the type.
    static int compare(ColumnData data, int row, Object value) {
        return switch (data.type.storage()) {
            case LONG -> Long.compare(data.getLong(row), (Long) value);
            case DOUBLE -> ValueOrder.compare(data.getDouble(row), (Double) value);
            case OBJECT -> ValueOrder.compareObjects(data.type.kind(), data.getObject(row), value);
        };
    }

    /// Whether a value has the form that a vector has for the type.
    static boolean isValueOf(ColumnType type, Object value) {
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
}

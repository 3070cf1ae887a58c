package io.alluvium.table;

import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.ValueOrder;

/// How two stored values of a column compare: as [ValueOrder] says, and with NULL above all others.
final class ColumnOrder {

    private ColumnOrder() {}

    static int compare(ColumnData a, int rowA, ColumnData b, int rowB) {
        boolean nullA = a.isNull(rowA);
        boolean nullB = b.isNull(rowB);
        if (nullA || nullB) {
            return Boolean.compare(nullA, nullB);
        }
        if (a.type.storage() != Storage.OBJECT) {
            return Long.compare(SortWord.of(a, rowA, 0), SortWord.of(b, rowB, 0));
        }
        if (SortWord.isByteString(a.type)) {
            Bytes bytesA = a.byteStrings();
            Bytes bytesB = b.byteStrings();
            if (bytesA != null && bytesB != null) {
                return bytesA.compare(rowA, bytesB, rowB);
            }
        }
        return ValueOrder.compareObjects(a.type.kind(), a.getObject(rowA), b.getObject(rowB));
    }
}

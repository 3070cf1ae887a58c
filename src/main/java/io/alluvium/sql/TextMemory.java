package io.alluvium.sql;

import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.Vector;

/// Where expressions account for the long texts and byte strings that they make and hold until they are
/// evaluated again. Used by the thread that evaluates them.
public interface TextMemory {

    /// Shorter ones are not worth counting: a batch of them takes half a megabyte.
    int LEAST_COUNTED = 256;

    /// @throws io.alluvium.fault.AlluviumException MEMORY_LIMIT when that is more than there may be
    void take(long bytes);

    void giveBack(long bytes);

    /// What counts of the value in a row, about: 0 for whatever is short.
    static long bytes(Vector vector, int row) {
        if (vector.storage() != Storage.OBJECT || vector.isNull(row)) {
            return 0;
        }
        int length = switch (vector.getObject(row)) {
            case String text -> text.length();
            case byte[] octets -> octets.length;
            default -> 0;
        };
        return length < LEAST_COUNTED ? 0 : length;
    }
}

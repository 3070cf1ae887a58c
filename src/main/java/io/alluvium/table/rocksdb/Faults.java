package io.alluvium.table.rocksdb;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What RocksDB could not do, in the user's words.
final class Faults {

    private Faults() {}

    static AlluviumException of(TableName table, String what, RocksDBException e) {
        return new AlluviumException(
                ErrorCode.UNKNOWN,
                "the table " + table + " cannot " + what + " its rows on disk: " + e.getMessage(),
                "A full or failing disk is the most frequent cause; the log has the rest.",
                e);
    }

    static boolean isCorruption(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
    }

    static AlluviumException closed(TableName table) {
        return new AlluviumException(
                ErrorCode.TABLE_NOT_READY,
                "the table " + table + " was dropped, replaced or closed while it was read",
                "Run the query again.");
    }
}

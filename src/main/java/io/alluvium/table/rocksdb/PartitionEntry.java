package io.alluvium.table.rocksdb;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// What a table's database knows of one partition: 24 bytes, three numbers, big-endian.
///
/// @param rows how many rows it has
/// @param next the offset behind the records whose rows are there, [#NOT_COMMITTED] when that is not known
/// @param committedMillis when `next` was said, in milliseconds since 1970
record PartitionEntry(long rows, long next, long committedMillis) {

    static final long NOT_COMMITTED = -1;
    static final PartitionEntry EMPTY = new PartitionEntry(0, NOT_COMMITTED, 0);

    static PartitionEntry of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new PartitionEntry(in.getLong(), in.getLong(), in.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(24)
                .putLong(rows)
                .putLong(next)
                .putLong(committedMillis)
                .array();
    }

    PartitionEntry withRows(long now) {
        return new PartitionEntry(now, next, committedMillis);
    }

    PartitionEntry committed(long upTo, long atMillis) {
        return new PartitionEntry(rows, upTo, atMillis);
    }

    OptionalLong offset() {
        return next == NOT_COMMITTED ? OptionalLong.empty() : OptionalLong.of(next);
    }
}

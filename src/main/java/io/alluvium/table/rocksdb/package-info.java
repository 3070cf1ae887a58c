/// Tables whose rows lie on disk, in RocksDB, so that they may be larger than memory. The only home of
/// `org.rocksdb`. Read [io.alluvium.table.rocksdb.RocksStorage] first, then
/// [io.alluvium.table.rocksdb.RocksView]; the row's bytes are in [io.alluvium.table.rocksdb.RowLayout].
@NullMarked
package io.alluvium.table.rocksdb;

import org.jspecify.annotations.NullMarked;

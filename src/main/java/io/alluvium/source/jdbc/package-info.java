/// Databases as sources, by JDBC. Read [io.alluvium.source.jdbc.JdbcSource] first: it finds columns and key, and
/// makes the loader of the table's mode: [io.alluvium.source.jdbc.SnapshotLoader],
/// [io.alluvium.source.jdbc.IncrementalLoader] or [io.alluvium.source.jdbc.CdcLoader].
///
/// The way of a row: `Scan` (a query on a thread of its own) → `RowEncoder` (key and JSON) → `Batch` → the loader's
/// thread → the sink. Every call of a driver is made on a thread of [io.alluvium.source.jdbc.Database], so that the
/// loader's thread can always be stopped. [io.alluvium.source.jdbc.JdbcFaults] says what an exception means for a
/// table.
@NullMarked
package io.alluvium.source.jdbc;

import org.jspecify.annotations.NullMarked;

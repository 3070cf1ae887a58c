package io.alluvium.table;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import org.jspecify.annotations.Nullable;

/// The rows of a table at one moment per partition. Immutable; safe from any thread; holds memory while it is
/// reachable.
public interface TableView {

    Schema schema();

    /// The places of the key's columns in [#schema()], in key order.
    int[] keyColumns();

    long rows();

    /// Reads every row once, in no particular order.
    ///
    /// @param columns the places in [#schema()] of the columns wanted, in the order that the batches shall
    ///     have
    Scan scan(int[] columns);

    /// A reader for rows by key. The reader belongs to one thread; make one per query and use it for many
    /// keys.
    RowReader reader();

    /// A pass over the rows.
    interface Scan {
        /// The next rows, or null at the end. The batch and its vectors are overwritten by the next call.
        @Nullable
        RowBatch next();
    }
}

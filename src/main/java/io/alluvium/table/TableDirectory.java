package io.alluvium.table;

import io.alluvium.data.TableName;
import java.util.List;
import java.util.Optional;

/// Finds the tables that queries may read. Implemented by whoever owns the tables' life; safe from any
/// thread.
public interface TableDirectory {

    /// The readable table of that name; empty when there is no such table.
    ///
    /// @throws io.alluvium.fault.AlluviumException TABLE_NOT_READY when there is one that cannot be read yet
    Optional<TableHandle> find(TableName name);

    List<TableName> names();

    /// A number that grows with every change of the set of readable tables or of a schema.
    long version();

    /// A table, whichever state it is in.
    interface TableHandle {
        TableName name();

        /// The rows as they are now.
        TableView view();

        /// The rows as they are now, for longer than a look-up. The table knows of it until it is closed: what
        /// the view keeps of the heap is accounted for, and its holder is ended when that becomes too much.
        default ViewHold hold(ViewHolder holder) {
            return new ViewHold(this, view(), holder, closed -> {});
        }
    }
}

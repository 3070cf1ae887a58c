package io.alluvium.table;

import java.util.HashSet;
import java.util.List;

/// A secondary index of a table.
///
/// @param columns the names of the columns that it is over, the first one first
public record IndexDefinition(String name, List<String> columns, Kind kind) {

    /// What an index can be asked for.
    public enum Kind {
        /// Equality of its first columns, then bounds of the next one, and the rows in its columns' order.
        ORDERED,
        /// Equality of all its columns.
        HASH
    }

    public IndexDefinition {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("the index " + name + " has no columns");
        }
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException("the index " + name + " names a column twice: " + columns);
        }
    }
}

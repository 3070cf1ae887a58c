package io.alluvium.source.jdbc.cdc;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry of a database's log, about the one table that is followed.
public sealed interface Change {

    /// Where the engine can begin again so that this entry comes once more, or the one behind it; empty when that
    /// is not known.
    Map<String, Object> place();

    /// A row was inserted, changed or deleted.
    ///
    /// @param before the columns that the log has of the row as it was, with values of `java.lang`, `java.math` and
    ///     `java.time` or bytes; empty when it is new, or has none
    /// @param after the same as it is now; empty when it is gone
    /// @param source where the entry stands in the log, and the transaction, in the words of the engine
    record Row(
            Map<String, @Nullable Object> before,
            Map<String, @Nullable Object> after,
            Map<String, Object> source,
            Map<String, Object> place)
            implements Change {}

    /// All rows were deleted at once.
    record Truncation(Map<String, Object> place) implements Change {}

    /// A statement that has defined the table, or another one that had or has its name. Comes before all changes
    /// that are behind it in the log.
    ///
    /// @param database where names without a database are
    record Definition(String database, String sql) implements Change {
        @Override
        public Map<String, Object> place() {
            return Map.of();
        }
    }

    /// The log has come this far without an entry of the table.
    record Nothing(Map<String, Object> place) implements Change {}
}

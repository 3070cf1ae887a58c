package io.alluvium.catalog;

import io.alluvium.data.TableName;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// An index of a table as a user asked for it, by `CREATE INDEX` or by the table's option `index`.
///
/// @param name as SQL has it after folding; no two indexes have the same
/// @param columns the first one first
public record TableIndex(String name, TableName table, List<String> columns, Kind kind) {

    private static final int LONGEST_NAME = 128;

    /// What an index can answer.
    public enum Kind {
        /// Equality of its first columns, a range of the next one, and rows in its order; PostgreSQL's `btree`.
        ORDERED,
        /// Equality of all its columns.
        HASH;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TableIndex {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "an index's name has 1 to " + LONGEST_NAME + " characters, not " + name.length());
        }
        columns = List.copyOf(columns);
    }

    /// The name that an index gets that was given none, by PostgreSQL's rule: `orders_status_idx`, then
    /// `orders_status_idx1`.
    public static String nameFor(TableName table, List<String> columns, Predicate<String> isTaken) {
        String base = table + "_" + String.join("_", columns);
        for (int number = 0; ; number++) {
            String suffix = number == 0 ? "_idx" : "_idx" + number;
            String name = base.substring(0, Math.min(base.length(), LONGEST_NAME - suffix.length())) + suffix;
            if (!isTaken.test(name)) {
                return name;
            }
        }
    }

    /// The statement that makes it.
    public String sql() {
        return "CREATE INDEX " + quoted(name) + " ON " + quoted(table.value()) + " USING "
                + (kind == Kind.HASH ? "hash" : "btree") + " ("
                + columns.stream().map(TableIndex::quoted).collect(Collectors.joining(", ")) + ")";
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}

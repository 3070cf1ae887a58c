package io.alluvium.sql;

import io.alluvium.data.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The tables that a query may name, as far as validation and planning need them.
public interface KnownTables {

    /// The columns of a table; empty when there is no such table.
    Optional<Schema> schema(String name);

    /// All names, for messages about names that are not among them.
    List<String> names();

    /// How many rows a table has about, for the planner.
    default double rows(String name) {
        return 1_000_000;
    }

    /// The places of a table's key columns in its schema, empty when it has no key.
    default List<Integer> key(String name) {
        return List.of();
    }

    /// Tables of which only the columns are known.
    static KnownTables of(List<String> names, Function<String, Optional<Schema>> schemas) {
        return new KnownTables() {
            @Override
            public Optional<Schema> schema(String name) {
                return schemas.apply(name);
            }

            @Override
            public List<String> names() {
                return names;
            }
        };
    }
}

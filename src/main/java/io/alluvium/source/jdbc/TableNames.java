package io.alluvium.source.jdbc;

import io.alluvium.source.jdbc.Relation.Part;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A table's name as the database's catalog has it.
final class TableNames {

    private final Relation relation;
    private final Dialect dialect;
    private final Connection connection;

    TableNames(Relation relation, Dialect dialect, Connection connection) {
        this.relation = relation;
        this.dialect = dialect;
        this.connection = connection;
    }

    /// Whether the catalog has no table or view of this name.
    boolean isMissing() throws SQLException {
        DatabaseMetaData catalog = connection.getMetaData();
        String table = folded(relation.parts().getLast(), catalog);
        try (ResultSet tables = catalog.getTables(catalogName(catalog), schemaName(catalog), null, null)) {
            while (tables.next()) {
                if (table.equalsIgnoreCase(tables.getString("TABLE_NAME"))) {
                    return false;
                }
            }
            return true;
        }
    }

    /// The columns of the primary key in its order; empty when there is none.
    List<String> primaryKey() throws SQLException {
        DatabaseMetaData catalog = connection.getMetaData();
        String table = folded(relation.parts().getLast(), catalog);
        String schema = schemaName(catalog);
        List<String> key = primaryKey(catalog, schema, table);
        // A table without a schema may be in another one of the search path.
        return key.isEmpty()
                        && dialect == Dialect.POSTGRESQL
                        && relation.parts().size() == 1
                ? primaryKey(catalog, null, table)
                : key;
    }

    private List<String> primaryKey(DatabaseMetaData catalog, @Nullable String schema, String table)
            throws SQLException {
        var columns = new TreeMap<Integer, String>();
        try (ResultSet key = catalog.getPrimaryKeys(catalogName(catalog), schema, table)) {
            while (key.next()) {
                String before = columns.put(key.getInt("KEY_SEQ"), key.getString("COLUMN_NAME"));
                if (before != null) {
                    // Several tables have this name.
                    return List.of();
                }
            }
        }
        return List.copyOf(columns.values());
    }

    private @Nullable String catalogName(DatabaseMetaData catalog) throws SQLException {
        int parts = relation.parts().size();
        if (dialect == Dialect.MARIADB) {
            return parts > 1 ? folded(relation.parts().get(parts - 2), catalog) : connection.getCatalog();
        }
        return parts > 2 ? folded(relation.parts().getFirst(), catalog) : null;
    }

    private @Nullable String schemaName(DatabaseMetaData catalog) throws SQLException {
        int parts = relation.parts().size();
        if (dialect == Dialect.MARIADB || dialect == Dialect.SQLITE) {
            return null;
        }
        if (parts > 1) {
            return folded(relation.parts().get(parts - 2), catalog);
        }
        try {
            return connection.getSchema();
        } catch (SQLFeatureNotSupportedException e) {
            return null;
        }
    }

    private static String folded(Part part, DatabaseMetaData catalog) throws SQLException {
        if (part.quoted()) {
            return part.name();
        }
        if (catalog.storesUpperCaseIdentifiers()) {
            return part.name().toUpperCase(Locale.ROOT);
        }
        return catalog.storesLowerCaseIdentifiers() ? part.name().toLowerCase(Locale.ROOT) : part.name();
    }
}

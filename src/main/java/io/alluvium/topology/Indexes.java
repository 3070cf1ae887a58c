package io.alluvium.topology;

import io.alluvium.catalog.TableIndex;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The names and definitions of the indexes of all tables: those that `CREATE INDEX` has made, which the catalog
/// topic keeps, and those that the options of the tables ask for. Safe from any thread.
final class Indexes {

    private final CatalogTopic catalog;
    private final Map<String, TableIndex> made = new LinkedHashMap<>();
    private final Map<TableName, List<TableIndex>> ofDefinitions = new LinkedHashMap<>();

    Indexes(CatalogTopic catalog) {
        this.catalog = catalog;
    }

    /// Takes up those that were made before the service was started.
    synchronized void know(Collection<TableIndex> kept) {
        kept.forEach(index -> made.put(index.name(), index));
    }

    /// Names the indexes that the definition of a table asks for, in the place of those of its former definition.
    synchronized List<TableIndex> define(TableName table, List<List<String>> columns) {
        ofDefinitions.remove(table);
        var defined = new ArrayList<TableIndex>();
        for (List<String> one : columns) {
            String name = TableIndex.nameFor(
                    table,
                    one,
                    taken -> isTaken(taken)
                            || defined.stream().anyMatch(index -> index.name().equals(taken)));
            defined.add(new TableIndex(name, table, one, TableIndex.Kind.ORDERED));
        }
        ofDefinitions.put(table, List.copyOf(defined));
        return defined;
    }

    private boolean isTaken(String name) {
        return made.containsKey(name) || definitionWith(name) != null;
    }

    private @Nullable TableIndex definitionWith(String name) {
        return ofDefinitions.values().stream()
                .flatMap(List::stream)
                .filter(index -> index.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /// Those that `CREATE INDEX` has made of a table, in that order.
    synchronized List<TableIndex> of(TableName table) {
        return made.values().stream()
                .filter(index -> index.table().equals(table))
                .toList();
    }

    /// Writes an index down.
    ///
    /// @param name null for one by PostgreSQL's rule
    /// @param schema the columns of the table
    synchronized TableIndex add(
            @Nullable String name, TableName table, List<String> columns, TableIndex.Kind kind, Schema schema) {
        columns.forEach(column -> checkColumn(table, column, schema));
        if (name != null && isTaken(name)) {
            throw duplicate(name, "an index");
        }
        var index = new TableIndex(
                name != null ? name : TableIndex.nameFor(table, columns, this::isTaken), table, columns, kind);
        catalog.put(index);
        made.put(index.name(), index);
        return index;
    }

    static AlluviumException duplicate(String name, String what) {
        return new AlluviumException(
                ErrorCode.DUPLICATE_INDEX,
                "there is " + what + " " + name + " already",
                "Choose another name, or none: CREATE INDEX ON table (column) makes one up.");
    }

    /// @throws AlluviumException UNDEFINED_COLUMN, or FEATURE_NOT_SUPPORTED for a column that cannot be indexed
    static void checkColumn(TableName table, String column, Schema schema) {
        int place = schema.indexOf(column);
        if (place < 0) {
            List<String> near = Nearest.to(column, schema.names(), 3);
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_COLUMN,
                    "the table " + table + " has no column " + column,
                    near.isEmpty()
                            ? "Its columns are " + String.join(", ", schema.names()) + "."
                            : "Did you mean " + String.join(", ", near) + "?");
        }
        if (schema.column(place).type().kind() == ColumnType.Kind.JSON) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "the column " + column + " of the table " + table + " has the type JSON, which cannot be indexed",
                    "Index columns of other types.");
        }
    }

    /// Forgets an index that `CREATE INDEX` has made.
    synchronized TableIndex remove(String name) {
        TableIndex index = made.get(name);
        if (index == null) {
            throw missing(name);
        }
        catalog.remove(index);
        made.remove(name);
        return index;
    }

    private AlluviumException missing(String name) {
        TableIndex defined = definitionWith(name);
        if (defined != null) {
            return new AlluviumException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "the index " + name + " cannot be dropped: the definition of the table " + defined.table()
                            + " asks for it",
                    "Take it out of the option \"index\", with CREATE OR REPLACE TABLE or in the table's file.");
        }
        List<String> names = Stream.concat(
                        made.keySet().stream(),
                        ofDefinitions.values().stream().flatMap(List::stream).map(TableIndex::name))
                .toList();
        List<String> near = Nearest.to(name, names, 3);
        return new AlluviumException(
                ErrorCode.UNDEFINED_INDEX,
                "there is no index " + name,
                near.isEmpty() ? "SHOW INDEXES lists them." : "Did you mean " + String.join(", ", near) + "?");
    }

    /// Forgets all of a table.
    synchronized void removeAll(TableName table) {
        ofDefinitions.remove(table);
        of(table).forEach(index -> remove(index.name()));
    }
}

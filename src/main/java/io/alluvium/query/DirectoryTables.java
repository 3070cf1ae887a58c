package io.alluvium.query;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.sql.KnownTables;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableDirectory.TableHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tables of a directory as one planning sees them: each looked at once. Owned by one thread.
final class DirectoryTables implements KnownTables {

    private final TableDirectory directory;
    private final Map<String, PlannedTable> planned = new LinkedHashMap<>();
    private final Map<String, Double> rows = new LinkedHashMap<>();

    DirectoryTables(TableDirectory directory) {
        this.directory = directory;
    }

    /// The tables that were asked for and are there.
    Map<String, PlannedTable> planned() {
        return planned;
    }

    @Override
    public Optional<Schema> schema(String name) {
        return find(name).map(PlannedTable::schema);
    }

    private Optional<PlannedTable> find(String name) {
        PlannedTable known = planned.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        return handle(directory, name).map(TableHandle::view).map(view -> {
            var table = PlannedTable.of(name, view);
            planned.put(name, table);
            rows.put(name, (double) view.rows());
            return table;
        });
    }

    /// Empty when there is no such table.
    static Optional<TableHandle> handle(TableDirectory directory, String name) {
        if (name.isEmpty() || name.length() > 128) {
            return Optional.empty();
        }
        return directory.find(new TableName(name));
    }

    @Override
    public List<String> names() {
        return directory.names().stream().map(TableName::value).toList();
    }

    @Override
    public double rows(String name) {
        return Math.max(1, rows.getOrDefault(name, 1_000_000.0));
    }

    @Override
    public List<Integer> key(String name) {
        return find(name).map(PlannedTable::keyColumns).orElse(List.of());
    }
}

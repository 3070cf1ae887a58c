package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.TableView;
import java.util.Arrays;
import java.util.List;

/// A table as a plan knows it; the plan holds for views that have the same columns, key and indexes.
///
/// @param storage where its rows are
/// @param keyColumns the places of the key's columns in `schema`, in key order
record PlannedTable(
        String name, Schema schema, String storage, List<Integer> keyColumns, List<IndexDefinition> indexes) {

    PlannedTable {
        keyColumns = List.copyOf(keyColumns);
        indexes = List.copyOf(indexes);
    }

    static PlannedTable of(String name, TableView view) {
        return new PlannedTable(name, view.schema(), view.storage(), keyOf(view), view.indexes());
    }

    private static List<Integer> keyOf(TableView view) {
        return Arrays.stream(view.keyColumns()).boxed().toList();
    }

    boolean fits(TableView view) {
        return schema.equals(view.schema())
                && storage.equals(view.storage())
                && keyColumns.equals(keyOf(view))
                && indexes.equals(view.indexes());
    }

    List<ColumnType> keyTypes() {
        return keyColumns.stream().map(c -> schema.column(c).type()).toList();
    }
}

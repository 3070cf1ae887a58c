package io.alluvium.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of a table in order. Names are unique.
public final class Schema {

    private final List<Column> columns;
    private final Map<String, Integer> indexes;

    public Schema(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.indexes = HashMap.newHashMap(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            if (indexes.put(columns.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "the column " + columns.get(i).name() + " stands twice");
            }
        }
    }

    public static Schema of(Column... columns) {
        return new Schema(List.of(columns));
    }

    public List<Column> columns() {
        return columns;
    }

    public int size() {
        return columns.size();
    }

    public Column column(int index) {
        return columns.get(index);
    }

    /// The place of a column, or -1.
    public int indexOf(String name) {
        return indexes.getOrDefault(name, -1);
    }

    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    /// This schema with `column` added at the end, or put in the place of the one that has its name.
    public Schema with(Column column) {
        var changed = new ArrayList<>(columns);
        int at = indexOf(column.name());
        if (at < 0) {
            changed.add(column);
        } else {
            changed.set(at, column);
        }
        return new Schema(changed);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Schema that && columns.equals(that.columns));
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return columns.toString();
    }
}

package io.alluvium.data;

/// A column of a table, a batch or an answer. `name` keeps the case that it has in SQL after folding.
public record Column(String name, ColumnType type, boolean nullable) {

    public static Column of(String name, ColumnType type) {
        return new Column(name, type, true);
    }
}

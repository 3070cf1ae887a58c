package io.alluvium.data;

import java.util.ArrayList;
import java.util.List;

/// Some rows, column by column. The unit in which rows are decoded, filtered, projected, stored and queried.
///
/// Mutable, owned by one thread at a time; [#clear()] makes it ready for the next rows.
public final class RowBatch {

    /// How many rows a batch of a query or a load has at the most, where nothing else is said.
    public static final int DEFAULT_ROWS = 2048;

    private final List<Vector> columns;
    private int size;

    public RowBatch(List<Vector> columns, int size) {
        this.columns = List.copyOf(columns);
        this.size = size;
    }

    /// An empty batch for rows of `schema`.
    public static RowBatch forSchema(Schema schema, int capacity) {
        return ofTypes(schema.columns().stream().map(Column::type).toList(), capacity);
    }

    /// An empty batch with a column of each type.
    public static RowBatch ofTypes(List<ColumnType> types, int capacity) {
        var vectors = new ArrayList<Vector>(types.size());
        for (ColumnType type : types) {
            vectors.add(new Vector(type, capacity));
        }
        return new RowBatch(vectors, 0);
    }

    public int size() {
        return size;
    }

    public void setSize(int size) {
        this.size = size;
    }

    public void clear() {
        size = 0;
    }

    public List<Vector> columns() {
        return columns;
    }

    public Vector column(int index) {
        return columns.get(index);
    }
}

package io.alluvium.table.rocksdb;

import io.alluvium.data.Schema;
import java.util.ArrayList;
import java.util.List;

/// The columns that a table has at one moment, with what reads the rows that were written under those before.
/// Immutable.
final class Shape {

    private final Schema schema;
    private final List<RowLayout> layouts;
    private final RowReader[] readers;

    /// @param layouts all that rows may have, by version
    /// @param schema the columns of the last of them
    Shape(List<RowLayout> layouts, Schema schema) {
        this.schema = schema;
        this.layouts = List.copyOf(layouts);
        this.readers = layouts.stream()
                .map(layout -> new RowReader(layout, layouts.subList(layout.version() + 1, layouts.size()), schema))
                .toArray(RowReader[]::new);
    }

    Schema schema() {
        return schema;
    }

    RowLayout newest() {
        return layouts.getLast();
    }

    /// The same table with other columns.
    Shape with(Schema wider) {
        var all = new ArrayList<>(layouts);
        all.add(new RowLayout(layouts.size(), wider));
        return new Shape(all, wider);
    }

    int versions() {
        return layouts.size();
    }

    RowReader reader(byte[] row) {
        return readers[RowLayout.versionOf(row)];
    }
}

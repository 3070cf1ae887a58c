package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexRange.Bound;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a table shall have: rows by key in a sorted map. Column 0 is the key.
final class TableModel {

    Schema schema;
    /// By column.
    private List<Comparator<@Nullable Object>> orders;

    final NavigableMap<String, @Nullable Object[]> rows;

    TableModel(Schema schema) {
        this(schema, new TreeMap<>());
    }

    private TableModel(Schema schema, NavigableMap<String, @Nullable Object[]> rows) {
        this.schema = schema;
        this.orders = orders(schema);
        this.rows = rows;
    }

    /// A copy that later changes make no difference to; rows are replaced and never changed.
    TableModel copy() {
        return new TableModel(schema, new TreeMap<>(rows));
    }

    void evolve(Schema wider) {
        Schema before = schema;
        rows.replaceAll((key, row) -> {
            @Nullable Object[] changed = Arrays.copyOf(row, wider.size());
            for (int c = 0; c < before.size(); c++) {
                ColumnType from = before.column(c).type();
                ColumnType to = wider.column(c).type();
                Object value = row[c];
                changed[c] = from.equals(to) || value == null ? value : RandomValues.widened(from, to, value);
            }
            return changed;
        });
        schema = wider;
        orders = orders(wider);
    }

    private static List<Comparator<@Nullable Object>> orders(Schema schema) {
        return schema.columns().stream()
                .map(column -> RandomValues.order(column.type()))
                .toList();
    }

    int[] places(IndexDefinition index) {
        return index.columns().stream().mapToInt(schema::indexOf).toArray();
    }

    /// The keys of the rows in any of the ranges, in the order of the keys.
    List<String> keys(IndexDefinition index, List<IndexRange> ranges) {
        int[] places = places(index);
        return rows.entrySet().stream()
                .filter(row -> ranges.stream().anyMatch(range -> isIn(range, places, row.getValue())))
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    /// The values of the index's columns of the rows in a range, in their order.
    List<List<@Nullable Object>> ordered(IndexDefinition index, IndexRange range, boolean descending) {
        int[] places = places(index);
        Comparator<List<@Nullable Object>> order = this.order(places);
        Stream<List<@Nullable Object>> found = rows.values().stream()
                .filter(row -> isIn(range, places, row))
                .map(row -> Arrays.stream(places)
                        .<@Nullable Object>mapToObj(p -> row[p])
                        .toList());
        return found.sorted(descending ? order.reversed() : order).toList();
    }

    Comparator<List<@Nullable Object>> order(int[] places) {
        return (a, b) -> {
            for (int i = 0; i < places.length; i++) {
                int order = orders.get(places[i]).compare(a.get(i), b.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    private boolean isIn(IndexRange range, int[] places, @Nullable Object[] row) {
        int equal = range.equal().size();
        for (int i = 0; i < equal; i++) {
            Object value = row[places[i]];
            if (value == null || compare(places[i], value, range.equal().get(i)) != 0) {
                return false;
            }
        }
        return !range.hasBounds() || isWithin(places[equal], range.lower(), range.upper(), row[places[equal]]);
    }

    private boolean isWithin(int column, @Nullable Bound lower, @Nullable Bound upper, @Nullable Object value) {
        if (value == null) {
            return false;
        }
        boolean isAbove = lower == null || compare(column, value, lower.value()) >= (lower.inclusive() ? 0 : 1);
        boolean isBelow = upper == null || compare(column, value, upper.value()) <= (upper.inclusive() ? 0 : -1);
        return isAbove && isBelow;
    }

    private int compare(int column, Object a, Object b) {
        return Integer.signum(orders.get(column).compare(a, b));
    }

    static Column column(int number, ColumnType type) {
        return Column.of("c" + number, type);
    }
}

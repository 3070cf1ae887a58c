package io.alluvium.table;

import io.alluvium.table.IndexRange.Bound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells of rows one by one whether they are in a range.
final class RangeTest {

    private final List<Object> equal;
    private final @Nullable Bound lower;
    private final @Nullable Bound upper;
    private final int[] columns;

    /// @param columns the places in the schema of the index's columns
    RangeTest(IndexRange range, int[] columns) {
        this.equal = range.equal();
        this.lower = range.lower();
        this.upper = range.upper();
        this.columns = columns;
    }

    boolean matches(ColumnData[] chunk, int place) {
        for (int i = 0; i < equal.size(); i++) {
            ColumnData data = chunk[columns[i]];
            if (data.isNull(place) || ColumnOrder.compare(data, place, equal.get(i)) != 0) {
                return false;
            }
        }
        return (lower == null && upper == null) || isWithinBounds(chunk[columns[equal.size()]], place);
    }

    private boolean isWithinBounds(ColumnData data, int place) {
        if (data.isNull(place)) {
            return false;
        }
        if (lower != null) {
            int order = ColumnOrder.compare(data, place, lower.value());
            if (order < 0 || (order == 0 && !lower.inclusive())) {
                return false;
            }
        }
        if (upper != null) {
            int order = ColumnOrder.compare(data, place, upper.value());
            return order < 0 || (order == 0 && upper.inclusive());
        }
        return true;
    }
}

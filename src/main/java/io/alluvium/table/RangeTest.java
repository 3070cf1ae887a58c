package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.table.IndexRange.Bound;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A range of an index as places in the index's order, and as a test of single rows.
///
/// A place is before all rows that begin with some values, or after them. A range with a lower bound alone ends
/// before the NULLs of the bounded column.
final class RangeTest {

    /// The first values that a row of the range has at the least, and whether rows that begin with them are before
    /// it.
    final SearchValue[] from;
    final boolean isFromAfter;
    /// The same for its end.
    final SearchValue[] to;
    final boolean isToAfter;

    private final SearchValue[] equal;
    private final @Nullable SearchValue lower;
    private final boolean isLowerIn;
    private final @Nullable SearchValue upper;
    private final boolean isUpperIn;
    private final int[] columns;

    /// @param columns the places in the schema of the index's columns
    /// @param types their types
    RangeTest(IndexRange range, int[] columns, ColumnType[] types) {
        int count = range.equal().size();
        this.columns = columns;
        this.equal = new SearchValue[count];
        for (int i = 0; i < count; i++) {
            equal[i] = SearchValue.of(types[i], range.equal().get(i));
        }
        Bound low = range.lower();
        Bound high = range.upper();
        this.lower = low == null ? null : SearchValue.of(types[count], low.value());
        this.upper = high == null ? null : SearchValue.of(types[count], high.value());
        this.isLowerIn = low != null && low.inclusive();
        this.isUpperIn = high != null && high.inclusive();
        this.from = lower == null ? equal : with(lower);
        this.isFromAfter = lower != null && !isLowerIn;
        this.to = upper != null ? with(upper) : lower != null ? with(SearchValue.NULL) : equal;
        this.isToAfter = upper != null ? isUpperIn : lower == null;
    }

    private SearchValue[] with(SearchValue next) {
        SearchValue[] values = Arrays.copyOf(equal, equal.length + 1);
        values[equal.length] = next;
        return values;
    }

    /// The hash of the values that all columns shall equal.
    long hash() {
        long hash = 0;
        for (SearchValue value : equal) {
            hash = value.hash(hash);
        }
        return hash;
    }

    boolean matches(ColumnData[] chunk, int place) {
        for (int i = 0; i < equal.length; i++) {
            if (!equal[i].equalsStored(chunk[columns[i]], place)) {
                return false;
            }
        }
        return (lower == null && upper == null) || isWithinBounds(chunk[columns[equal.length]], place);
    }

    private boolean isWithinBounds(ColumnData data, int place) {
        if (data.isNull(place)) {
            return false;
        }
        if (lower != null) {
            int order = lower.compareStored(data, place);
            if (order < 0 || (order == 0 && !isLowerIn)) {
                return false;
            }
        }
        if (upper != null) {
            int order = upper.compareStored(data, place);
            return order < 0 || (order == 0 && isUpperIn);
        }
        return true;
    }
}

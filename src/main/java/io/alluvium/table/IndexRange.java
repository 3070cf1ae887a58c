package io.alluvium.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which rows of an index are wanted: those whose first columns equal `equal`, and whose next column lies between
/// the bounds. NULL equals nothing and lies between no bounds; columns that nothing is said about may be NULL.
///
/// @param equal values for the first columns, in the form that [io.alluvium.data.Vector] has for the columns'
///     types: `Long`, `Double`, `String`, `BigDecimal`, `UUID`, `byte[]`
/// @param lower null when there is no lower bound
/// @param upper null when there is no upper bound
public record IndexRange(
        List<Object> equal, @Nullable Bound lower, @Nullable Bound upper) {

    /// Every row.
    public static final IndexRange ALL = new IndexRange(List.of(), null, null);

    public record Bound(Object value, boolean inclusive) {}

    public IndexRange {
        equal = List.copyOf(equal);
    }

    public static IndexRange equal(Object... values) {
        return new IndexRange(List.of(values), null, null);
    }

    /// The first column between two values, both included.
    public static IndexRange between(Object lower, Object upper) {
        return new IndexRange(List.of(), new Bound(lower, true), new Bound(upper, true));
    }

    public static IndexRange atLeast(Object value) {
        return new IndexRange(List.of(), new Bound(value, true), null);
    }

    public static IndexRange greaterThan(Object value) {
        return new IndexRange(List.of(), new Bound(value, false), null);
    }

    public static IndexRange atMost(Object value) {
        return new IndexRange(List.of(), null, new Bound(value, true));
    }

    public static IndexRange lessThan(Object value) {
        return new IndexRange(List.of(), null, new Bound(value, false));
    }

    /// The first column begins with a text.
    public static IndexRange prefix(String text) {
        return prefix(List.of(), text);
    }

    /// The column after those in `equal` begins with a text.
    public static IndexRange prefix(List<Object> equal, String text) {
        String end = endOfPrefix(text);
        return new IndexRange(equal, new Bound(text, true), end == null ? null : new Bound(end, false));
    }

    boolean hasBounds() {
        return lower != null || upper != null;
    }

    /// The least text that is above all that begin with `prefix`, null when there is none. By code point,
    /// surrogates are above all other characters, and a code point's first one decides.
    private static @Nullable String endOfPrefix(String prefix) {
        for (int last = prefix.length() - 1; last >= 0; last--) {
            int at = last > 0 && Character.isSurrogatePair(prefix.charAt(last - 1), prefix.charAt(last))
                    ? last - 1
                    : last;
            int point = prefix.codePointAt(at);
            if (point == Character.MIN_SURROGATE - 1) {
                return prefix.substring(0, at) + (char) (Character.MAX_SURROGATE + 1);
            }
            if (point != Character.MAX_CODE_POINT && point != Character.MAX_SURROGATE) {
                return prefix.substring(0, at) + Character.toString(point + 1);
            }
            last = at;
        }
        return null;
    }
}

package io.alluvium.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the parts of a table take of the heap, in bytes.
///
/// @param primaryIndex from keys to rows
/// @param columns by name in the order of the schema, each with its dictionary
/// @param versions what tells the versions of rows apart, and what is known of the chunks
/// @param indexes by name
/// @param heldByViews what the table itself has given up and only views that are still held have
public record TableMemory(
        long keys,
        long primaryIndex,
        Map<String, Long> columns,
        long versions,
        Map<String, Long> indexes,
        long heldByViews) {

    public static final TableMemory NONE = new TableMemory(0, 0, Map.of(), 0, Map.of(), 0);

    public TableMemory {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        indexes = Collections.unmodifiableMap(new LinkedHashMap<>(indexes));
    }

    public long columnBytes() {
        return sum(columns);
    }

    public long indexBytes() {
        return sum(indexes);
    }

    public long total() {
        return keys + primaryIndex + columnBytes() + versions + indexBytes() + heldByViews;
    }

    /// Both together, column by column and index by index.
    public TableMemory plus(TableMemory other) {
        return new TableMemory(
                keys + other.keys,
                primaryIndex + other.primaryIndex,
                sums(columns, other.columns),
                versions + other.versions,
                sums(indexes, other.indexes),
                heldByViews + other.heldByViews);
    }

    private static Map<String, Long> sums(Map<String, Long> one, Map<String, Long> other) {
        var sums = new LinkedHashMap<>(one);
        other.forEach((name, bytes) -> sums.merge(name, bytes, Long::sum));
        return sums;
    }

    private static long sum(Map<String, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }
}

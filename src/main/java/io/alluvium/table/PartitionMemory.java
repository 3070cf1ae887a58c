package io.alluvium.table;

import io.alluvium.metrics.HeapSizes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a partition's parts take of the heap, in bytes.
///
/// @param columns by name, each with its dictionary
/// @param versions what tells the versions of rows apart: their deaths and links, and the account of the chunks
record PartitionMemory(long keys, long primaryIndex, Map<String, Long> columns, long versions) {

    /// The store with its lock, its present view and the list of dictionaries.
    static final long OBJECT_BYTES = HeapSizes.object(10, Integer.BYTES + 2 * Long.BYTES)
            + HeapSizes.object(1, 0)
            + HeapSizes.object(3, Integer.BYTES)
            + 2 * HeapSizes.object(2, 0)
            + HeapSizes.object(5, 5 * Long.BYTES + Integer.BYTES)
            + HeapSizes.object(1, 2 * Integer.BYTES)
            + HeapSizes.references(8);

    /// @param own what the store itself takes
    static PartitionMemory of(
            PartitionView view, KeyIndex index, VersionLog log, List<@Nullable Dictionary> dictionaries, long own) {
        long keys = 0;
        long versions = own + log.heapBytes();
        long[] columns = new long[view.schema.size()];
        for (ChunkView chunk : view.chunks) {
            if (chunk != null) {
                keys += chunk.chunk.keys.heapBytes();
                versions += chunk.versionBytes();
                for (int c = 0; c < columns.length; c++) {
                    columns[c] += chunk.columns[c].bytes();
                }
            }
        }
        var byName = new HashMap<String, Long>();
        for (int c = 0; c < columns.length; c++) {
            Dictionary dictionary = c < dictionaries.size() ? dictionaries.get(c) : null;
            byName.put(view.schema.column(c).name(), columns[c] + (dictionary == null ? 0 : dictionary.bytes()));
        }
        return new PartitionMemory(keys, index.heapBytes(), byName, versions);
    }
}

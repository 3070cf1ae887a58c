package io.alluvium.serve.http;

import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.table.TableView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/// The keys of one page of a table in the unsigned order of their bytes. Found by one pass over the key
/// columns, which keeps no more than the page.
///
/// @param keys in ascending order
/// @param hasMore whether keys come after these
record KeyPage(List<byte[]> keys, boolean hasMore) {

    /// The first `limit` keys, or the first ones after `after`.
    static KeyPage of(TableView view, Optional<byte[]> after, int limit) {
        int[] columns = view.keyColumns();
        List<ColumnType> types = IntStream.of(columns)
                .mapToObj(column -> view.schema().column(column).type())
                .toList();
        var codec = new KeyCodec(types);
        int[] places = IntStream.range(0, columns.length).toArray();
        var least = new PriorityQueue<byte[]>((a, b) -> Arrays.compareUnsigned(b, a));
        TableView.Scan scan = view.scan(columns);
        RowBatch batch;
        while ((batch = scan.next()) != null) {
            for (int row = 0; row < batch.size(); row++) {
                byte[] key = codec.encode(batch, places, row);
                if (after.isPresent() && Arrays.compareUnsigned(key, after.get()) <= 0) {
                    continue;
                }
                if (least.size() <= limit) {
                    least.add(key);
                } else if (Arrays.compareUnsigned(key, least.element()) < 0) {
                    least.remove();
                    least.add(key);
                }
            }
        }
        boolean hasMore = least.size() > limit;
        if (hasMore) {
            least.remove();
        }
        var keys = new ArrayList<>(least);
        keys.sort(Arrays::compareUnsigned);
        return new KeyPage(List.copyOf(keys), hasMore);
    }
}

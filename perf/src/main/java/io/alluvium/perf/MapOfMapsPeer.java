package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.table.ChangeBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A map of a map for each row: what a program without known columns has. The values are those of [MapPeer].
final class MapOfMapsPeer extends Peer {

    private final Map<String, Map<String, Object>> map = new HashMap<>();
    private String[] keys = {};
    private List<ChangeBatch> changes = List.of();

    @Override
    void insert(int from, int to) {
        for (int i = from; i < to; i++) {
            String id = Orders.id(i);
            map.put(
                    id,
                    row(id, Orders.symbol(i), Orders.price(i), Orders.quantity(i), Orders.micros(i), Orders.status(i)));
        }
    }

    private static Map<String, Object> row(
            Object id, Object symbol, long price, int quantity, long micros, Object status) {
        Map<String, Object> row = new HashMap<>();
        row.put("id", id);
        row.put("symbol", symbol);
        row.put("price", price);
        row.put("qty", quantity);
        row.put("ts", micros);
        row.put("status", status);
        return row;
    }

    @Override
    void keys(int[] numbers) {
        keys = MapPeer.ids(numbers);
    }

    @Override
    long priceAndQuantity(int at) {
        Map<String, Object> row = map.get(keys[at]);
        return (Long) row.get("price") + (Integer) row.get("qty");
    }

    @Override
    void changes(List<ChangeBatch> batches) {
        changes = batches;
    }

    @Override
    void upsert(int batch) {
        ChangeBatch changed = changes.get(batch);
        for (int i = 0; i < changed.size(); i++) {
            Map<String, Object> row = row(changed.rows(), i);
            map.put((String) row.get("id"), row);
        }
    }

    /// A row of a batch as a map.
    static Map<String, Object> row(RowBatch rows, int row) {
        return row(
                rows.column(Orders.ID).getObject(row),
                rows.column(Orders.SYMBOL).getObject(row),
                rows.column(Orders.PRICE).getLong(row),
                (int) rows.column(Orders.QUANTITY).getLong(row),
                rows.column(Orders.TIME).getLong(row),
                rows.column(Orders.STATUS).getObject(row));
    }

    @Override
    long sumQuantity() {
        long sum = 0;
        for (Map<String, Object> row : map.values()) {
            sum += (Integer) row.get("qty");
        }
        return sum;
    }
}

package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.table.ChangeBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A map of arrays: what a program that knows its columns writes. Prices are the unscaled `Long`, times the
/// microseconds, texts that repeat are one object: less heap than BigDecimal, Instant and parsed texts would take.
/// The keys looked up are strings whose hash is known after the first time.
final class MapPeer extends Peer {

    private final Map<String, Object[]> map;
    private String[] keys = {};
    private List<ChangeBatch> changes = List.of();

    private MapPeer(Map<String, Object[]> map) {
        this.map = map;
    }

    static MapPeer ofArrays() {
        return new MapPeer(new HashMap<>());
    }

    /// Readers may be other threads.
    static MapPeer ofArraysForTwoThreads() {
        return new MapPeer(new ConcurrentHashMap<>());
    }

    @Override
    void insert(int from, int to) {
        for (int i = from; i < to; i++) {
            String id = Orders.id(i);
            map.put(id, new Object[] {
                id, Orders.symbol(i), Orders.price(i), Orders.quantity(i), Orders.micros(i), Orders.status(i)
            });
        }
    }

    @Override
    void keys(int[] numbers) {
        keys = ids(numbers);
    }

    static String[] ids(int[] numbers) {
        String[] ids = new String[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            ids[i] = Orders.id(numbers[i]);
        }
        return ids;
    }

    @Override
    long priceAndQuantity(int at) {
        Object[] row = map.get(keys[at]);
        return (Long) row[Orders.PRICE] + (Integer) row[Orders.QUANTITY];
    }

    @Override
    void changes(List<ChangeBatch> batches) {
        changes = batches;
    }

    @Override
    void upsert(int batch) {
        ChangeBatch changed = changes.get(batch);
        RowBatch rows = changed.rows();
        for (int row = 0; row < changed.size(); row++) {
            String id = rows.column(Orders.ID).getText(row);
            map.put(id, new Object[] {
                id,
                rows.column(Orders.SYMBOL).getObject(row),
                rows.column(Orders.PRICE).getLong(row),
                (int) rows.column(Orders.QUANTITY).getLong(row),
                rows.column(Orders.TIME).getLong(row),
                rows.column(Orders.STATUS).getObject(row)
            });
        }
    }

    @Override
    long sumQuantity() {
        long sum = 0;
        for (Object[] row : map.values()) {
            sum += (Integer) row[Orders.QUANTITY];
        }
        return sum;
    }
}

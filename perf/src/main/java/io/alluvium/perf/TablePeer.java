package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import io.alluvium.table.TableView;
import java.util.List;

/// Alluvium's table. Each look-up takes the table's latest view anew. Readers may be other threads.
class TablePeer extends Peer {

    private static final int[] QUANTITY_ONLY = {Orders.QUANTITY};

    final TableStore store = Orders.newStore();
    private final ChangeBatch inserts = Orders.newBatch(RowBatch.DEFAULT_ROWS);
    byte[][] keys = {};
    private List<ChangeBatch> changes = List.of();

    @Override
    void insert(int from, int to) {
        for (int number = from; number < to; number++) {
            Orders.upsert(inserts, number, number);
            if (inserts.size() == RowBatch.DEFAULT_ROWS || number == to - 1) {
                store.apply(0, inserts);
                inserts.clear();
            }
        }
    }

    @Override
    void keys(int[] numbers) {
        keys = new byte[numbers.length][];
        for (int i = 0; i < numbers.length; i++) {
            keys[i] = Orders.key(numbers[i]);
        }
    }

    @Override
    long priceAndQuantity(int at) {
        TableView view = store.view();
        long row = view.find(keys[at]);
        return view.getLong(row, Orders.PRICE) + view.getLong(row, Orders.QUANTITY);
    }

    @Override
    void changes(List<ChangeBatch> batches) {
        changes = batches;
    }

    @Override
    void upsert(int batch) {
        store.apply(0, changes.get(batch));
    }

    @Override
    long sumQuantity() {
        long sum = 0;
        TableView.Scan scan = store.view().scan(QUANTITY_ONLY);
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            long[] values = batch.column(0).longs();
            for (int row = 0; row < batch.size(); row++) {
                sum += values[row];
            }
        }
        return sum;
    }
}

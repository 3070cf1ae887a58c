package io.alluvium.perf;

import io.alluvium.table.TableView;

/// Alluvium's table, asked for many keys at once, so that their waits for memory overlap.
final class BatchTablePeer extends TablePeer {

    private final byte[][] asked = new byte[LookupBenchmark.LOOKUPS][];
    private final long[] rows = new long[LookupBenchmark.LOOKUPS];

    @Override
    long pricesAndQuantities(int from, int count) {
        System.arraycopy(keys, from, asked, 0, count);
        TableView view = store.view();
        view.find(asked, count, rows);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += view.getLong(rows[i], Orders.PRICE) + view.getLong(rows[i], Orders.QUANTITY);
        }
        return sum;
    }
}

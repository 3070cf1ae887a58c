package io.alluvium.perf;

import java.util.Locale;
import java.util.Map;

/// How much heap does a row take? One million orders in the table, after garbage collection, beside a map of
/// arrays.
public final class HeapPerRow {

    private static final int ROWS = 1_000_000;

    private HeapPerRow() {}

    public static void main(String[] args) throws InterruptedException {
        long before = used();
        var table = KeyLookupBenchmark.alluvium(ROWS);
        long withTable = used();
        print("alluvium table", withTable - before, table.rows());
        System.out.printf(Locale.ROOT, "  of which it accounts for itself: %.1f%n", (double) table.bytes() / ROWS);
        Map<String, Object[]> map = KeyLookupBenchmark.hashMap(ROWS);
        print("HashMap<String, Object[]>", used() - withTable, map.size());
        if (table.rows() != ROWS) {
            throw new IllegalStateException("the table lost rows");
        }
    }

    private static void print(String what, long bytes, long rows) {
        System.out.printf(Locale.ROOT, "%s: %.1f bytes a row (%d rows)%n", what, (double) bytes / rows, rows);
    }

    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

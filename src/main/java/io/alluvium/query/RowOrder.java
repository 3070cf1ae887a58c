package io.alluvium.query;

import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import java.util.List;

/// The order of ORDER BY over rows of vectors.
record RowOrder(List<By> by) {

    /// One sort key.
    record By(int column, boolean descending, boolean nullsFirst) {}

    RowOrder {
        by = List.copyOf(by);
    }

    int compare(List<Vector> a, int rowA, List<Vector> b, int rowB) {
        for (By key : by) {
            int order = compare(key, a.get(key.column), rowA, b.get(key.column), rowB);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// Compares by the first keys alone.
    int compare(int keys, List<Vector> a, int rowA, List<Vector> b, int rowB) {
        int order = 0;
        for (int i = 0; i < keys && order == 0; i++) {
            By key = by.get(i);
            order = compare(key, a.get(key.column), rowA, b.get(key.column), rowB);
        }
        return order;
    }

    private static int compare(By key, Vector a, int rowA, Vector b, int rowB) {
        boolean nullA = a.isNull(rowA);
        boolean nullB = b.isNull(rowB);
        if (nullA || nullB) {
            return nullA == nullB ? 0 : nullA == key.nullsFirst ? -1 : 1;
        }
        int order = ValueOrder.compare(a, rowA, b, rowB);
        return key.descending ? -order : order;
    }

    /// The numbers of the rows 0 to `size` in order; equal rows keep theirs (merge sort, bottom up).
    int[] sorted(List<Vector> columns, int size, Execution execution) {
        int[] rows = new int[size];
        for (int i = 0; i < size; i++) {
            rows[i] = i;
        }
        int run = 16;
        for (int from = 0; from < size; from += run) {
            insertionSort(columns, rows, from, Math.min(size, from + run));
        }
        int[] merged = new int[size];
        for (; run < size && run > 0; run *= 2) {
            for (int from = 0; from < size; from += 2 * run) {
                execution.check();
                int middle = Math.min(size, from + run);
                int to = (int) Math.min(size, from + 2L * run);
                merge(columns, rows, merged, from, middle, to);
                if (to == size) {
                    break;
                }
            }
            int[] spare = rows;
            rows = merged;
            merged = spare;
        }
        return rows;
    }

    private void insertionSort(List<Vector> columns, int[] rows, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int row = rows[i];
            int at = i;
            while (at > from && compare(columns, rows[at - 1], columns, row) > 0) {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
    }

    private void merge(List<Vector> columns, int[] rows, int[] out, int from, int middle, int to) {
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takeLeft =
                    right >= to || (left < middle && compare(columns, rows[left], columns, rows[right]) <= 0);
            out[i] = takeLeft ? rows[left++] : rows[right++];
        }
    }
}

package io.alluvium.table;

import io.alluvium.data.ColumnType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The living rows of some runs in one order: a heap of the runs' next entries. Nothing is read ahead but one entry
/// of each run.
final class OrderedMerge implements RowNumberScan.Source {

    private final boolean isExact;
    private final boolean isDescending;
    private Cursor[] heap = new Cursor[8];
    private int size;

    OrderedMerge(ColumnType[] types, boolean isDescending) {
        this.isExact = types.length == 1 && SortWord.isExact(types[0]);
        this.isDescending = isDescending;
    }

    /// Adds a range of a run.
    void add(IndexView.Part part, IndexRun run, RangeTest range) {
        int from = run.from(range);
        var cursor = new Cursor(part, run, from, run.to(range, from), isDescending);
        if (!cursor.advance()) {
            return;
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int at = size++;
        for (; at > 0 && isBefore(cursor, heap[(at - 1) >>> 1]); at = (at - 1) >>> 1) {
            heap[at] = heap[(at - 1) >>> 1];
        }
        heap[at] = cursor;
    }

    @Override
    public long next() {
        if (size == 0) {
            return TableView.NO_ROW;
        }
        Cursor first = heap[0];
        long row = first.row;
        sink(first.advance() ? first : heap[--size]);
        return row;
    }

    /// Puts a cursor in the first one's place.
    private void sink(Cursor cursor) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], cursor)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = cursor;
    }

    private boolean isBefore(Cursor a, Cursor b) {
        int order = compare(a, b);
        return isDescending ? order > 0 : order < 0;
    }

    private int compare(Cursor a, Cursor b) {
        if (a.isNull != b.isNull) {
            return a.isNull ? 1 : -1;
        }
        if (a.word != b.word) {
            return a.word < b.word ? -1 : 1;
        }
        int order = isExact ? 0 : IndexRun.compare(a.run, a.entry, b.run, b.entry);
        return order != 0 ? order : Long.compare(a.row, b.row);
    }

    /// A place in a run, on an entry whose row is alive.
    private static final class Cursor {
        private final IndexView.Part part;
        private final IndexRun run;
        private final int step;
        private final int end;
        private int entry;
        /// The number of the row in the view.
        private long row;

        private boolean isNull;
        private long word;

        Cursor(IndexView.Part part, IndexRun run, int from, int to, boolean isDescending) {
            this.part = part;
            this.run = run;
            this.step = isDescending ? -1 : 1;
            this.end = isDescending ? from - 1 : to;
            this.entry = isDescending ? to : from - 1;
        }

        /// Goes to the next entry whose row is alive.
        boolean advance() {
            for (entry += step; entry != end; entry += step) {
                @Nullable ChunkView chunk = part.living(run, entry);
                if (chunk != null) {
                    row = SnapshotView.number(part.partition, chunk, run.place(entry));
                    isNull = run.isNull(entry);
                    word = isNull ? 0 : run.word(entry);
                    return true;
                }
            }
            return false;
        }
    }
}

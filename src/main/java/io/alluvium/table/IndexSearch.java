package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexDefinition.Kind;
import io.alluvium.table.IndexRange.Bound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds rows of a view by an index.
final class IndexSearch {

    private final SnapshotView view;
    private final SecondaryIndex index;

    IndexSearch(SnapshotView view, SecondaryIndex index) {
        this.view = view;
        this.index = index;
    }

    RowSet rows(List<IndexRange> ranges) {
        var found = new RowSet.Builder(view);
        List<RangeTest> tests = new ArrayList<>();
        for (IndexRange range : ranges) {
            check(range);
            tests.add(new RangeTest(range, index.columns));
        }
        for (int p = 0; p < view.partitions(); p++) {
            @Nullable ChunkView[] chunks = view.chunks(p);
            for (int c = 0; c < chunks.length; c++) {
                ChunkView chunk = chunks[c];
                for (int place = 0; chunk != null && place < chunk.rows; place++) {
                    if (chunk.isAlive(place, view.batch(p)) && matchesAny(tests, chunk, place)) {
                        found.chunk(p, c).add(place);
                    }
                }
            }
        }
        return found.build();
    }

    private static boolean matchesAny(List<RangeTest> tests, ChunkView chunk, int place) {
        for (RangeTest test : tests) {
            if (test.matches(chunk.columns, place)) {
                return true;
            }
        }
        return false;
    }

    TableView.Scan ordered(@Nullable IndexRange range, boolean descending, int[] columns) {
        if (index.definition.kind() == Kind.HASH) {
            throw new IllegalArgumentException("the index " + index.definition.name() + " has no order");
        }
        RowSet rows = rows(List.of(range == null ? IndexRange.ALL : range));
        List<Long> numbers = new ArrayList<>();
        int[] places = new int[Chunk.ROWS];
        for (int p = 0; p < rows.partitions(); p++) {
            for (int c = 0; c < rows.chunks(p); c++) {
                PlaceSet set = rows.places(p, c);
                for (int i = 0, count = set == null ? 0 : set.copyTo(places); i < count; i++) {
                    numbers.add(SnapshotView.number(p, Objects.requireNonNull(view.chunks(p)[c]), places[i]));
                }
            }
        }
        Comparator<Long> order = this::compare;
        numbers.sort(descending ? order.reversed() : order);
        var next = numbers.iterator();
        return new RowNumberScan(view, () -> next.hasNext() ? next.next() : TableView.NO_ROW, columns);
    }

    private int compare(long a, long b) {
        for (int column : index.columns) {
            int order = ColumnOrder.compare(
                    view.column(a, column), SnapshotView.place(a), view.column(b, column), SnapshotView.place(b));
            if (order != 0) {
                return order;
            }
        }
        return Long.compare(a, b);
    }

    long estimate(List<IndexRange> ranges) {
        return rows(ranges).count();
    }

    private void check(IndexRange range) {
        IndexDefinition definition = index.definition;
        int count = range.equal().size() + (range.hasBounds() ? 1 : 0);
        if (count > index.columns.length) {
            throw wrong("has " + index.columns.length + " columns, and the range is over " + count);
        }
        if (definition.kind() == Kind.HASH && (range.hasBounds() || count < index.columns.length)) {
            throw wrong("finds equal values of all its columns only");
        }
        for (int i = 0; i < range.equal().size(); i++) {
            checkValue(i, range.equal().get(i));
        }
        checkBound(count - 1, range.lower());
        checkBound(count - 1, range.upper());
    }

    private void checkBound(int at, @Nullable Bound bound) {
        if (bound != null) {
            checkValue(at, bound.value());
        }
    }

    private void checkValue(int at, Object value) {
        Schema schema = view.schema();
        ColumnType type = schema.column(index.columns[at]).type();
        if (!ColumnOrder.isValueOf(type, value)) {
            throw wrong("has a " + type + " column "
                    + schema.column(index.columns[at]).name() + ", which is not compared with a "
                    + value.getClass().getSimpleName());
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("the index " + index.definition.name() + " " + what);
    }
}

package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexDefinition.Kind;
import io.alluvium.table.IndexRange.Bound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds rows of a view by an index: in the runs by search, in the chunks that none covers one by one.
final class IndexSearch {

    /// Up to so many rows are listed; more are marked.
    private static final int MAX_LISTED = 1024;

    private final SnapshotView view;
    private final IndexView seen;
    private final IndexDefinition definition;
    private final int[] columns;
    private final ColumnType[] types;

    IndexSearch(SnapshotView view, IndexView seen) {
        this.view = view;
        this.seen = seen;
        this.definition = seen.index.definition;
        this.columns = seen.index.columns;
        this.types = seen.index.types(view.schema());
    }

    /// Takes the rows that are found.
    private interface Found {
        void add(int partition, ChunkView chunk, int place);
    }

    /// The entries of a range in a run.
    private record Span(IndexView.Part part, IndexRun run, RangeTest test, int from, int to) {}

    RowSet rows(List<IndexRange> ranges) {
        return rows(new Hits(tests(ranges)));
    }

    private RowSet rows(Hits hits) {
        var found = new RowSet.Builder(view);
        hits.forEach(found::add);
        return found.build();
    }

    TableView.Scan scan(List<IndexRange> ranges, int[] wanted) {
        var hits = new Hits(tests(ranges));
        if (hits.entries() > MAX_LISTED) {
            return new RowSetScan(rows(hits), wanted);
        }
        var numbers = new Object() {
            long[] list = new long[16];
            int size;
        };
        hits.forEach((partition, chunk, place) -> {
            if (numbers.size == numbers.list.length) {
                numbers.list = Arrays.copyOf(numbers.list, numbers.size * 2);
            }
            numbers.list[numbers.size++] = SnapshotView.number(partition, chunk, place);
        });
        Arrays.sort(numbers.list, 0, numbers.size);
        return new RowNumberScan(view, new Listed(numbers.list, numbers.size), wanted);
    }

    /// Sorted numbers, each once.
    private static final class Listed implements RowNumberScan.Source {
        private final long[] numbers;
        private final int size;
        private int at;

        Listed(long[] numbers, int size) {
            this.numbers = numbers;
            this.size = size;
        }

        @Override
        public long next() {
            while (at > 0 && at < size && numbers[at] == numbers[at - 1]) {
                at++;
            }
            return at < size ? numbers[at++] : TableView.NO_ROW;
        }
    }

    /// What some ranges find: entries of runs, and the partitions whose uncovered chunks are to be looked through.
    private final class Hits {
        private final RangeTest[] tests;
        private final List<Span> spans = new ArrayList<>();
        private final List<IndexView.Part> uncovered = new ArrayList<>();

        Hits(RangeTest[] tests) {
            this.tests = tests;
            for (IndexView.Part part : seen.parts) {
                for (IndexRun run : part.runs) {
                    addSpans(part, run);
                }
                IndexRun rest = part.restIfWorthwhile();
                if (rest == null) {
                    uncovered.add(part);
                } else {
                    addSpans(part, rest);
                }
            }
        }

        private void addSpans(IndexView.Part part, IndexRun run) {
            for (RangeTest test : tests) {
                int from = run.from(test);
                int to = run.to(test, from);
                if (from < to) {
                    spans.add(new Span(part, run, test, from, to));
                }
            }
        }

        long entries() {
            return spans.stream().mapToLong(span -> span.to - span.from).sum();
        }

        long rowsAtMost() {
            return entries()
                    + uncovered.stream().mapToLong(part -> part.uncoveredRows).sum();
        }

        void forEach(Found found) {
            for (Span span : spans) {
                take(span, found);
            }
            for (IndexView.Part part : uncovered) {
                lookThrough(part, tests, found);
            }
        }
    }

    private void take(Span span, Found found) {
        IndexRun run = span.run;
        for (int entry = span.from; entry < span.to; entry++) {
            ChunkView chunk = span.part.living(run, entry);
            if (chunk != null
                    && (definition.kind() == Kind.ORDERED || span.test.matches(chunk.columns, run.place(entry)))) {
                found.add(span.part.partition, chunk, run.place(entry));
            }
        }
    }

    private static void lookThrough(IndexView.Part part, RangeTest[] tests, Found found) {
        for (int at : part.uncovered) {
            ChunkView chunk = part.view.chunks[at];
            for (int place = 0; chunk != null && place < chunk.rows; place++) {
                if (matchesAny(tests, chunk, place) && part.view.isAlive(chunk, place)) {
                    found.add(part.partition, chunk, place);
                }
            }
        }
    }

    private static boolean matchesAny(RangeTest[] tests, ChunkView chunk, int place) {
        for (RangeTest test : tests) {
            if (test.matches(chunk.columns, place)) {
                return true;
            }
        }
        return false;
    }

    TableView.Scan ordered(@Nullable IndexRange range, boolean descending, int[] wanted) {
        if (definition.kind() == Kind.HASH) {
            throw wrong("has no order");
        }
        RangeTest test = test(range == null ? IndexRange.ALL : range);
        var merge = new OrderedMerge(types, descending);
        for (IndexView.Part part : seen.parts) {
            for (IndexRun run : part.runs) {
                merge.add(part, run, test);
            }
            if (part.uncovered.length > 0) {
                merge.add(part, part.rest(test), test);
            }
        }
        return new RowNumberScan(view, merge, wanted);
    }

    long unindexedRows() {
        return seen.uncoveredRows();
    }

    long estimate(List<IndexRange> ranges) {
        return Math.min(view.rows(), new Hits(tests(ranges)).rowsAtMost());
    }

    private RangeTest[] tests(List<IndexRange> ranges) {
        return ranges.stream().map(this::test).toArray(RangeTest[]::new);
    }

    private RangeTest test(IndexRange range) {
        check(range);
        return new RangeTest(range, columns, types);
    }

    private void check(IndexRange range) {
        int count = range.equal().size() + (range.hasBounds() ? 1 : 0);
        if (count > columns.length) {
            throw wrong("has " + columns.length + " columns, and the range is over " + count);
        }
        if (definition.kind() == Kind.HASH && (range.hasBounds() || count < columns.length)) {
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
        if (!SearchValue.isOf(types[at], value)) {
            Schema schema = view.schema();
            throw wrong("has a " + types[at] + " column "
                    + schema.column(columns[at]).name() + ", which is not compared with a "
                    + value.getClass().getSimpleName());
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("the index " + definition.name() + " " + what);
    }
}

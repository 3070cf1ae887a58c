package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.table.IndexRange.Bound;
import io.alluvium.table.RandomValues.Spread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Random questions to a view and its indexes, answered by a model as well. Used by one thread.
final class RandomQuestions {

    private final Random random;
    private final int keys;
    private final List<Spread> spreads;

    /// @param keys how many there may be
    /// @param spreads of the values of each column, and of those that may come
    RandomQuestions(Random random, int keys, List<Spread> spreads) {
        this.random = random;
        this.keys = keys;
        this.spreads = spreads;
    }

    void ask(TableView view, TableModel expected) {
        assertThat(view.rows()).isEqualTo(expected.rows.size());
        List<IndexDefinition> known = view.indexes();
        if (known.isEmpty()) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            IndexDefinition index = known.get(random.nextInt(known.size()));
            List<IndexRange> ranges = ranges(expected, index);
            String what = index + " " + ranges;
            List<String> keysFound = keys(view.scan(index, ranges, new int[] {0}));
            assertThat(new HashSet<>(keysFound)).as(what).hasSize(keysFound.size());
            assertThat(new HashSet<>(keysFound)).as(what).isEqualTo(new HashSet<>(expected.keys(index, ranges)));
            assertThat(view.estimate(index, ranges)).as(what).isGreaterThanOrEqualTo(keysFound.size());
            if (index.kind() == IndexDefinition.Kind.ORDERED) {
                askOrdered(view, expected, index);
            }
        }
        askSets(view, expected, known);
    }

    private void askOrdered(TableView view, TableModel expected, IndexDefinition index) {
        IndexRange range = random.nextInt(3) == 0 ? IndexRange.ALL : range(expected, index);
        boolean descending = random.nextBoolean();
        int limit = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(1, 50);
        int[] places = expected.places(index);
        List<List<@Nullable Object>> all = expected.ordered(index, range, descending);
        List<List<@Nullable Object>> wanted = all.subList(0, Math.min(limit, all.size()));
        List<List<@Nullable Object>> found = rows(view.scanOrdered(index, range, descending, places), limit);
        assertThat(found.size()).as("%s %s", index, range).isEqualTo(wanted.size());
        var order = expected.order(places);
        for (int i = 0; i < wanted.size(); i++) {
            if (order.compare(found.get(i), wanted.get(i)) != 0) {
                throw new AssertionError("row %s of %s %s, descending %s: %s instead of %s"
                        .formatted(i, index, range, descending, found.get(i), wanted.get(i)));
            }
        }
    }

    private void askSets(TableView view, TableModel expected, List<IndexDefinition> known) {
        IndexDefinition one = known.get(random.nextInt(known.size()));
        IndexDefinition two = known.get(random.nextInt(known.size()));
        List<IndexRange> first = ranges(expected, one);
        List<IndexRange> second = ranges(expected, two);
        RowSet a = view.rows(one, first);
        RowSet b = view.rows(two, second);
        RowSet combined;
        Set<String> wanted = new HashSet<>(expected.keys(one, first));
        List<String> others = expected.keys(two, second);
        switch (random.nextInt(3)) {
            case 0 -> {
                combined = a.and(b);
                wanted.retainAll(new HashSet<>(others));
            }
            case 1 -> {
                combined = a.or(b);
                wanted.addAll(others);
            }
            default -> {
                combined = a.andNot(b);
                wanted.removeAll(new HashSet<>(others));
            }
        }
        List<String> found = keys(view.scan(combined, new int[] {0}));
        assertThat(new HashSet<>(found)).isEqualTo(wanted);
        assertThat(found).hasSize(wanted.size());
        assertThat(combined.count()).isEqualTo(wanted.size());
        assertThat(combined.isEmpty()).isEqualTo(wanted.isEmpty());
    }

    private List<IndexRange> ranges(TableModel expected, IndexDefinition index) {
        List<IndexRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ranges.add(range(expected, index));
        }
        return ranges;
    }

    private IndexRange range(TableModel expected, IndexDefinition index) {
        int[] places = expected.places(index);
        int equal = index.kind() == IndexDefinition.Kind.HASH ? places.length : random.nextInt(places.length + 1);
        @Nullable Object @Nullable [] near = anyRow(expected);
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < equal; i++) {
            values.add(searched(expected, places[i], near));
        }
        if (equal == places.length || random.nextInt(4) == 0) {
            return new IndexRange(values, null, null);
        }
        Object lower = searched(expected, places[equal], near);
        Object upper = searched(expected, places[equal], null);
        if (expected.schema.column(places[equal]).type().kind() == Kind.VARCHAR && random.nextInt(3) == 0) {
            String text = (String) lower;
            return IndexRange.prefix(values, text.substring(0, random.nextInt(text.length() + 1)));
        }
        return new IndexRange(
                values,
                random.nextInt(3) == 0 ? null : new Bound(lower, random.nextBoolean()),
                random.nextInt(3) == 0 ? null : new Bound(upper, random.nextBoolean()));
    }

    private @Nullable Object @Nullable [] anyRow(TableModel expected) {
        var row = expected.rows.ceilingEntry("key-" + random.nextInt(keys));
        return row == null ? null : row.getValue();
    }

    /// A value to look for: mostly one that a row has.
    private Object searched(TableModel expected, int column, @Nullable Object @Nullable [] near) {
        Object present = near == null ? null : near[column];
        if (present != null && random.nextInt(4) > 0) {
            return present;
        }
        if (column == 0) {
            return "key-" + random.nextInt(keys);
        }
        return RandomValues.of(expected.schema.column(column).type(), spreads.get(column), random);
    }

    private static List<String> keys(TableView.Scan scan) {
        List<String> keys = new ArrayList<>();
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                keys.add(batch.column(0).getText(i));
            }
        }
        return keys;
    }

    private static List<List<@Nullable Object>> rows(TableView.Scan scan, int limit) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                if (rows.size() == limit) {
                    return rows;
                }
                List<@Nullable Object> row = new ArrayList<>();
                for (Vector vector : batch.columns()) {
                    row.add(value(vector, i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static @Nullable Object value(Vector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector.storage()) {
            case LONG -> (Object) vector.getLong(row);
            case DOUBLE -> vector.getDouble(row);
            case OBJECT -> vector.getObject(row);
        };
    }
}

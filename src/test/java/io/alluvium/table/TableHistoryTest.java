package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.table.IndexRange.Bound;
import io.alluvium.table.RandomValues.Spread;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random histories of a table beside a model of it: changes, wider schemas, indexes that come and go and are built
/// at random moments, and what views of different ages find by them.
///
/// `-Dhistories=10000` runs more of them, `-Dhistory=<seed>` that one alone.
class TableHistoryTest {

    private static final int HISTORIES = Integer.getInteger("histories", 60);
    private static final @Nullable Long ONLY = Long.getLong("history");

    @Test
    void anyHistoryLeavesWhatAModelHas() {
        long start = System.nanoTime();
        LongStream seeds = ONLY != null ? LongStream.of(ONLY) : LongStream.range(start, start + HISTORIES);
        seeds.parallel().forEach(seed -> {
            try {
                new History(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("the history that -Dhistory=" + seed + " runs again", e);
            }
        });
    }

    /// A view and what it shall have.
    private record Held(TableView view, TableModel model) {}

    private static final class History {
        private final Random random;
        private final TableStore store;
        private final TableModel model;
        private final List<Spread> spreads = new ArrayList<>();
        private final List<IndexDefinition> indexes = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private final ArrayDeque<Runnable> pieces = new ArrayDeque<>();
        private final int partitions;
        private final boolean isLarge;
        private final int keys;
        private final int rounds;
        private int indexNumber;

        History(long seed) {
            random = new Random(seed);
            partitions = random.nextInt(1, 4);
            // Chunks stay only if half of their rows do, which takes more keys than a chunk has rows.
            isLarge = random.nextInt(3) > 0;
            keys = 1 << (isLarge ? random.nextInt(13, 15) : random.nextInt(3, 12));
            rounds = random.nextInt(20) == 0 ? 60 : random.nextInt(5, 15);
            List<Column> columns = new ArrayList<>(List.of(Column.of("key", ColumnType.VARCHAR)));
            spreads.add(Spread.MANY);
            for (int i = random.nextInt(2, 5); i > 0; i--) {
                columns.add(newColumn(columns.size()));
            }
            Schema schema = new Schema(columns);
            model = new TableModel(schema);
            IndexBuilder builder = switch (random.nextInt(4)) {
                case 0 -> new IndexBuilder(Runnable::run);
                case 1 -> IndexBuilder.shared();
                default -> new IndexBuilder(pieces::add);
            };
            store = new TableStore(new TableName("t"), schema, new int[] {0}, builder);
        }

        private Column newColumn(int number) {
            spreads.add(RandomValues.one(List.of(Spread.FEW, Spread.MANY, Spread.ALIKE), random));
            return TableModel.column(number, RandomValues.type(random));
        }

        void run() {
            if (isLarge) {
                createIndex();
                change(random.nextInt(4000, 12_000));
                hold();
            }
            for (int round = 0; round < rounds; round++) {
                int dice = random.nextInt(100);
                if (dice < 20) {
                    createIndex();
                } else if (dice < 25) {
                    dropIndex();
                } else if (dice < 36) {
                    evolve();
                } else if (dice < 38) {
                    clear(random.nextInt(partitions));
                } else if (dice < 55) {
                    hold();
                }
                change(random.nextInt(1, random.nextInt(4) == 0 ? 5000 : 500));
                for (int i = random.nextInt(6); i > 0 && !pieces.isEmpty(); i--) {
                    pieces.poll().run();
                }
                if (random.nextInt(3) == 0) {
                    ask(new Held(store.view(), model));
                }
                if (!held.isEmpty() && random.nextInt(3) == 0) {
                    ask(held.get(random.nextInt(held.size())));
                }
            }
            while (!pieces.isEmpty()) {
                pieces.poll().run();
            }
            store.checkInvariants();
            checkStatus();
            held.add(new Held(store.view(), model));
            held.forEach(this::ask);
        }

        private void checkStatus() {
            for (IndexStatus status : store.indexes()) {
                assertThat(status.rows()).isEqualTo(model.rows.size());
                assertThat(status.indexedRows()).isBetween(0L, status.rows());
            }
        }

        private void createIndex() {
            List<String> names = new ArrayList<>(store.schema().names());
            Collections.shuffle(names, random);
            var kind = random.nextInt(3) == 0 ? IndexDefinition.Kind.HASH : IndexDefinition.Kind.ORDERED;
            var index = new IndexDefinition(
                    "index" + indexNumber++, names.subList(0, random.nextInt(1, Math.min(3, names.size()) + 1)), kind);
            store.createIndex(index);
            indexes.add(index);
        }

        private void dropIndex() {
            if (!indexes.isEmpty()) {
                String name = indexes.remove(random.nextInt(indexes.size())).name();
                assertThat(store.dropIndex(name)).isTrue();
                assertThat(store.dropIndex(name)).isFalse();
            }
        }

        private void evolve() {
            Schema wider = store.schema();
            int column = random.nextInt(1, wider.size() + 1);
            if (!indexes.isEmpty() && random.nextBoolean()) {
                column = Math.max(
                        1,
                        wider.indexOf(
                                RandomValues.one(indexes, random).columns().getFirst()));
            }
            if (column == wider.size()) {
                wider = wider.with(newColumn(column));
            } else {
                ColumnType type = RandomValues.wider(wider.column(column).type(), random);
                wider = type == null
                        ? wider
                        : wider.with(Column.of(wider.column(column).name(), type));
            }
            store.evolve(wider);
            model.evolve(wider);
        }

        private void clear(int partition) {
            store.clear(partition);
            model.rows.keySet().removeIf(key -> partition(key) == partition);
        }

        private int partition(String key) {
            return Math.floorMod(key.hashCode(), partitions);
        }

        private void hold() {
            if (held.size() == 3) {
                held.remove(random.nextInt(3));
            }
            held.add(new Held(store.view(), model.copy()));
        }

        private void change(int changes) {
            List<ChangeBatch> batches = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                batches.add(new ChangeBatch(RowBatch.forSchema(store.schema(), 64), 64));
            }
            int deletions = random.nextInt(1, 10);
            for (int i = 0; i < changes; i++) {
                String key = "key-" + random.nextInt(keys);
                ChangeBatch batch = batches.get(partition(key));
                if (random.nextInt(20) < deletions) {
                    batch.delete(key.getBytes(StandardCharsets.UTF_8));
                    model.rows.remove(key);
                } else {
                    @Nullable Object[] row = newRow(key);
                    put(batch, key, row);
                    model.rows.put(key, row);
                }
            }
            for (int p = 0; p < partitions; p++) {
                assertThat(store.apply(p, batches.get(p))).isTrue();
            }
        }

        private @Nullable Object[] newRow(String key) {
            @Nullable Object[] row = new @Nullable Object[store.schema().size()];
            row[0] = key;
            for (int c = 1; c < row.length; c++) {
                row[c] = random.nextInt(12) == 0 ? null : value(c);
            }
            return row;
        }

        private Object value(int column) {
            return RandomValues.of(store.schema().column(column).type(), spreads.get(column), random);
        }

        private static void put(ChangeBatch batch, String key, @Nullable Object[] row) {
            int at = batch.size();
            for (int c = 0; c < row.length; c++) {
                Vector vector = batch.rows().column(c);
                vector.ensureCapacity(at + 1);
                switch (row[c]) {
                    case null -> vector.setNull(at);
                    case Long number -> vector.setLong(at, number);
                    case Double number -> vector.setDouble(at, number);
                    case Object object -> vector.setObject(at, object);
                }
            }
            batch.upsert(key.getBytes(StandardCharsets.UTF_8));
        }

        private void ask(Held asked) {
            TableView view = asked.view();
            TableModel expected = asked.model();
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
}

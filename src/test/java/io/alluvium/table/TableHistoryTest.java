package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.table.RandomValues.Spread;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random histories of a table beside a model of it: changes, wider schemas, indexes that come and go and are built
/// at random moments, and what views of different ages find by them, asked between changes and during them.
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

    /// Asks views while the table goes on to change.
    private static final class Reader implements AutoCloseable {
        private static final int TIMES = 2;

        private final RandomQuestions questions;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);

        Reader(RandomQuestions questions) {
            this.questions = questions;
        }

        /// Takes the view unless it still asks the one before.
        void offer(Held offered) {
            if (asked.isDone()) {
                asked.join();
                asked = CompletableFuture.runAsync(() -> ask(offered), thread);
            }
        }

        private void ask(Held held) {
            for (int i = 0; i < TIMES; i++) {
                questions.ask(held.view(), held.model());
            }
        }

        @Override
        public void close() {
            try (thread) {
                asked.join();
            }
        }
    }

    private static final class History {
        private final Random random;
        private final TableStore store;
        private final TableModel model;
        private final List<Spread> spreads = new CopyOnWriteArrayList<>();
        private final List<IndexDefinition> indexes = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private final ArrayDeque<Runnable> pieces = new ArrayDeque<>();
        private final int partitions;
        private final boolean isLarge;
        private final int keys;
        private final int rounds;
        private final RandomQuestions questions;
        private final Reader reader;
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
            questions = new RandomQuestions(random, keys, spreads);
            reader = new Reader(new RandomQuestions(new Random(~seed), keys, spreads));
        }

        private Column newColumn(int number) {
            spreads.add(RandomValues.one(List.of(Spread.FEW, Spread.MANY, Spread.ALIKE), random));
            return TableModel.column(number, RandomValues.type(random));
        }

        void run() {
            try (reader) {
                changeAndAsk();
            }
        }

        private void changeAndAsk() {
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
                    questions.ask(store.view(), model);
                    reader.offer(new Held(store.view(), model.copy()));
                }
                if (!held.isEmpty() && random.nextInt(3) == 0) {
                    ask(RandomValues.one(held, random));
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

        private void ask(Held asked) {
            questions.ask(asked.view(), asked.model());
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
            var present = new Held(store.view(), model.copy());
            held.add(present);
            reader.offer(present);
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
    }
}

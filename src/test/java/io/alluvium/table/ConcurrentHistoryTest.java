package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Histories of a table beside a model: some partitions, inserts, updates, deletions, wider columns, partitions
/// that are cleared, chunks that are given up, keys of one hash. A key begins with its partition. Each batch of a
/// partition writes its number into a row of its own, so that a view says which of the model's states it must be
/// equal to.
class ConcurrentHistoryTest {

    private static final int HISTORIES = Integer.getInteger("histories", 200);

    private static final List<ColumnType> AMOUNT_TYPES =
            List.of(ColumnType.INTEGER, ColumnType.BIGINT, ColumnType.decimal(18, 2), ColumnType.VARCHAR);

    private record Row(@Nullable Long amount, @Nullable String note) {}

    private record State(int partition, long number) {}

    private static final class History {
        final long seed;
        final Random random;
        final int partitions;
        final byte[][] keys;
        final boolean hasTextKeys;
        final TableStore store;
        final Map<State, Map<ByteBuffer, Row>> states = new ConcurrentHashMap<>();
        final List<Map<ByteBuffer, Row>> present = new ArrayList<>();
        final List<TableView> held = new ArrayList<>();
        long number;
        int widenings;

        History(long seed) {
            this.seed = seed;
            random = new Random(seed);
            partitions = random.nextInt(1, 4);
            hasTextKeys = random.nextBoolean();
            keys = new byte[1 << random.nextInt(1, 8)][];
            int form = random.nextInt(3);
            for (int key = 0; key < keys.length; key++) {
                keys[key] = hasTextKeys ? textKey(key, form) : keyOfOneHash(key);
            }
            Schema schema = Schema.of(
                    Column.of("_key", hasTextKeys ? ColumnType.VARCHAR : ColumnType.BYTEA),
                    Column.of("amount", ColumnType.INTEGER),
                    Column.of("note", ColumnType.VARCHAR));
            store = new TableStore(new TableName("t"), schema, new int[] {0});
            for (int p = 0; p < partitions; p++) {
                present.add(new HashMap<>());
            }
        }

        private static byte[] textKey(int key, int form) {
            return Amounts.bytes(
                    switch (form) {
                        case 0 -> "?" + key;
                        case 1 -> String.format("?key-%08d", key);
                        default -> "?" + "k".repeat(key % 40) + key;
                    });
        }

        /// The highest bit of a word and two bits of the next one leave the hash as it is.
        private static byte[] keyOfOneHash(int key) {
            ByteBuffer bytes = ByteBuffer.allocate(8 + 16 * 8 + 8).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0);
            for (int bit = 0; bit < 8; bit++) {
                boolean isSet = (key >>> bit & 1) != 0;
                bytes.putLong(isSet ? 1L << 63 : 0).putLong(isSet ? 1L << 63 | 1L << 31 : 0);
            }
            return bytes.putLong(7).array();
        }

        byte[] key(int partition, int key) {
            byte[] in = keys[key].clone();
            in[0] = (byte) ('a' + partition);
            return in;
        }

        void step() {
            switch (random.nextInt(40)) {
                case 0 -> widen();
                case 1 -> clear();
                case 2, 3, 4 -> endChunks();
                case 5, 6 -> held.add(store.view());
                default -> apply();
            }
        }

        private void widen() {
            if (widenings == 6) {
                return;
            }
            widenings++;
            store.evolve(store.schema()
                    .with(
                            widenings < AMOUNT_TYPES.size()
                                    ? Column.of("amount", AMOUNT_TYPES.get(widenings))
                                    : Column.of("added" + widenings, ColumnType.BIGINT)));
        }

        private void clear() {
            int partition = random.nextInt(partitions);
            store.clear(partition);
            present.get(partition).clear();
        }

        /// So that few versions are enough for a chunk to be given up.
        private void endChunks() {
            for (PartitionStore partition : store.partitionStores()) {
                partition.evolve(store.schema());
            }
        }

        private void apply() {
            int partition = random.nextInt(partitions);
            Map<ByteBuffer, Row> model = present.get(partition);
            var batch = new ChangeBatch(RowBatch.forSchema(store.schema(), 64), 64);
            int changes = random.nextInt(1, random.nextInt(10) == 0 ? 600 : 40);
            int deletions = random.nextInt(10);
            for (int i = 0; i < changes; i++) {
                byte[] key = key(partition, random.nextInt(keys.length));
                if (random.nextInt(10) < deletions) {
                    batch.delete(key);
                    model.remove(ByteBuffer.wrap(key));
                } else {
                    Row row = new Row(
                            random.nextInt(8) == 0 ? null : (long) random.nextInt(),
                            random.nextInt(8) == 0 ? null : "note " + random.nextInt(random.nextBoolean() ? 5 : 1000));
                    put(batch, key, row);
                    model.put(ByteBuffer.wrap(key), row);
                }
            }
            Row mark = new Row(++number, null);
            byte[] markKey = {(byte) ('a' + partition)};
            put(batch, markKey, mark);
            model.put(ByteBuffer.wrap(markKey), mark);
            states.put(new State(partition, number), Map.copyOf(model));
            assertThat(store.apply(partition, batch)).isTrue();
        }

        private void put(ChangeBatch batch, byte[] key, Row row) {
            int at = batch.size();
            RowBatch rows = batch.rows();
            for (Vector vector : rows.columns()) {
                vector.ensureCapacity(at + 1);
                vector.setNull(at);
            }
            rows.column(0).setObject(at, hasTextKeys ? text(key) : key);
            Long amount = row.amount();
            if (amount != null) {
                Vector vector = rows.column(1);
                switch (vector.type().kind()) {
                    case INTEGER, BIGINT -> vector.setLong(at, amount);
                    case DECIMAL ->
                        vector.setDecimal(at, BigDecimal.valueOf(amount).setScale(2));
                    default -> vector.setObject(at, amount.toString());
                }
            }
            if (row.note() != null) {
                rows.column(2).setObject(at, row.note());
            }
            batch.upsert(key);
        }

        private static String text(byte[] key) {
            return new String(key, java.nio.charset.StandardCharsets.UTF_8);
        }

        /// Compares a view with the states that it says it has, by scan and by key.
        void check(TableView view, Random chooser) {
            List<Map<ByteBuffer, Row>> rows = scan(view);
            for (int partition = 0; partition < partitions; partition++) {
                byte[] markKey = {(byte) ('a' + partition)};
                Row mark = rows.get(partition).get(ByteBuffer.wrap(markKey));
                Map<ByteBuffer, Row> expected = mark == null || mark.amount() == null
                        ? Map.of()
                        : states.getOrDefault(new State(partition, mark.amount()), Map.of());
                if (!rows.get(partition).equals(expected)) {
                    throw new AssertionError("partition " + partition + " at " + mark + ", seed " + seed + ": "
                            + rows.get(partition) + " instead of " + expected);
                }
                checkKeys(view, partition, expected, chooser);
            }
        }

        private void checkKeys(TableView view, int partition, Map<ByteBuffer, Row> expected, Random chooser) {
            int count = Math.min(40, keys.length);
            var asked = new byte[count][];
            for (int i = 0; i < count; i++) {
                asked[i] = key(partition, chooser.nextInt(keys.length));
            }
            var found = new long[count];
            view.find(asked, count, found);
            for (int i = 0; i < count; i++) {
                Row row = expected.get(ByteBuffer.wrap(asked[i]));
                Row together = found[i] == TableView.NO_ROW ? null : row(view, found[i]);
                long alone = view.find(asked[i]);
                if (alone != found[i] || !java.util.Objects.equals(row, together)) {
                    throw new AssertionError("key " + text(asked[i]) + ", seed " + seed + ": " + together + " at "
                            + found[i] + " and " + alone + " instead of " + row);
                }
            }
        }

        private static Row row(TableView view, long row) {
            return new Row(
                    view.isNull(row, 1)
                            ? null
                            : switch (view.schema().column(1).type().kind()) {
                                case INTEGER, BIGINT -> view.getLong(row, 1);
                                case DECIMAL -> view.getDecimal(row, 1).longValueExact();
                                default -> new BigDecimal(view.getText(row, 1)).longValueExact();
                            },
                    view.isNull(row, 2) ? null : view.getText(row, 2));
        }

        private List<Map<ByteBuffer, Row>> scan(TableView view) {
            var rows = new ArrayList<Map<ByteBuffer, Row>>();
            for (int p = 0; p < partitions; p++) {
                rows.add(new HashMap<>());
            }
            TableView.Scan scan = view.scan(new int[] {0, 1, 2});
            for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
                for (int i = 0; i < batch.size(); i++) {
                    Object value = batch.column(0).getObject(i);
                    byte[] key = value instanceof String text ? Amounts.bytes(text) : (byte[]) value;
                    if (rows.get(key[0] - 'a').put(ByteBuffer.wrap(key), row(batch, i)) != null) {
                        throw new AssertionError("two rows of key " + text(key) + ", seed " + seed);
                    }
                }
            }
            return rows;
        }

        private static Row row(RowBatch batch, int row) {
            Vector amount = batch.column(1);
            return new Row(
                    amount.isNull(row)
                            ? null
                            : switch (amount.type().kind()) {
                                case INTEGER, BIGINT -> amount.getLong(row);
                                case DECIMAL -> amount.getDecimal(row).longValueExact();
                                default -> new BigDecimal(amount.getText(row)).longValueExact();
                            },
                    batch.column(2).isNull(row) ? null : batch.column(2).getText(row));
        }

        void checkAtTheEnd() {
            store.checkInvariants();
            List<Map<ByteBuffer, Row>> rows = scan(store.view());
            assertThat(rows).as("seed %d", seed).isEqualTo(present);
            check(store.view(), random);
            for (TableView view : held) {
                check(view, random);
            }
        }
    }

    @Test
    void everyViewIsAStateOfTheModelHoweverLateItIsLookedAt() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new History(seed);
            int steps = history.random.nextInt(1, 120);
            for (int i = 0; i < steps; i++) {
                history.step();
                if (!history.held.isEmpty() && i % 7 == 0) {
                    history.check(history.held.get(history.random.nextInt(history.held.size())), history.random);
                }
            }
            history.checkAtTheEnd();
        }
    }

    @Test
    void everyViewThatAReaderTakesMeanwhileIsAStateOfTheModel() throws InterruptedException {
        for (int seed = 0; seed < HISTORIES / 20; seed++) {
            var history = new History(1_000_000 + seed);
            var isOver = new AtomicBoolean();
            var failure = new AtomicReference<@Nullable Throwable>();
            var readers = new ArrayList<Thread>();
            for (int n = 0; n < 2; n++) {
                readers.add(reader(history, new Random(n), isOver, failure));
            }
            try {
                for (int i = 0; i < 400 && failure.get() == null; i++) {
                    history.step();
                }
            } finally {
                isOver.set(true);
                for (Thread reader : readers) {
                    reader.join();
                }
            }
            assertThat(failure.get()).as("seed %d", history.seed).isNull();
            history.checkAtTheEnd();
        }
    }

    private static Thread reader(
            History history, Random random, AtomicBoolean isOver, AtomicReference<@Nullable Throwable> failure) {
        return Thread.ofPlatform().start(() -> {
            try {
                TableView kept = history.store.view();
                while (!isOver.get()) {
                    history.check(history.store.view(), random);
                    history.check(kept, random);
                    if (random.nextInt(20) == 0) {
                        kept = history.store.view();
                    }
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    @Test
    void theKeysThatAreMeantToHaveOneHashHaveIt() {
        for (int key = 1; key < 256; key++) {
            assertThat(KeyIndex.hash(History.keyOfOneHash(key))).isEqualTo(KeyIndex.hash(History.keyOfOneHash(0)));
        }
    }
}

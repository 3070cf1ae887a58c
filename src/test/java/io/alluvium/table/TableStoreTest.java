package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableStoreTest {

    private static final Schema SCHEMA = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("status", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.BIGINT),
            Column.of("rate", ColumnType.DOUBLE),
            Column.of("note", ColumnType.VARCHAR));

    private final TableStorage store = newStore(new TableName("t"), SCHEMA, new int[] {0});

    /// The rows are kept in memory here, and elsewhere in a subclass.
    TableStorage newStore(TableName name, Schema schema, int[] keyColumns) {
        return new TableStore(name, schema, keyColumns);
    }

    private record Row(
            @Nullable String status,
            @Nullable Long amount,
            @Nullable Double rate,
            @Nullable String note) {}

    @Test
    void aRowIsFoundByItsKeyWithTypedValues() {
        apply(0, Map.of("a", new Row("NEW", 7L, 1.5, null)));

        TableView view = store.view();

        long row = view.find(bytes("a"));
        assertThat(view.getText(row, 0)).isEqualTo("a");
        assertThat(view.getText(row, 1)).isEqualTo("NEW");
        assertThat(view.getLong(row, 2)).isEqualTo(7);
        assertThat(view.getDouble(row, 3)).isEqualTo(1.5);
        assertThat(view.isNull(row, 4)).isTrue();
        assertThat(view.find(bytes("b"))).isEqualTo(TableView.NO_ROW);
    }

    @Test
    void aViewKeepsItsRowsWhileTheTableGoesOn() {
        apply(0, Map.of("a", new Row("NEW", 1L, null, null), "b", new Row("NEW", 2L, null, null)));
        TableView before = store.view();

        var changes = new HashMap<String, @Nullable Row>();
        changes.put("a", new Row("DONE", 10L, null, null));
        changes.put("b", null);
        apply(0, changes);

        assertThat(read(before))
                .isEqualTo(Map.of("a", new Row("NEW", 1L, null, null), "b", new Row("NEW", 2L, null, null)));
        assertThat(before.getLong(before.find(bytes("b")), 2)).isEqualTo(2);
        assertThat(before.getLong(before.find(bytes("a")), 2)).isEqualTo(1);
        assertThat(read(store.view())).isEqualTo(Map.of("a", new Row("DONE", 10L, null, null)));
        assertThat(store.view().find(bytes("b"))).isEqualTo(TableView.NO_ROW);
    }

    @Test
    void aLaterChangeOfTheSameKeyInOneBatchWins() {
        ChangeBatch batch = newBatch(store.schema());
        put(batch, "a", new Row("1", 1L, null, null));
        put(batch, "a", new Row("2", 2L, null, null));
        batch.delete(bytes("b"));
        put(batch, "b", new Row("3", 3L, null, null));
        put(batch, "c", new Row("4", 4L, null, null));
        batch.delete(bytes("c"));
        store.apply(0, batch);

        assertThat(read(store.view()))
                .isEqualTo(Map.of("a", new Row("2", 2L, null, null), "b", new Row("3", 3L, null, null)));
        store.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void anyHistoryLeavesWhatAModelHas(long seed) {
        var random = new Random(seed);
        int keys = 1 << (2 + random.nextInt(14));
        var model = new HashMap<String, Row>();
        var held = new ArrayList<Map.Entry<TableView, Map<String, Row>>>();
        for (int round = 0; round < 60; round++) {
            ChangeBatch batch = newBatch(store.schema());
            int changes = random.nextInt(1, 3000);
            for (int i = 0; i < changes; i++) {
                String key = "key-" + random.nextInt(keys);
                if (random.nextInt(4) == 0) {
                    batch.delete(bytes(key));
                    model.remove(key);
                } else {
                    Row row = randomRow(random);
                    put(batch, key, row);
                    model.put(key, row);
                }
            }
            store.apply(0, batch);
            if (round % 13 == 0) {
                held.add(Map.entry(store.view(), Map.copyOf(model)));
            }
        }

        assertThat(read(store.view())).as("seed %d", seed).isEqualTo(model);
        assertThat(store.rows()).isEqualTo(model.size());
        store.checkInvariants();
        for (Map.Entry<TableView, Map<String, Row>> past : held) {
            assertThat(read(past.getKey())).as("a past view, seed %d", seed).isEqualTo(past.getValue());
            assertFindsExactly(past.getKey(), past.getValue(), keys, random, seed);
        }
    }

    private static void assertFindsExactly(
            TableView view, Map<String, Row> expected, int keys, Random random, long seed) {
        for (int i = 0; i < 300; i++) {
            String key = "key-" + random.nextInt(keys);
            Row row = expected.get(key);
            long found = view.find(bytes(key));
            assertThat(found != TableView.NO_ROW).as("%s, seed %d", key, seed).isEqualTo(row != null);
            if (row != null && row.amount() != null) {
                assertThat(view.getLong(found, 2)).as("%s, seed %d", key, seed).isEqualTo(row.amount());
            }
        }
    }

    /// Lengths change the way in which keys are stored, hashed and compared.
    @Test
    void keysOfEveryLengthAreToldApart() {
        var model = new HashMap<String, Row>();
        for (int length = 0; length <= 40; length++) {
            for (int changed = 0; changed <= length; changed++) {
                char[] key = "k".repeat(length).toCharArray();
                if (changed < length) {
                    key[changed] = 'x';
                }
                model.put(new String(key), new Row("s", (long) model.size(), 0.0, null));
            }
        }
        apply(0, model);

        assertThat(read(store.view())).isEqualTo(model);
        TableView view = store.view();
        model.forEach((key, row) ->
                assertThat(view.getLong(view.find(bytes(key)), 2)).as(key).isEqualTo(row.amount()));
        assertThat(view.find(bytes("y".repeat(12)))).isEqualTo(TableView.NO_ROW);
        store.checkInvariants();
    }

    @Test
    void newColumnsAreNullInOldRowsAndWidenedOnesKeepTheirValues() {
        apply(0, Map.of("a", new Row("NEW", 7L, null, null)));
        Schema wider = store.schema()
                .with(Column.of("amount", ColumnType.decimal(18, 2)))
                .with(Column.of("city", ColumnType.VARCHAR));
        TableView before = store.view();

        store.evolve(wider);

        TableView widened = store.view();
        long row = widened.find(bytes("a"));
        assertThat(widened.getDecimal(row, 2)).isEqualByComparingTo("7");
        assertThat(widened.isNull(row, 5)).isTrue();
        assertThat(read(before)).isEqualTo(Map.of("a", new Row("NEW", 7L, null, null)));

        store.evolve(wider.with(Column.of("amount", ColumnType.VARCHAR)));
        TableView text = store.view();
        assertThat(text.getText(text.find(bytes("a")), 2)).isEqualTo("7.00");
        store.checkInvariants();
    }

    @Test
    void aBatchOfColumnsThatAreNotTheTablesIsRefused() {
        ChangeBatch old = newBatch(store.schema());
        put(old, "a", new Row("NEW", 7L, null, null));
        store.evolve(store.schema().with(Column.of("city", ColumnType.VARCHAR)));

        assertThat(store.apply(0, old)).isFalse();
        assertThat(store.rows()).isZero();
    }

    @Test
    void readersSeeWholeBatchesWhileTheWriterGoesOn() throws InterruptedException {
        int keys = 500;
        var start = new HashMap<String, @Nullable Row>();
        IntStream.range(0, keys).forEach(i -> start.put("key-" + i, new Row("s", 100L, 0.0, null)));
        apply(0, start);
        var stop = new AtomicBoolean();
        var failure = new AtomicReference<@Nullable String>();
        var readers = IntStream.range(0, 2)
                .mapToObj(n -> Thread.ofPlatform().start(() -> {
                    var random = new Random(n);
                    while (!stop.get()) {
                        TableView view = store.view();
                        long sum = sum(view);
                        if (sum != 100L * keys) {
                            failure.set("a view summed up to " + sum);
                        }
                        boolean isHeld = random.nextBoolean();
                        for (int i = 0; i < 100; i++) {
                            String key = "key-" + random.nextInt(keys);
                            TableView asked = isHeld ? view : store.view();
                            long row = asked.find(bytes(key));
                            if (row == TableView.NO_ROW
                                    || !asked.getText(row, 0).equals(key)) {
                                failure.set(key + " was not found");
                            }
                        }
                    }
                }))
                .toList();

        var amounts = new long[keys];
        java.util.Arrays.fill(amounts, 100);
        var random = new Random(42);
        for (int round = 0; round < 3000; round++) {
            ChangeBatch batch = newBatch(store.schema());
            for (int i = 0; i < 20; i++) {
                int from = random.nextInt(keys);
                int to = (from + 1 + random.nextInt(keys - 1)) % keys;
                amounts[from]--;
                amounts[to]++;
                put(batch, "key-" + from, new Row("s", amounts[from], 0.0, null));
                put(batch, "key-" + to, new Row("s", amounts[to], 0.0, null));
            }
            store.apply(0, batch);
        }
        stop.set(true);
        for (Thread reader : readers) {
            reader.join();
        }

        assertThat(failure.get()).isNull();
        store.checkInvariants();
    }

    @Test
    void aSkippedChangeLeavesTheRowThatWasThere() {
        apply(0, Map.of("a", new Row("NEW", 1L, null, null)));
        ChangeBatch batch = newBatch(store.schema());
        put(batch, "a", new Row("BAD", 2L, null, null));
        put(batch, "b", new Row("GOOD", 3L, null, null));
        batch.skip(0);
        store.apply(0, batch);

        assertThat(read(store.view()))
                .isEqualTo(Map.of("a", new Row("NEW", 1L, null, null), "b", new Row("GOOD", 3L, null, null)));
    }

    @Test
    void aBatchInWhoseMiddleSomethingFailsIsNeverSeen() {
        assumeTrue(store instanceof TableStore, "elsewhere a batch is written by one call");
        apply(0, Map.of("a", new Row("NEW", 1L, null, null), "b", new Row("NEW", 2L, null, null)));
        ChangeBatch batch = newBatch(store.schema());
        put(batch, "a", new Row("LATER", 3L, null, null));
        batch.delete(bytes("b"));
        put(batch, "c", new Row("LATER", 4L, null, null));
        batch.rows().column(1).setObject(2, List.of("no text"));

        assertThatThrownBy(() -> store.apply(0, batch)).isInstanceOf(RuntimeException.class);
        assertThat(store.isTorn(0)).isTrue();
        assertThatThrownBy(() -> apply(0, Map.of("d", new Row("NEW", 5L, null, null))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.evolve(store.schema().with(Column.of("more", ColumnType.BIGINT))))
                .isInstanceOf(IllegalStateException.class);
        TableView view = store.view();
        assertThat(read(view))
                .isEqualTo(Map.of("a", new Row("NEW", 1L, null, null), "b", new Row("NEW", 2L, null, null)));
        for (String key : List.of("a", "b")) {
            assertThat(view.getText(view.find(bytes(key)), 1)).isEqualTo("NEW");
        }
        assertThat(view.find(bytes("c"))).isEqualTo(TableView.NO_ROW);

        store.clear(0);
        apply(0, Map.of("d", new Row("NEW", 5L, null, null)));
        assertThat(read(store.view())).isEqualTo(Map.of("d", new Row("NEW", 5L, null, null)));
        store.checkInvariants();
    }

    @Test
    void veryLongKeysTakeChunksOfTheirOwn() {
        assumeTrue(store instanceof TableStore, "there are no chunks elsewhere");
        String text = "long ".repeat(200_000);
        for (int batch = 0; batch < 6; batch++) {
            var rows = new HashMap<String, Row>();
            for (int i = 0; i < 20; i++) {
                rows.put(batch + "-" + i + text, new Row("NEW", (long) i, null, null));
            }
            apply(0, rows);
        }

        assertThat(((TableStore) store).partition(0).orElseThrow().chunks).hasSizeBetween(2, 6);
        TableView view = store.view();
        assertThat(view.rows()).isEqualTo(120);
        assertThat(view.getLong(view.find(bytes("0-7" + text)), 2)).isEqualTo(7);
        assertThat(view.getLong(view.find(bytes("5-19" + text)), 2)).isEqualTo(19);
        store.checkInvariants();
    }

    @Test
    void partitionsAreReadTogether() {
        apply(0, Map.of("a", new Row("NEW", 1L, null, null)));
        apply(3, Map.of("b", new Row("NEW", 2L, null, null)));

        assertThat(read(store.view()).keySet()).containsExactlyInAnyOrder("a", "b");
        assertThat(store.view().find(bytes("b"))).isNotEqualTo(TableView.NO_ROW);

        store.clear(3);
        assertThat(read(store.view()).keySet()).containsExactly("a");
    }

    @Test
    void aKeyIsFoundInWhicheverPartitionItIs() {
        int partitions = 7;
        for (int i = 0; i < 500; i++) {
            apply(i % partitions, Map.of("key-" + i, new Row("s", (long) i, 0.0, null)));
        }
        TableView view = store.view();
        for (int i = 0; i < 500; i++) {
            assertThat(view.getLong(view.find(bytes("key-" + i)), 2)).isEqualTo(i);
        }
        assertThat(view.find(bytes("key-500"))).isEqualTo(TableView.NO_ROW);
    }

    @Test
    void thePartitionLookedAtFirstIsTheOneOfKafkasProducers() {
        var random = new Random(3);
        for (int length = 0; length < 40; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            assertThat(Murmur2.hash(key)).isEqualTo(Utils.murmur2(key));
        }
    }

    private static Row randomRow(Random random) {
        return new Row(
                random.nextInt(10) == 0 ? null : "status-" + random.nextInt(5),
                random.nextInt(10) == 0 ? null : random.nextLong(),
                random.nextInt(10) == 0 ? null : random.nextDouble(),
                random.nextInt(3) == 0 ? null : "note " + random.nextLong());
    }

    private void apply(int partition, Map<String, ? extends @Nullable Row> changes) {
        ChangeBatch batch = newBatch(store.schema());
        changes.forEach((key, row) -> {
            if (row == null) {
                batch.delete(bytes(key));
            } else {
                put(batch, key, row);
            }
        });
        store.apply(partition, batch);
    }

    private static ChangeBatch newBatch(Schema schema) {
        return new ChangeBatch(RowBatch.forSchema(schema, 4096), 4096);
    }

    private static void put(ChangeBatch batch, String key, Row row) {
        int at = batch.size();
        RowBatch rows = batch.rows();
        rows.columns().forEach(vector -> vector.ensureCapacity(at + 1));
        rows.column(0).setObject(at, key);
        set(rows.column(1), at, row.status());
        set(rows.column(2), at, row.amount());
        set(rows.column(3), at, row.rate());
        set(rows.column(4), at, row.note());
        batch.upsert(bytes(key));
    }

    private static void set(Vector vector, int row, @Nullable Object value) {
        switch (value) {
            case null -> vector.setNull(row);
            case Long number -> vector.setLong(row, number);
            case Double number -> vector.setDouble(row, number);
            case Object object -> vector.setObject(row, object);
        }
    }

    private static Map<String, Row> read(TableView view) {
        var rows = new HashMap<String, Row>();
        TableView.Scan scan = view.scan(new int[] {0, 1, 2, 3, 4});
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                List<Vector> columns = batch.columns();
                Row row = new Row(
                        columns.get(1).isNull(i) ? null : columns.get(1).getText(i),
                        columns.get(2).isNull(i) ? null : columns.get(2).getLong(i),
                        columns.get(3).isNull(i) ? null : columns.get(3).getDouble(i),
                        columns.get(4).isNull(i) ? null : columns.get(4).getText(i));
                assertThat(rows.put(columns.get(0).getText(i), row)).isNull();
            }
        }
        return rows;
    }

    private static long sum(TableView view) {
        long sum = 0;
        TableView.Scan scan = view.scan(new int[] {2});
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                sum += batch.column(0).getLong(i);
            }
        }
        return sum;
    }

    private static byte[] bytes(String text) {
        return Objects.requireNonNull(text).getBytes(StandardCharsets.UTF_8);
    }
}

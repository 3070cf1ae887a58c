package io.alluvium.table.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableView;
import io.alluvium.testkit.TableRows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksTablesTest {

    private static final TableName NAME = new TableName("t");
    private static final String ID = "alluvium.test.t.00000000.table";
    private static final Schema SCHEMA =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("n", ColumnType.BIGINT));
    private static final int[] KEY = {0};

    @TempDir
    private Path directory;

    private @Nullable RocksTables tables;

    @AfterEach
    void close() {
        if (tables != null) {
            tables.close();
        }
    }

    private TableStorage open(String definition, Schema schema) {
        if (tables == null) {
            tables = new RocksTables(directory, 8 << 20, InstantSource.system());
        }
        return tables.open(ID, definition, NAME, schema, KEY);
    }

    private TableStorage openAgain(String definition, Schema schema) {
        close();
        tables = null;
        return open(definition, schema);
    }

    private static void put(TableStorage table, int partition, String key, @Nullable Object... values) {
        var row = new ArrayList<@Nullable Object>();
        row.add(key);
        row.addAll(java.util.Arrays.asList(values));
        var batch = new ChangeBatch(TableRows.batch(table.schema(), List.<@Nullable Object[]>of(row.toArray())), 1);
        batch.upsert(bytes(key));
        assertThat(table.apply(partition, batch)).isTrue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Long> read(TableView view) {
        var rows = new HashMap<String, Long>();
        TableView.Scan scan = view.scan(new int[] {0, 1});
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int row = 0; row < batch.size(); row++) {
                assertThat(rows.put(
                                batch.column(0).getText(row), batch.column(1).getLong(row)))
                        .isNull();
            }
        }
        return rows;
    }

    @Test
    void rowsCountsAndOffsetsAreThereAfterARestart() {
        TableStorage table = open("d", SCHEMA);
        put(table, 0, "a", 1L);
        put(table, 2, "b", 2L);
        table.commit(0, 17);
        put(table, 0, "c", 3L);

        table = openAgain("d", SCHEMA);

        assertThat(read(table.view())).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 3L));
        assertThat(table.rows()).isEqualTo(3);
        assertThat(table.view().rows()).isEqualTo(3);
        assertThat(table.offset(0)).isEqualTo(OptionalLong.of(17));
        assertThat(table.committedMillis(0)).isPresent();
        assertThat(table.offset(2)).isEmpty();
        assertThat(table.offset(9)).isEmpty();
        table.checkInvariants();
    }

    @Test
    void aClearedPartitionHasNoOffset() {
        TableStorage table = open("d", SCHEMA);
        put(table, 0, "a", 1L);
        put(table, 1, "b", 2L);
        table.commit(0, 5);
        table.clear(0);
        assertThat(table.offset(0)).isEmpty();

        table = openAgain("d", SCHEMA);

        assertThat(read(table.view())).isEqualTo(Map.of("b", 2L));
        assertThat(table.offset(0)).isEmpty();
        table.checkInvariants();
    }

    @Test
    void rowsOfAnotherDefinitionAreForgotten() {
        put(open("d", SCHEMA), 0, "a", 1L);

        assertThat(openAgain("e", SCHEMA).rows()).isZero();
    }

    @Test
    void columnsMeetByNameAfterARestart() {
        TableStorage table = open("d", SCHEMA);
        put(table, 0, "a", 1L);
        table.evolve(SCHEMA.with(Column.of("late", ColumnType.INTEGER)));
        put(table, 0, "b", 2L, 22);

        Schema turned = Schema.of(
                Column.of("_key", ColumnType.VARCHAR),
                Column.of("late", ColumnType.VARCHAR),
                Column.of("n", ColumnType.decimal(38, 2)),
                Column.of("new", ColumnType.BOOLEAN));
        TableView view = openAgain("d", turned).view();

        long a = view.find(bytes("a"));
        long b = view.find(bytes("b"));
        assertThat(view.isNull(a, 1)).isTrue();
        assertThat(view.getText(b, 1)).isEqualTo("22");
        assertThat(view.getDecimal(b, 2)).isEqualTo(new BigDecimal("2.00"));
        assertThat(view.isNull(b, 3)).isTrue();
    }

    @Test
    void rowsWithColumnsThatTheTableHasNotAnyMoreAreForgotten() {
        TableStorage table = open("d", SCHEMA);
        put(table, 0, "a", 1L);
        table.evolve(SCHEMA.with(Column.of("late", ColumnType.INTEGER)));

        assertThat(openAgain("d", SCHEMA).rows()).isZero();
    }

    @Test
    void rowsWithAWiderColumnThanTheTableHasAreForgotten() {
        TableStorage table = open("d", SCHEMA);
        put(table, 0, "a", 1L);
        table.evolve(SCHEMA.with(Column.of("n", ColumnType.VARCHAR)));

        assertThat(openAgain("d", SCHEMA).rows()).isZero();
    }

    @Test
    void aDamagedTableIsSetAsideAndBeginsAnew() throws Exception {
        put(open("d", SCHEMA), 0, "a", 1L);
        close();
        tables = null;
        try (Stream<Path> files = Files.list(directory.resolve(ID))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("MANIFEST")) {
                    Files.write(file, new byte[100]);
                }
            }
        }

        TableStorage table = open("d", SCHEMA);

        assertThat(table.rows()).isZero();
        put(table, 0, "b", 2L);
        assertThat(read(table.view())).isEqualTo(Map.of("b", 2L));
        assertThat(directory.resolve(ID + "-damaged")).isDirectory();
    }

    @Test
    void damageThatIsReadIsTold() throws Exception {
        TableStorage table = open("d", SCHEMA);
        for (int i = 0; i < 20_000; i += 1000) {
            fill(table, i, 1000);
        }
        close();
        tables = null;
        Path largest;
        try (Stream<Path> files = Files.list(directory.resolve(ID))) {
            largest = files.filter(file -> file.getFileName().toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        for (int i = 100; i < 400; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(largest, bytes);

        TableStorage damaged = open("d", SCHEMA);
        assertThatThrownBy(() -> read(damaged.view()))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("the table t cannot read its rows on disk");

        TableStorage anew = open("d", SCHEMA);

        assertThat(anew.rows()).isZero();
        assertThat(directory.resolve(ID + "-damaged")).isDirectory();
        assertThatThrownBy(damaged::view).hasMessageContaining("was dropped, replaced or closed");
    }

    private static void fill(TableStorage table, int from, int count) {
        RowBatch rows = RowBatch.forSchema(SCHEMA, count);
        var batch = new ChangeBatch(rows, count);
        for (int i = 0; i < count; i++) {
            rows.column(0).setObject(i, "key-" + (from + i));
            rows.column(1).setLong(i, from + i);
            batch.upsert(bytes("key-" + (from + i)));
        }
        table.apply(0, batch);
    }

    @Test
    void aViewThatOutlivesItsTableGivesAnError() {
        TableStorage table = open("d", SCHEMA);
        fill(table, 0, 5000);
        TableView view = table.view();
        TableView.Scan scan = view.scan(new int[] {1});
        long known = view.find(bytes("key-1"));
        scan.next();

        table.delete();

        for (Runnable reading : List.<Runnable>of(
                scan::next,
                () -> view.find(bytes("key-2")),
                () -> view.find(new byte[][] {bytes("key-2")}, 1, new long[1]),
                view::rows,
                table::view,
                () -> put(table, 0, "x", 1L))) {
            assertThatThrownBy(reading::run)
                    .isInstanceOfSatisfying(
                            AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_READY));
        }
        assertThat(view.getLong(known, 1)).isEqualTo(1);
        assertThat(directory.resolve(ID)).doesNotExist();
    }

    @Test
    void readersNeverMeetAClosedDatabase() throws Exception {
        for (int round = 0; round < 10; round++) {
            TableStorage table = open("d", SCHEMA);
            fill(table, 0, 5000);
            var unexpected = new AtomicReference<@Nullable Throwable>();
            var isOver = new AtomicBoolean();
            List<Thread> readers = IntStream.range(0, 3)
                    .mapToObj(n -> Thread.ofPlatform().start(() -> {
                        var random = new Random(n);
                        while (!isOver.get()) {
                            try {
                                TableView view = table.view();
                                view.find(bytes("key-" + random.nextInt(5000)));
                                TableView.Scan scan = view.scan(new int[] {0, 1});
                                while (scan.next() != null) {
                                    view.rows();
                                }
                            } catch (AlluviumException closed) {
                                if (closed.code() != ErrorCode.TABLE_NOT_READY) {
                                    unexpected.set(closed);
                                }
                                return;
                            } catch (RuntimeException e) {
                                unexpected.set(e);
                                return;
                            }
                        }
                    }))
                    .toList();
            fill(table, 5000, 5000);
            table.delete();
            isOver.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(unexpected.get()).isNull();
        }
    }

    @Test
    void aTableOpenedTwiceStaysUntilBothHaveClosedIt() {
        TableStorage one = open("d", SCHEMA);
        TableStorage other = open("d", SCHEMA);
        put(one, 0, "a", 1L);
        one.close();
        one.close();

        put(other, 0, "b", 2L);

        assertThat(read(other.view())).isEqualTo(Map.of("a", 1L, "b", 2L));
    }

    @Test
    void tablesThatNobodyUsesAreDeleted() {
        TableStorage table = open("d", SCHEMA);
        table.close();
        RocksTables open = java.util.Objects.requireNonNull(tables);
        open.open("alluvium.test.u.00000000.table", "d", new TableName("u"), SCHEMA, KEY);

        open.remove(name -> name.startsWith("alluvium.test.t."));

        assertThat(directory.resolve(ID)).doesNotExist();
        assertThat(directory.resolve("alluvium.test.u.00000000.table")).isDirectory();
    }

    @Test
    void anIndexIsRefusedWithAWayOut() {
        TableStorage table = open("d", SCHEMA);

        assertThatThrownBy(() ->
                        table.createIndex(new IndexDefinition("by_n", List.of("n"), IndexDefinition.Kind.ORDERED)))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED);
                    assertThat(e.hint().orElse("")).contains("table.storage");
                });
    }

    /// More rows are found than are kept: the others are read again.
    @Test
    void anyNumberOfFoundRowsCanBeReadByTheirNumbers() {
        TableStorage table = open("d", SCHEMA);
        int count = 20_000;
        for (int i = 0; i < count; i += 2000) {
            fill(table, i, 2000);
        }
        TableView view = table.view();
        byte[][] keys =
                IntStream.range(0, count).mapToObj(i -> bytes("key-" + i)).toArray(byte[][]::new);
        long[] rows = new long[count];
        view.find(keys, count, rows);
        fill(table, 0, 2000);

        for (int i = 0; i < count; i++) {
            assertThat(view.getLong(rows[i], 1)).isEqualTo(i);
        }
    }

    @Test
    void aRowOfEveryTypeIsReadAsItWasWritten() {
        Schema schema = new Schema(Stream.of(
                        ColumnType.VARCHAR,
                        ColumnType.BOOLEAN,
                        ColumnType.INTEGER,
                        ColumnType.BIGINT,
                        ColumnType.REAL,
                        ColumnType.DOUBLE,
                        ColumnType.decimal(18, 4),
                        ColumnType.decimal(38, 10),
                        ColumnType.VARCHAR,
                        ColumnType.BYTEA,
                        ColumnType.DATE,
                        ColumnType.TIME,
                        ColumnType.TIMESTAMP,
                        ColumnType.TIMESTAMPTZ,
                        ColumnType.UUID,
                        ColumnType.JSON)
                .map(type -> Column.of("c" + COUNT[0]++, type))
                .toList());
        var random = new Random(7);
        var layout = new RowLayout(3, schema);
        for (int n = 0; n < 500; n++) {
            @Nullable
            Object[] row = {
                "text ä€𝄞 " + random.nextLong(),
                random.nextBoolean(),
                random.nextInt(),
                random.nextLong(),
                (double) random.nextFloat(),
                random.nextGaussian(),
                BigDecimal.valueOf(random.nextLong() % 1_000_000_000_000_000L, 4),
                new BigDecimal(new BigInteger(120, random).subtract(BigInteger.ONE.shiftLeft(119)), 10),
                "",
                new byte[random.nextInt(5)],
                (long) random.nextInt(),
                random.nextLong(86_400_000_000L),
                random.nextLong(),
                random.nextLong(),
                new UUID(random.nextLong(), random.nextLong()),
                "{\"a\":" + random.nextInt() + "}"
            };
            for (int c = 1; c < row.length; c++) {
                row[c] = random.nextInt(4) == 0 ? null : row[c];
            }
            RowBatch batch = TableRows.batch(schema, List.<@Nullable Object[]>of(row));

            byte[] bytes = layout.encode(batch, 0);

            assertThat(RowLayout.versionOf(bytes)).isEqualTo(3);
            for (int c = 0; c < row.length; c++) {
                var read = new Vector(schema.column(c).type(), 1);
                layout.read(bytes, c, read, 0);
                assertThat(read.isNull(0)).isEqualTo(row[c] == null);
                if (row[c] != null) {
                    switch (read.storage()) {
                        case LONG ->
                            assertThat(read.getLong(0))
                                    .isEqualTo(batch.column(c).getLong(0));
                        case DOUBLE ->
                            assertThat(read.getDouble(0))
                                    .isEqualTo(batch.column(c).getDouble(0));
                        case OBJECT ->
                            assertThat(read.getObject(0))
                                    .isEqualTo(batch.column(c).getObject(0));
                    }
                }
            }
        }
        assertThat(RowLayout.schemaOf(RowLayout.schemaBytes(schema))).isEqualTo(schema);
    }

    private static final int[] COUNT = {0};
}

package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.table.SnapshotFiles.Loaded;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFilesTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final SnapshotFiles.Pace AT_ONCE = bytes -> {};
    private static final Schema EVERY_TYPE = Schema.of(
            Column.of("_key", ColumnType.VARCHAR),
            Column.of("b", ColumnType.BOOLEAN),
            Column.of("i", ColumnType.INTEGER),
            Column.of("l", ColumnType.BIGINT),
            Column.of("r", ColumnType.REAL),
            Column.of("d", ColumnType.DOUBLE),
            Column.of("n", ColumnType.decimal(18, 4)),
            Column.of("w", ColumnType.decimal(38, 10)),
            Column.of("status", ColumnType.VARCHAR),
            Column.of("text", ColumnType.VARCHAR),
            Column.of("raw", ColumnType.BYTEA),
            Column.of("day", ColumnType.DATE),
            Column.of("time", ColumnType.TIME),
            Column.of("at", ColumnType.TIMESTAMP),
            Column.of("atz", ColumnType.TIMESTAMPTZ),
            Column.of("id", ColumnType.UUID),
            Column.of("json", ColumnType.JSON));
    private static final Schema SMALL =
            Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("n", ColumnType.INTEGER));

    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aRestartFindsWhatAnyHistoryHasLeft(long seed) throws Exception {
        var random = new Random(seed);
        int keys = 1 << (2 + random.nextInt(14));
        var model = new TreeMap<String, List<Object>>();
        TableStore store = table(EVERY_TYPE);
        var files = new SnapshotFiles(directory, "f");
        long offset = 0;
        for (int round = 0; round < 30; round++) {
            offset += change(store, model, keys, random.nextInt(1, 2_500), random);
            if (random.nextInt(5) == 0) {
                files.write(view(store), offset, NOW, AT_ONCE);
            }
            if (random.nextInt(8) == 0) {
                files.write(view(store), offset, NOW, AT_ONCE);
                store = table(EVERY_TYPE);
                files = new SnapshotFiles(directory, "f");
                Loaded loaded = load(files, store);
                assertThat(loaded).as("seed %d", seed).isInstanceOf(Loaded.Rows.class);
                assertThat(((Loaded.Rows) loaded).snapshot().next()).isEqualTo(offset);
                assertHas(store, model, keys, seed);
            }
        }
        assertHas(store, model, keys, seed);
    }

    @Test
    void aRestartFindsAnEmptyPartition() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 3, 1);
        delete(store, 0, 3);
        new SnapshotFiles(directory, "f").write(view(store), 6, NOW, AT_ONCE);

        TableStore again = table(SMALL);
        Loaded loaded = load(new SnapshotFiles(directory, "f"), again);

        assertThat(loaded).isEqualTo(new Loaded.Rows(new SnapshotFiles.Snapshot(6, 0, NOW, blockBytes())));
        assertThat(again.rows()).isZero();
        put(again, 0, 3, 2);
        assertThat(again.rows()).isEqualTo(3);
        again.checkInvariants();
    }

    @Test
    void whereThereIsNoSnapshotNothingIsLoaded() throws Exception {
        assertThat(load(new SnapshotFiles(directory.resolve("none"), "f"), table(SMALL)))
                .isEqualTo(new Loaded.Nothing());
    }

    @Test
    void onlyChunksThatHaveChangedAreWrittenAgain() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 20 * Chunk.ROWS, 1);
        var files = new SnapshotFiles(directory, "f");
        long first = files.write(view(store), 1, NOW, AT_ONCE);
        put(store, 20 * Chunk.ROWS, 20 * Chunk.ROWS + 100, 1);
        delete(store, 0, 10);
        long second = files.write(view(store), 2, NOW, AT_ONCE);
        long third = files.write(view(store), 3, NOW, AT_ONCE);

        assertThat(second).isLessThan(first / 10);
        assertThat(third).as("the manifest alone").isLessThan(second);
        TableStore again = table(SMALL);
        var filesAgain = new SnapshotFiles(directory, "f");
        assertThat(load(filesAgain, again)).isInstanceOf(Loaded.Rows.class);
        assertThat(again.rows()).isEqualTo(20 * Chunk.ROWS + 90);
        assertThat(filesAgain.write(view(again), 4, NOW, AT_ONCE))
                .as("after a restart too")
                .isEqualTo(third);
    }

    @Test
    void anAddedColumnHasNoBlockWrittenAgainAndAWidenedOneHasAll() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 10 * Chunk.ROWS, 1);
        var files = new SnapshotFiles(directory, "f");
        long first = files.write(view(store), 1, NOW, AT_ONCE);
        store.evolve(SMALL.with(Column.of("more", ColumnType.VARCHAR)));
        assertThat(files.write(view(store), 2, NOW, AT_ONCE)).isLessThan(first / 20);
        store.evolve(store.schema().with(Column.of("n", ColumnType.BIGINT)));
        assertThat(files.write(view(store), 3, NOW, AT_ONCE)).isGreaterThan(first);

        TableStore again = table(store.schema());
        assertThat(load(new SnapshotFiles(directory, "f"), again)).isInstanceOf(Loaded.Rows.class);
        assertThat(read(again)).isEqualTo(read(store)).hasSize(10 * Chunk.ROWS);
    }

    @Test
    void aTableThatHasMoreAndWiderColumnsByNowTakesTheRowsUp() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, Chunk.ROWS + 5, 1);
        new SnapshotFiles(directory, "f").write(view(store), 1, NOW, AT_ONCE);

        Schema wider = Schema.of(
                Column.of("_key", ColumnType.VARCHAR),
                Column.of("first", ColumnType.VARCHAR),
                Column.of("n", ColumnType.BIGINT));
        TableStore again = table(wider);
        var files = new SnapshotFiles(directory, "f");
        assertThat(load(files, again)).isInstanceOf(Loaded.Rows.class);

        Map<String, List<Object>> rows = read(again);
        assertThat(rows).hasSize(Chunk.ROWS + 5);
        assertThat(rows.get("k-7")).isEqualTo(List.of("NULL", 8L));
        again.checkInvariants();
        files.write(view(again), 2, NOW, AT_ONCE);
        TableStore third = table(wider);
        assertThat(load(new SnapshotFiles(directory, "f"), third)).isInstanceOf(Loaded.Rows.class);
        assertThat(read(third)).isEqualTo(rows);
    }

    @Test
    void otherRowsAndColumnsThatTheTableHasNotAreRefusedAndDeleted() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 5, 1);
        new SnapshotFiles(directory, "f").write(view(store), 1, NOW, AT_ONCE);
        Schema narrower = Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("n", ColumnType.BOOLEAN));

        TableStore again = table(narrower);
        assertThat(load(new SnapshotFiles(directory, "f"), again))
                .isEqualTo(new Loaded.Refused("its column n is INTEGER, not BOOLEAN"));
        assertThat(directory).doesNotExist();

        new SnapshotFiles(directory, "f").write(view(store), 1, NOW, AT_ONCE);
        assertThat(load(new SnapshotFiles(directory, "g"), table(SMALL)))
                .isEqualTo(new Loaded.Refused("it is of other rows: f"));
        assertThat(again.rows()).isZero();
    }

    @Test
    void whatIsDamagedIsSetAsideAndCanBeWrittenAnew() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 5, 1);
        for (int i = 0; i < 3; i++) {
            new SnapshotFiles(directory, "f").write(view(store), 1, NOW, AT_ONCE);
            Path manifest = directory.resolve("manifest");
            Files.write(manifest, Arrays.copyOf(Files.readAllBytes(manifest), 60));
            TableStore again = table(SMALL);
            var files = new SnapshotFiles(directory, "f");
            assertThat(load(files, again)).isInstanceOf(Loaded.Damaged.class);
            assertThat(again.rows()).isZero();
            assertThat(names()).containsExactly("manifest.damaged");
            files.write(view(store), 1, NOW, AT_ONCE);
            assertThat(load(new SnapshotFiles(directory, "f"), again)).isInstanceOf(Loaded.Rows.class);
            assertThat(read(again)).isEqualTo(read(store));
        }
    }

    /// Files that a snapshot hardly needs any more go, however long it goes on.
    @Test
    void whatIsOnDiskStaysInProportionToWhatIsNeeded() throws Exception {
        TableStore store = table(SMALL);
        var files = new SnapshotFiles(directory, "f");
        var random = new Random(5);
        for (int round = 0; round < 200; round++) {
            int from = random.nextInt(20) * 1000;
            put(store, from, from + 1000, round);
            files.write(view(store), round, NOW, AT_ONCE);
            long needed = files.last().orElseThrow().bytes();
            assertThat(diskBytes()).as("round %d", round).isLessThan(needed * 3 + (64 << 10));
        }
        TableStore again = table(SMALL);
        assertThat(load(new SnapshotFiles(directory, "f"), again)).isInstanceOf(Loaded.Rows.class);
        assertThat(read(again)).isEqualTo(read(store));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void aWriteThatFailsAnywhereLeavesTheSnapshotBefore(long seed) throws Exception {
        var random = new Random(seed);
        var model = new TreeMap<String, List<Object>>();
        TableStore store = table(SMALL);
        var files = new SnapshotFiles(directory, "f");
        Map<String, List<Object>> kept = Map.of();
        for (int round = 0; round < 40; round++) {
            change(store, model, 30_000, 5_000, random);
            int failing = random.nextInt(6);
            int[] blocks = {0};
            try {
                files.write(view(store), round, NOW, bytes -> {
                    if (blocks[0]++ == failing) {
                        throw new IOException("no space left");
                    }
                });
                kept = Map.copyOf(model);
            } catch (IOException e) {
                assertThat(e).hasMessage("no space left");
            }
            TableStore again = table(SMALL);
            Loaded loaded = load(new SnapshotFiles(directory, "f"), again);
            assertThat(loaded instanceof Loaded.Rows || kept.isEmpty())
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(read(again)).as("seed %d round %d", seed, round).isEqualTo(kept);
        }
    }

    @Test
    void noFlippedBitEverGivesAWrongRow() throws Exception {
        long seed = 77;
        var random = new Random(seed);
        var model = new TreeMap<String, List<Object>>();
        TableStore store = table(EVERY_TYPE);
        var files = new SnapshotFiles(directory.resolve("good"), "f");
        for (int i = 0; i < 3; i++) {
            change(store, model, 300, 200, random);
            files.write(view(store), i, NOW, AT_ONCE);
        }
        List<Path> all;
        try (Stream<Path> listed = Files.list(directory.resolve("good"))) {
            all = listed.sorted().toList();
        }
        long total = 0;
        for (Path file : all) {
            total += Files.size(file);
        }
        Path copy = Files.createDirectory(directory.resolve("flipped"));
        int refused = 0;
        flip(all, copy, -1);
        assertThat(load(new SnapshotFiles(copy, "f"), table(EVERY_TYPE)))
                .as("whole")
                .isInstanceOf(Loaded.Rows.class);
        for (int i = 0; i < 1_000; i++) {
            long bit = i % 4 == 0 ? random.nextInt(400) : random.nextLong(total * 8);
            List<Path> order = i % 4 == 0 ? all.reversed() : all;
            flip(order, copy, bit);
            TableStore again = table(EVERY_TYPE);
            Loaded loaded = load(new SnapshotFiles(copy, "f"), again);
            if (loaded instanceof Loaded.Rows) {
                assertThat(read(again)).as("seed %d, flip %d", seed, i).isEqualTo(model);
            } else {
                assertThat(loaded).isInstanceOf(Loaded.Damaged.class);
                assertThat(again.rows()).isZero();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(300);
    }

    /// Copies the files with one bit changed, which is counted through all of them.
    private static void flip(List<Path> files, Path to, long bit) throws IOException {
        try (Stream<Path> old = Files.list(to)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        long left = bit;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            if (left >= 0 && left < bytes.length * 8L) {
                bytes[(int) (left >>> 3)] ^= (byte) (1 << (left & 7));
            }
            left -= bytes.length * 8L;
            Files.write(to.resolve(file.getFileName()), bytes);
        }
    }

    @Test
    void aSnapshotOfAnOlderViewHasTheRowsOfThatView() throws Exception {
        TableStore store = table(SMALL);
        put(store, 0, 9_000, 1);
        PartitionView past = view(store);
        Map<String, List<Object>> then = read(store);
        put(store, 4_000, 12_000, 5);
        delete(store, 0, 100);

        new SnapshotFiles(directory, "f").write(past, 1, NOW, AT_ONCE);

        TableStore again = table(SMALL);
        assertThat(load(new SnapshotFiles(directory, "f"), again)).isInstanceOf(Loaded.Rows.class);
        assertThat(read(again)).isEqualTo(then);
        put(again, 4_000, 12_000, 5);
        delete(again, 0, 100);
        assertThat(read(again)).isEqualTo(read(store));
        again.checkInvariants();
    }

    @Test
    void aColumnWithMoreThanAByteOrAShortOfTextsIsFoundAgain() throws Exception {
        Schema schema = Schema.of(Column.of("_key", ColumnType.VARCHAR), Column.of("s", ColumnType.VARCHAR));
        for (int texts : new int[] {3, 300, 70_000}) {
            Path place = directory.resolve("t" + texts);
            TableStore store = table(schema);
            Map<String, List<Object>> model = new HashMap<>();
            for (int from = 0; from < 4 * texts; from += RowBatch.DEFAULT_ROWS) {
                RowBatch rows = RowBatch.forSchema(schema, RowBatch.DEFAULT_ROWS);
                var batch = new ChangeBatch(rows, RowBatch.DEFAULT_ROWS);
                for (int i = from; i < from + RowBatch.DEFAULT_ROWS; i++) {
                    String text = "text-" + i % texts;
                    rows.column(0).setObject(batch.size(), "k" + i);
                    rows.column(1).setObject(batch.size(), text);
                    batch.upsert(bytes("k" + i));
                    model.put("k" + i, List.of(text));
                }
                store.apply(0, batch);
            }
            new SnapshotFiles(place, "f").write(view(store), 1, NOW, AT_ONCE);
            TableStore again = table(schema);
            assertThat(load(new SnapshotFiles(place, "f"), again)).isInstanceOf(Loaded.Rows.class);
            assertThat(read(again)).isEqualTo(model);
        }
    }

    @Test
    void whatPaceThrowsComesOut() {
        TableStore store = table(SMALL);
        put(store, 0, 5, 1);
        assertThatThrownBy(() -> new SnapshotFiles(directory, "f").write(view(store), 1, NOW, bytes -> {
                    throw new IOException("stop");
                }))
                .hasMessage("stop");
    }

    private static TableStore table(Schema schema) {
        return new TableStore(new TableName("t"), schema, new int[] {0});
    }

    private static PartitionView view(TableStore store) {
        return store.partition(0).orElseThrow();
    }

    private Loaded load(SnapshotFiles files, TableStore store) throws InterruptedException {
        return files.load(
                store,
                0,
                snapshot -> Optional.empty(),
                (narrow, wide) -> narrow.equals(ColumnType.INTEGER) && wide.equals(ColumnType.BIGINT),
                executor,
                2);
    }

    private static void put(TableStore store, int from, int to, int add) {
        for (int start = from; start < to; start += RowBatch.DEFAULT_ROWS) {
            RowBatch rows = RowBatch.forSchema(store.schema(), RowBatch.DEFAULT_ROWS);
            var batch = new ChangeBatch(rows, RowBatch.DEFAULT_ROWS);
            for (int i = start; i < Math.min(to, start + RowBatch.DEFAULT_ROWS); i++) {
                int row = batch.size();
                rows.columns().forEach(column -> column.setNull(row));
                rows.column(0).setObject(row, "k-" + i);
                rows.column(store.schema().indexOf("n")).setLong(row, i + add);
                batch.upsert(bytes("k-" + i));
            }
            store.apply(0, batch);
        }
    }

    private static void delete(TableStore store, int from, int to) {
        var batch = new ChangeBatch(RowBatch.forSchema(store.schema(), to - from), to - from);
        for (int i = from; i < to; i++) {
            batch.delete(bytes("k-" + i));
        }
        store.apply(0, batch);
    }

    /// Applies random changes to the table and to the model of it, and returns how many.
    private static int change(TableStore store, Map<String, List<Object>> model, int keys, int changes, Random random) {
        Schema schema = store.schema();
        RowBatch rows = RowBatch.forSchema(schema, changes);
        var batch = new ChangeBatch(rows, changes);
        for (int i = 0; i < changes; i++) {
            String key = "key-" + random.nextInt(keys);
            int row = batch.size();
            if (random.nextInt(5) == 0) {
                rows.columns().forEach(column -> column.setNull(row));
                batch.delete(bytes(key));
                model.remove(key);
                continue;
            }
            rows.column(0).setObject(row, key);
            for (int c = 1; c < schema.size(); c++) {
                set(rows.column(c), schema.column(c).name(), row, random);
            }
            batch.upsert(bytes(key));
            model.put(key, values(rows, row, 1));
        }
        store.apply(0, batch);
        return changes;
    }

    private static void set(Vector column, String name, int row, Random random) {
        if (random.nextInt(6) == 0) {
            column.setNull(row);
            return;
        }
        switch (column.type().kind()) {
            case BOOLEAN -> column.setBoolean(row, random.nextBoolean());
            case INTEGER -> column.setLong(row, random.nextInt());
            case BIGINT, TIMESTAMP, TIMESTAMPTZ -> column.setLong(row, random.nextLong());
            case DATE -> column.setLong(row, random.nextInt(40_000));
            case TIME -> column.setLong(row, random.nextLong(86_400_000_000L));
            case REAL -> column.setDouble(row, random.nextFloat());
            case DOUBLE -> column.setDouble(row, random.nextDouble());
            case DECIMAL ->
                column.setDecimal(
                        row,
                        BigDecimal.valueOf(
                                random.nextLong(1_000_000_000_000L),
                                column.type().scale()));
            case VARCHAR ->
                column.setObject(
                        row,
                        name.equals("status")
                                ? "S" + random.nextInt(5)
                                : "ü" + "x".repeat(random.nextInt(20)) + random.nextInt());
            case JSON -> column.setObject(row, "{\"a\":" + random.nextInt() + "}");
            case BYTEA -> column.setObject(row, ("b" + random.nextInt()).getBytes(StandardCharsets.UTF_8));
            case UUID -> column.setObject(row, new UUID(random.nextLong(), random.nextLong()));
        }
    }

    private static List<Object> values(RowBatch rows, int row, int from) {
        return IntStream.range(from, rows.columns().size())
                .mapToObj(c -> value(rows.column(c), row))
                .toList();
    }

    private static Object value(Vector vector, int row) {
        if (vector.isNull(row)) {
            return "NULL";
        }
        return switch (vector.type().kind()) {
            case DECIMAL -> vector.getDecimal(row);
            case REAL, DOUBLE -> vector.getDouble(row);
            case BOOLEAN, INTEGER, BIGINT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> vector.getLong(row);
            case BYTEA -> new String((byte[]) vector.getObject(row), StandardCharsets.UTF_8);
            case VARCHAR, JSON, UUID -> vector.getObject(row);
        };
    }

    private static Map<String, List<Object>> read(TableStore store) {
        var found = new TreeMap<String, List<Object>>();
        TableView.Scan scan =
                store.view().scan(IntStream.range(0, store.schema().size()).toArray());
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int row = 0; row < batch.size(); row++) {
                List<Object> before = found.put((String) value(batch.column(0), row), values(batch, row, 1));
                assertThat(before).as("a key that comes twice").isNull();
            }
        }
        return found;
    }

    private static void assertHas(TableStore store, Map<String, List<Object>> model, int keys, long seed) {
        assertThat(read(store)).as("seed %d", seed).isEqualTo(model);
        assertThat(store.rows()).isEqualTo(model.size());
        store.checkInvariants();
        assertRangesHold(store);
        TableView view = store.view();
        for (int i = 0; i < keys; i += Math.max(1, keys / 500)) {
            assertThat(view.find(bytes("key-" + i)) != TableView.NO_ROW)
                    .as("key-%d, seed %d", i, seed)
                    .isEqualTo(model.containsKey("key-" + i));
        }
    }

    /// A scan leaves chunks out by what their columns say of the values.
    private static void assertRangesHold(TableStore store) {
        for (ChunkView chunk : view(store).chunks) {
            for (int c = 0; chunk != null && c < chunk.columns.length; c++) {
                ColumnData column = chunk.columns[c];
                int nulls = 0;
                for (int place = 0; place < chunk.rows; place++) {
                    if (column.isNull(place)) {
                        nulls++;
                    } else if (column.type.storage() == ColumnType.Storage.LONG) {
                        long value = column.getLong(place);
                        assertThat(column.mayContain(value, value)).isTrue();
                    } else if (column.type.storage() == ColumnType.Storage.DOUBLE) {
                        double value = column.getDouble(place);
                        assertThat(column.mayContain(value, value)).isTrue();
                    }
                }
                assertThat(column.mostNulls()).isGreaterThanOrEqualTo(nulls);
            }
        }
    }

    private static byte[] bytes(@Nullable String text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return new ArrayList<>(
                    all.map(file -> String.valueOf(file.getFileName())).sorted().toList());
        }
    }

    private long diskBytes() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            long sum = 0;
            for (Path file : all.toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private long blockBytes() throws IOException {
        return Files.size(directory.resolve("0.data"));
    }
}

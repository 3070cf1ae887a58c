package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a table says it takes is what the virtual machine counts when it looks at every object.
class TableMemoryTest {

    private static final long SEED = 42;
    private static final int ROWS = 60_000;

    private static final Column KEY = Column.of("_key", ColumnType.VARCHAR);
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /// @param partitions among which the rows go round
    /// @param rounds how often each key is written
    /// @param deletions the share of the keys that are deleted in the end, in percent
    record Kind(String name, Schema schema, int partitions, int rows, int rounds, int deletions, Values values) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Values {
        @Nullable
        Object of(int column, int row, Random random);
    }

    static Stream<Kind> kinds() {
        Schema numbers = Schema.of(
                KEY,
                Column.of("a", ColumnType.BIGINT),
                Column.of("b", ColumnType.DOUBLE),
                Column.of("c", ColumnType.INTEGER));
        Schema texts = Schema.of(KEY, Column.of("a", ColumnType.VARCHAR), Column.of("b", ColumnType.VARCHAR));
        Schema json = Schema.of(KEY, Column.of("a", ColumnType.JSON));
        Values number = (column, row, random) -> column == 2 ? (Object) random.nextDouble() : (long) random.nextInt();
        Values few = (column, row, random) -> "value " + random.nextInt(column * 1_000);
        Values many = (column, row, random) -> column + "-" + random.nextLong() + "-" + row;
        Values documents = (column, row, random) -> "{\"id\":" + row + ",\"at\":" + random.nextLong() + "}";
        Values sparse = (column, row, random) -> random.nextInt(10) == 0 ? number.of(column, row, random) : null;
        return Stream.of(
                new Kind("numbers", numbers, 1, ROWS, 1, 0, number),
                new Kind("texts that repeat", texts, 1, ROWS, 1, 0, few),
                new Kind("texts beyond Latin-1", texts, 1, ROWS, 1, 0, (c, r, x) -> "Ω " + x.nextInt(3_000)),
                new Kind("texts that differ", texts, 1, ROWS, 1, 0, many),
                new Kind("JSON", json, 1, ROWS, 1, 0, documents),
                new Kind("mostly NULL", numbers, 1, ROWS, 1, 0, sparse),
                new Kind("many updates and deletions", numbers, 1, ROWS, 5, 40, number),
                new Kind("updates of texts", texts, 1, ROWS, 3, 10, many),
                new Kind("several partitions", numbers, 7, ROWS, 1, 0, number),
                new Kind("some rows", texts, 1, 300, 1, 0, few));
    }

    /// What else the process keeps meanwhile counts as the table's: then it is measured again.
    @ParameterizedTest
    @MethodSource("kinds")
    void theBytesAreThoseOfTheHeap(Kind kind) throws Exception {
        Measured measured = measure(kind);
        for (int again = 0; again < 4 && !measured.isRight(); again++) {
            measured = measure(kind);
        }
        assertThat(measured.isRight())
                .as("%d bytes counted, %d on the heap", measured.counted(), measured.onHeap())
                .isTrue();
    }

    private record Measured(long counted, long onHeap) {
        boolean isRight() {
            return Math.abs((double) counted / onHeap - 1.0) <= 0.1;
        }
    }

    private static Measured measure(Kind kind) throws Exception {
        int copies = Math.max(1, ROWS / 2 / kind.rows());
        var stores = new ArrayList<TableStore>();
        for (int copy = 0; copy < copies; copy++) {
            stores.add(new TableStore(new TableName("warm"), kind.schema(), new int[] {0}));
        }
        fill(stores.getFirst(), kind);
        stores.clear();
        long before = bytesOnHeap();
        for (int copy = 0; copy < copies; copy++) {
            var store = new TableStore(new TableName("t"), kind.schema(), new int[] {0});
            fill(store, kind);
            stores.add(store);
        }
        try {
            long onHeap = bytesOnHeap() - before;
            return new Measured(stores.stream().mapToLong(TableStore::bytes).sum(), onHeap);
        } finally {
            Reference.reachabilityFence(stores);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thePartsSumUpToTheWhole(Kind kind) {
        var store = new TableStore(new TableName("t"), kind.schema(), new int[] {0});
        fill(store, kind);

        TableMemory memory = store.memory();

        assertThat(memory.total()).isEqualTo(store.bytes());
        assertThat(memory.columns().keySet())
                .containsExactlyElementsOf(kind.schema().names());
        assertThat(List.of(memory.keys(), memory.primaryIndex(), memory.versions()))
                .allMatch(bytes -> bytes > 0);
        assertThat(memory.heldByViews()).isZero();
    }

    @Test
    void aViewThatIsHeldTakesWhatTheTableHasGivenUp() {
        Kind kind = kinds().filter(k -> k.name().equals("numbers")).findFirst().orElseThrow();
        var store = new TableStore(new TableName("t"), kind.schema(), new int[] {0});
        fill(store, kind);
        long before = store.bytes();
        try (ViewHold hold = store.hold(ViewHolder.named("report"))) {
            assertThat(store.memory().heldByViews())
                    .as("nothing is given up yet")
                    .isZero();
            fill(store, kind);
            fill(store, kind);

            long held = store.memory().heldByViews();

            assertThat(held).isBetween(before / 2, before);
            assertThat(store.heldBytes(List.of(hold))).isEqualTo(held);
            assertThat(store.memory().total()).isEqualTo(store.bytes());
            assertThat(store.holds()).containsExactly(hold);
        }
        assertThat(store.memory().heldByViews()).isZero();
        assertThat(store.holds()).isEmpty();
    }

    @Test
    void whatTwoViewsHoldIsCountedOnce() {
        Kind kind = kinds().findFirst().orElseThrow();
        var store = new TableStore(new TableName("t"), kind.schema(), new int[] {0});
        fill(store, kind);
        try (ViewHold one = store.hold(ViewHolder.named("one"));
                ViewHold two = store.hold(ViewHolder.named("two"))) {
            fill(store, kind);
            fill(store, kind);

            assertThat(store.heldBytes(List.of(one, two)))
                    .isEqualTo(store.heldBytes(List.of(one)))
                    .isEqualTo(store.heldBytes(List.of(two)));
        }
    }

    @Test
    void aViewOfATableThatIsGoneTakesAllOfIt() {
        Kind kind = kinds().findFirst().orElseThrow();
        var store = new TableStore(new TableName("t"), kind.schema(), new int[] {0});
        fill(store, kind);
        long bytes = store.bytes();
        try (ViewHold hold = store.hold(ViewHolder.named("report"))) {
            store.retire();

            assertThat((double) store.heldBytes(List.of(hold)) / bytes).isCloseTo(1.0, within(0.01));
        }
    }

    private static void fill(TableStore store, Kind kind) {
        var random = new Random(SEED);
        for (int round = 0; round < kind.rounds(); round++) {
            for (int partition = 0; partition < kind.partitions(); partition++) {
                write(store, kind, partition, random);
            }
        }
        var batch = new ChangeBatch(RowBatch.forSchema(kind.schema(), 1), 1);
        for (int row = 0; row < kind.rows() * kind.deletions() / 100; row++) {
            batch.clear();
            batch.rows().columns().forEach(column -> column.setNull(0));
            batch.delete(key(row));
            store.apply(row % kind.partitions(), batch);
        }
        store.checkInvariants();
    }

    private static void write(TableStore store, Kind kind, int partition, Random random) {
        var batch = new ChangeBatch(RowBatch.forSchema(kind.schema(), RowBatch.DEFAULT_ROWS), RowBatch.DEFAULT_ROWS);
        for (int row = partition; row < kind.rows(); row += kind.partitions()) {
            int at = batch.size();
            set(batch.rows().column(0), at, new String(key(row), StandardCharsets.UTF_8));
            for (int column = 1; column < kind.schema().size(); column++) {
                set(batch.rows().column(column), at, kind.values().of(column, row, random));
            }
            batch.upsert(key(row));
            if (batch.size() == RowBatch.DEFAULT_ROWS) {
                apply(store, partition, batch);
            }
        }
        apply(store, partition, batch);
    }

    private static void apply(TableStore store, int partition, ChangeBatch batch) {
        batch.rows().setSize(batch.size());
        store.apply(partition, batch);
        batch.clear();
    }

    private static void set(Vector vector, int row, @Nullable Object value) {
        switch (value) {
            case null -> vector.setNull(row);
            case Long number -> vector.setLong(row, number);
            case Double number -> vector.setDouble(row, number);
            default -> vector.setObject(row, value);
        }
    }

    private static byte[] key(int row) {
        return ("key-" + row).getBytes(StandardCharsets.UTF_8);
    }

    /// What the objects take that can be reached. The virtual machine collects what cannot before it counts.
    private static long bytesOnHeap() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[] {}},
                        new String[] {String[].class.getName()});
        Matcher total = TOTAL.matcher(histogram);
        assertThat(total.find()).isTrue();
        return Long.parseLong(total.group(1));
    }
}

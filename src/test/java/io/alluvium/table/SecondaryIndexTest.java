package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.ValueOrder;
import io.alluvium.fault.AlluviumException;
import io.alluvium.table.IndexDefinition.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecondaryIndexTest {

    private static final Schema SCHEMA = Schema.of(
            Column.of("id", ColumnType.VARCHAR),
            Column.of("city", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.BIGINT));
    private static final int[] ID = {0};
    private static final IndexDefinition BY_CITY =
            new IndexDefinition("by_city", List.of("city", "amount"), Kind.ORDERED);
    private static final IndexDefinition CITY_HASH = new IndexDefinition("city_hash", List.of("city"), Kind.HASH);

    private final TableStore store = new TableStore(new TableName("t"), SCHEMA, new int[] {0});

    @Test
    void rowsAreFoundByEqualityBoundsAndPrefix() {
        store.createIndex(BY_CITY);
        store.createIndex(CITY_HASH);
        put(0, "a", "Bern", 1L);
        put(0, "b", "Bern", 2L);
        put(1, "c", "Basel", 3L);
        put(1, "d", null, 4L);
        put(1, "e", "Bern", null);
        TableView view = store.view();

        assertThat(find(view, CITY_HASH, IndexRange.equal("Bern"))).containsExactlyInAnyOrder("a", "b", "e");
        assertThat(find(view, BY_CITY, IndexRange.equal("Bern"), IndexRange.equal("Bern", 2L)))
                .containsExactlyInAnyOrder("a", "b", "e");
        assertThat(find(view, BY_CITY, new IndexRange(List.of("Bern"), new IndexRange.Bound(1L, false), null)))
                .containsExactly("b");
        assertThat(find(view, BY_CITY, IndexRange.prefix("B"))).containsExactlyInAnyOrder("a", "b", "c", "e");
        assertThat(find(view, BY_CITY, IndexRange.lessThan("Bern"))).containsExactly("c");
        assertThat(ordered(view, BY_CITY, null, false)).containsExactly("c", "a", "b", "e", "d");
        assertThat(ordered(view, BY_CITY, null, true)).containsExactly("d", "e", "b", "a", "c");
        assertThat(ordered(view, BY_CITY, IndexRange.equal("Bern"), true)).containsExactly("e", "b", "a");
    }

    @Test
    void setsOfRowsAreCombined() {
        store.createIndex(BY_CITY);
        IndexDefinition byAmount = new IndexDefinition("by_amount", List.of("amount"), Kind.ORDERED);
        store.createIndex(byAmount);
        put(0, "a", "Bern", 1L);
        put(0, "b", "Bern", 2L);
        put(1, "c", "Basel", 2L);
        TableView view = store.view();
        RowSet bern = view.rows(BY_CITY, List.of(IndexRange.equal("Bern")));
        RowSet two = view.rows(byAmount, List.of(IndexRange.equal(2L)));

        assertThat(read(view.scan(bern.and(two), ID))).containsExactly("b");
        assertThat(read(view.scan(bern.or(two), ID))).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(read(view.scan(two.andNot(bern), ID))).containsExactly("c");
        assertThat(bern.or(two).count()).isEqualTo(3);
    }

    @Test
    void aPrefixFindsTheTextsThatBeginWithIt() {
        List<String> texts = List.of(
                "",
                "a",
                "a\0",
                "ab",
                "a\uD7FF",
                "a\uD7FFz",
                "a\uE000",
                "a\uFFFF",
                "a\uFFFFz",
                "a\uD800\uDC00",
                "a\uD83D\uDE00",
                "a\uD83D\uDE00z",
                "a\uDBFF\uDFFF",
                "a\uDBFF\uDFFFz",
                "b",
                "\uDBFF\uDFFF",
                "\uDBFF\uDFFFz");
        store.createIndex(BY_CITY);
        for (int i = 0; i < texts.size(); i++) {
            put(0, "" + i, texts.get(i), 0L);
        }
        TableView view = store.view();
        for (int use = 0; use < 5; use++) {
            for (String prefix : texts) {
                List<String> found = find(view, BY_CITY, IndexRange.prefix(prefix)).stream()
                        .map(id -> texts.get(Integer.parseInt(id)))
                        .toList();
                assertThat(found)
                        .containsExactlyInAnyOrderElementsOf(texts.stream()
                                .filter(text -> text.startsWith(prefix))
                                .toList());
            }
        }
    }

    /// With surrogates that are in no pair, which the store never has but a statement can.
    @Test
    void textsAsBytesHaveTheOrderOfSql() {
        List<String> texts = new ArrayList<>();
        List<String> parts = List.of(
                "",
                "a",
                "\0",
                "\u007F",
                "\u0080",
                "\u07FF",
                "\u0800",
                "\uD7FF",
                "\uE000",
                "\uFFFF",
                "\uD800",
                "\uD801",
                "\uDBFF",
                "\uDC00",
                "\uDFFF",
                "\uD800\uDC00",
                "\uD800\uDFFF",
                "\uD801\uDC00",
                "\uDBFF\uDFFF");
        for (String first : parts) {
            for (String second : parts) {
                texts.add(first + second);
                texts.add("common " + first + second);
            }
        }
        for (String a : texts) {
            for (String b : texts) {
                byte[] bytesA = TextBytes.encode(a);
                byte[] bytesB = TextBytes.encode(b);
                int order = Integer.signum(ValueOrder.compare(a, b));
                assertThat(Integer.signum(Arrays.compareUnsigned(bytesA, bytesB)))
                        .as("%s and %s", a, b)
                        .isEqualTo(order);
                assertThat(Long.compare(SortWord.of(bytesA, 0), SortWord.of(bytesB, 0)) * order)
                        .as("the words of %s and %s", a, b)
                        .isNotNegative();
            }
        }
    }

    @Test
    void anIndexIsCompleteWhenItIsBuiltAndGivesUpWhatTheTableGivesUp() {
        var pieces = new ArrayDeque<Runnable>();
        var table = new TableStore(new TableName("t"), SCHEMA, new int[] {0}, new IndexBuilder(pieces::add));
        table.createIndex(BY_CITY);
        for (int pass = 0; pass < 3; pass++) {
            for (int i = 0; i < 40_000; i += 1000) {
                table.apply(0, batch(i, 1000, pass));
            }
            IndexStatus waiting = table.indexes().getFirst();
            assertThat(waiting.isComplete()).isFalse();
            while (!pieces.isEmpty()) {
                pieces.remove().run();
            }
            IndexStatus built = table.indexes().getFirst();
            assertThat(built.isComplete()).isTrue();
            assertThat(built.rows()).isEqualTo(40_000);
            assertThat(built.rows() - built.indexedRows()).isLessThan(Chunk.ROWS);
            assertThat(built.bytes()).isBetween(12L * built.indexedRows(), 30L * 40_000);
            assertThat(table.view().unindexedRows(BY_CITY)).isLessThanOrEqualTo(Chunk.ROWS);
            table.checkInvariants();
        }
        table.clear(0);
        pieces.remove().run();
        assertThat(table.indexes().getFirst().bytes()).isZero();
    }

    @Test
    void readersFindWhatTheirViewsHaveWhileTheTableGoesOn() throws InterruptedException {
        long seed = System.nanoTime();
        store.createIndex(BY_CITY);
        store.createIndex(CITY_HASH);
        var isOver = new AtomicBoolean();
        var failure = new AtomicReference<@Nullable Throwable>();
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            var random = new Random(seed + reader);
            readers.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!isOver.get()) {
                        checkAgainstScan(store.view(), random);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        var random = new Random(seed);
        for (int i = 0; i < 400 && failure.get() == null; i++) {
            store.apply(random.nextInt(2), batch(random.nextInt(8000), 500, random.nextInt(50)));
        }
        isOver.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(failure.get()).as("seed %d", seed).isNull();
        store.checkInvariants();
    }

    private static void checkAgainstScan(TableView view, Random random) {
        String city = "city " + random.nextInt(50);
        List<String> wanted = new ArrayList<>();
        List<String> wantedInOrder = new ArrayList<>();
        TableView.Scan scan = view.scan(new int[] {0, 1});
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                wantedInOrder.add(batch.column(1).getText(i));
                if (batch.column(1).getText(i).equals(city)) {
                    wanted.add(batch.column(0).getText(i));
                }
            }
        }
        assertThat(find(view, BY_CITY, IndexRange.equal(city))).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(find(view, CITY_HASH, IndexRange.equal(city))).containsExactlyInAnyOrderElementsOf(wanted);
        wantedInOrder.sort(Comparator.naturalOrder());
        assertThat(read(view.scanOrdered(BY_CITY, null, false, new int[] {1}))).isEqualTo(wantedInOrder);
    }

    private static ChangeBatch batch(int from, int count, int city) {
        var batch = new ChangeBatch(RowBatch.forSchema(SCHEMA, count), count);
        for (int i = 0; i < count; i++) {
            String id = "id-" + (from + i);
            batch.rows().column(0).setObject(i, id);
            batch.rows().column(1).setObject(i, "city " + (i % 7 == 0 ? i % 50 : city));
            batch.rows().column(2).setLong(i, i);
            batch.upsert(id.getBytes(StandardCharsets.UTF_8));
        }
        return batch;
    }

    @Test
    void anIndexThatCannotBeIsRefused() {
        store.createIndex(BY_CITY);

        assertThatThrownBy(() -> store.createIndex(BY_CITY))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("by_city");
        assertThatThrownBy(() -> store.createIndex(new IndexDefinition("x", List.of("no"), Kind.HASH)))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("no column no");
        assertThatThrownBy(() -> store.view().rows(BY_CITY, List.of(IndexRange.equal(1L))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("VARCHAR");
    }

    private void put(int partition, String id, @Nullable String city, @Nullable Long amount) {
        var batch = new ChangeBatch(RowBatch.forSchema(SCHEMA, 1), 1);
        RowBatch rows = batch.rows();
        rows.column(0).setObject(0, id);
        if (city == null) {
            rows.column(1).setNull(0);
        } else {
            rows.column(1).setObject(0, city);
        }
        if (amount == null) {
            rows.column(2).setNull(0);
        } else {
            rows.column(2).setLong(0, amount);
        }
        batch.upsert(id.getBytes(StandardCharsets.UTF_8));
        store.apply(partition, batch);
    }

    private static List<String> find(TableView view, IndexDefinition index, IndexRange... ranges) {
        return read(view.scan(index, List.of(ranges), ID));
    }

    private static List<String> ordered(
            TableView view, IndexDefinition index, @Nullable IndexRange range, boolean descending) {
        return read(view.scanOrdered(index, range, descending, ID));
    }

    private static List<String> read(TableView.Scan scan) {
        List<String> ids = new ArrayList<>();
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int i = 0; i < batch.size(); i++) {
                ids.add(batch.column(0).getText(i));
            }
        }
        return ids;
    }
}

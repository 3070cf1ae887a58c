package io.alluvium.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.table.IndexDefinition.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

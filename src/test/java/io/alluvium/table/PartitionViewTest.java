package io.alluvium.table;

import static io.alluvium.table.Amounts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionViewTest {

    /// What a slot has when its key was removed between the two reads of a look-up.
    private static final long REMOVED_SLOT = 1;

    private final PartitionStore store = new PartitionStore(0, Amounts.SCHEMA, 0, new ChangeListeners());
    private final Amounts changes = new Amounts();

    @Test
    void aDeletedKeyStaysAbsentWhenItLeavesTheIndexDuringItsLookUp() {
        changes.put("first", 1).put("gone", 2).to(store);
        changes.delete("gone").to(store);
        PartitionView view = store.view();

        assertThat(view.resolve(bytes("gone"), KeyIndex.hash(bytes("gone")), REMOVED_SLOT))
                .isEqualTo(PartitionView.ABSENT);
    }

    @Test
    void aKeyThatLeavesTheIndexDuringItsLookUpIsLookedForWithoutReadingPastTheRows() {
        changes.put("12345678", 1).to(store);
        store.evolve(Amounts.SCHEMA);
        PartitionView view = store.view();

        assertThat(view.resolve(bytes("12345678"), KeyIndex.hash(bytes("12345678")), REMOVED_SLOT))
                .isZero();
    }

    /// The index holds the low half of an id. A version of the same key 2^32 ids ago has the same half.
    @Test
    void aViewFindsItsOwnVersionThoughTheTableHasGoneOnForMoreIdsThanAnIndexTellsApart() {
        changes.put("a", 1).put("b", 1).put("c", 1).to(store);
        store.evolve(Amounts.SCHEMA);
        changes.put("a", 2).to(store);
        PartitionView view = store.view();
        long expected = view.find(bytes("a"), KeyIndex.hash(bytes("a")));
        assertThat(expected).isEqualTo(Chunk.ROWS);

        // An unchanged schema makes the next version begin a chunk of its own.
        while (store.view().limit <= 1L << 32) {
            store.evolve(Amounts.SCHEMA);
            changes.put("a", 3).to(store);
        }

        assertThat(store.view().find(bytes("a"), KeyIndex.hash(bytes("a")))).isEqualTo(1L << 32);
        assertThat(view.find(bytes("a"), KeyIndex.hash(bytes("a")))).isEqualTo(expected);
        long[] found = new long[1];
        view.find(new byte[][] {bytes("a")}, 1, found);
        assertThat(found).containsExactly(expected);
    }
}

package io.alluvium.table;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// One writer of an index and one reader.
public final class IndexStress {

    private static final int ABSENT = -1;

    private IndexStress() {}

    private static long hash(int key) {
        return KeyIndex.hash(ByteBuffer.allocate(4).putInt(key).array());
    }

    /// The key of the version that is found for a key, or [#ABSENT].
    ///
    /// @param keys by version, stored without any order of their own
    private static int find(KeyIndex index, int[] keys, int key) {
        long hash = hash(key);
        long[] slots = index.slots(hash);
        for (int at = KeyIndex.candidate(slots, hash); at >= 0; at = KeyIndex.candidate(slots, hash, at + 1)) {
            long slot = KeyIndex.slot(slots, at);
            if (KeyIndex.isTaken(slot)) {
                return keys[(int) KeyIndex.id(slot, 0)];
            }
        }
        return ABSENT;
    }

    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "there, and what was written before it")
    @Outcome(expect = FORBIDDEN, desc = "a version without its key")
    @State
    public static class VersionIsSeenWithItsKey {
        private final KeyIndex index = new KeyIndex(8, 8);
        private final int[] keys = new int[1];

        @Actor
        public void writer() {
            keys[0] = 7;
            index.insert(hash(7), 0, false);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = find(index, keys, 7);
        }
    }

    /// Four slots of eight are taken; what is added splits the segment and doubles the directory, more than once.
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "found")
    @Outcome(expect = FORBIDDEN, desc = "a key that is there was not found")
    @State
    public static class KeyIsFoundWhileTheIndexGrows {
        private static final int BEFORE = 4;
        private static final int AFTER = 40;
        private final KeyIndex index = new KeyIndex(8, 8);
        private final int[] keys = new int[AFTER];

        public KeyIsFoundWhileTheIndexGrows() {
            insert(0, BEFORE);
        }

        private void insert(int from, int to) {
            for (int key = from; key < to; key++) {
                keys[key] = key;
                index.insert(hash(key), key, false);
            }
        }

        @Actor
        public void writer() {
            insert(BEFORE, AFTER);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = find(index, keys, 1);
            r.r2 = find(index, keys, 2);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the key and its first version")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "replaced in between")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the second version")
    @Outcome(expect = FORBIDDEN, desc = "absent, or an older version after a newer one")
    @State
    public static class KeyIsFoundWhileOthersAreRemovedAndTheSegmentIsFilledAnew {
        private static final int OTHERS = 30;
        private final KeyIndex index = new KeyIndex(8, 8);
        private final int[] versions = new int[3 + 2 * OTHERS];

        public KeyIsFoundWhileOthersAreRemovedAndTheSegmentIsFilledAnew() {
            versions[1] = 1;
            index.insert(hash(1), 1, false);
        }

        @Actor
        public void writer() {
            for (int other = 0; other < OTHERS; other++) {
                if (other == OTHERS / 2) {
                    versions[2] = 2;
                    index.replace(hash(1), 1, 2, false);
                }
                index.insert(hash(1000 + other), 3 + other, true);
                index.removeDeletion(hash(1000 + other), 3 + other);
            }
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = find(index, versions, 1);
            r.r2 = find(index, versions, 1);
        }
    }

    /// A reader that does not find a key knows whether that is because it was removed.
    @JCStressTest
    @Outcome(id = "5, 1", expect = ACCEPTABLE, desc = "found, nothing removed yet")
    @Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "found, removed afterwards")
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "not found, and the index says that it is not complete")
    @Outcome(expect = FORBIDDEN, desc = "not found, and the index says that it is complete")
    @State
    public static class RemovalIsKnownToWhoeverMissesTheKey {
        private final KeyIndex index = new KeyIndex(8, 8);
        private final int[] keys = {0, 0, 0, 5};

        public RemovalIsKnownToWhoeverMissesTheKey() {
            index.insert(hash(5), 3, true);
        }

        @Actor
        public void writer() {
            index.removeDeletion(hash(5), 3);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = find(index, keys, 5);
            r.r2 = index.isCompleteFor(3) ? 1 : 0;
        }
    }
}

package io.alluvium.table;

import static io.alluvium.table.Accounts.amount;
import static io.alluvium.table.Accounts.bytes;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// One writer of a partition and one reader: what the reader's view has is one batch's end, and stays so.
public final class ViewStress {

    private ViewStress() {}

    @JCStressTest
    @Outcome(id = "50, 50, 100", expect = ACCEPTABLE, desc = "before the batch")
    @Outcome(id = "40, 60, 100", expect = ACCEPTABLE, desc = "after the batch")
    @Outcome(expect = FORBIDDEN, desc = "half of a batch")
    @State
    public static class BatchIsSeenWholeByKeyAndByScan {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts writer = new Accounts();

        public BatchIsSeenWholeByKeyAndByScan() {
            writer.put("a", 50).put("b", 50).to(store);
            writer.put("a", 40).put("b", 60);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(III_Result r) {
            PartitionView view = store.view();
            r.r1 = amount(view, "a");
            r.r2 = amount(view, "b");
            r.r3 = Accounts.sum(view);
        }
    }

    @JCStressTest
    @Outcome(id = "50, 50", expect = ACCEPTABLE, desc = "before the batch")
    @Outcome(id = "40, 60", expect = ACCEPTABLE, desc = "after the batch")
    @Outcome(expect = FORBIDDEN, desc = "half of a batch")
    @State
    public static class BatchIsSeenWholeByLookUpsTogether {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts writer = new Accounts();

        public BatchIsSeenWholeByLookUpsTogether() {
            writer.put("a", 50).put("b", 50).to(store);
            writer.put("b", 60).put("a", 40);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(II_Result r) {
            PartitionView view = store.view();
            long[] ids = new long[2];
            view.find(new byte[][] {bytes("a"), bytes("b")}, 2, ids);
            r.r1 = amount(view, ids[0]);
            r.r2 = amount(view, ids[1]);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "before the deletion")
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "after the deletion")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "there again")
    @Outcome(expect = FORBIDDEN, desc = "the view has changed")
    @State
    public static class ViewStaysAsItIsWhileARowDiesAndComesBack {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts deletion = new Accounts();
        private final Accounts insertion = new Accounts();

        public ViewStaysAsItIsWhileARowDiesAndComesBack() {
            deletion.put("a", 1).to(store);
            deletion.delete("a");
            insertion.put("a", 2);
        }

        @Actor
        public void writer() {
            deletion.to(store);
            insertion.to(store);
        }

        @Actor
        public void reader(II_Result r) {
            PartitionView view = store.view();
            r.r1 = amount(view, "a");
            int sum = Accounts.sum(view);
            r.r2 = sum == 0 ? Accounts.ABSENT : sum;
        }
    }

    /// The chunks that the view's rows lie in are given up, and one of its keys leaves the index.
    @JCStressTest
    @Outcome(id = "2, 1, 3", expect = ACCEPTABLE, desc = "what the view had from the beginning")
    @Outcome(expect = FORBIDDEN, desc = "the view has changed")
    @State
    public static class OldViewKeepsItsRowsAcrossCompaction {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts deletion = new Accounts();
        private final Accounts update = new Accounts();
        private final PartitionView view;

        public OldViewKeepsItsRowsAcrossCompaction() {
            update.put("a", 1).put("b", 1).to(store);
            Accounts.endChunk(store);
            update.put("a", 2).to(store);
            view = store.view();
            deletion.delete("a");
            update.put("b", 2);
        }

        @Actor
        public void writer() {
            deletion.to(store);
            Accounts.endChunk(store);
            update.to(store);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = amount(view, "a");
            r.r2 = amount(view, "b");
            r.r3 = Accounts.sum(view);
        }
    }

    /// The deleted key's version is at the place that the mark of a removed key could be taken for.
    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "absent")
    @Outcome(expect = FORBIDDEN, desc = "a deleted row")
    @State
    public static class DeletedKeyIsAbsentWhileItLeavesTheIndex {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts writer = new Accounts();
        private final PartitionView view;

        public DeletedKeyIsAbsentWhileItLeavesTheIndex() {
            writer.put("b", 1).put("a", 1).put("c", 1).put("d", 1).to(store);
            writer.delete("a").to(store);
            Accounts.endChunk(store);
            view = store.view();
            writer.put("b", 2).put("c", 2).put("d", 2);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = amount(view, "a");
            long[] ids = new long[1];
            view.find(new byte[][] {bytes("a")}, 1, ids);
            r.r2 = amount(view, ids[0]);
        }
    }

    /// The first key of another length makes the chunk's keys be told apart by their ends.
    @JCStressTest
    @Outcome(id = "1, 2, 3", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "1, 2, 10", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "a key of another row")
    @State
    public static class KeysAreToldApartWhileTheirLengthsBecomeDifferent {
        private final PartitionStore store = Accounts.newPartition();
        private final Accounts writer = new Accounts();

        public KeysAreToldApartWhileTheirLengthsBecomeDifferent() {
            writer.put("a", 1).put("b", 2).to(store);
            writer.put("longer than the others", 7);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(III_Result r) {
            PartitionView view = store.view();
            r.r1 = amount(view, text(view, 0));
            r.r2 = amount(view, text(view, 1));
            r.r3 = Accounts.sum(view);
        }

        private static String text(PartitionView view, int place) {
            return (String) view.holder(place).columns[0].getObject(place);
        }
    }
}

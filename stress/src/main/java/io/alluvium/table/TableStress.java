package io.alluvium.table;

import static io.alluvium.table.Accounts.bytes;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.TableName;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// A table whose writer goes on while a reader takes views.
public final class TableStress {

    private TableStress() {}

    private static TableStore newTable() {
        return new TableStore(new TableName("accounts"), Accounts.SCHEMA, new int[] {0});
    }

    @JCStressTest
    @Outcome(id = "100", expect = ACCEPTABLE, desc = "before the batch or after it")
    @Outcome(expect = FORBIDDEN, desc = "half of a batch")
    @State
    public static class ScanHasWholeBatches {
        private final TableStore store = newTable();
        private final Accounts writer = new Accounts();

        public ScanHasWholeBatches() {
            writer.put("a", 50).put("b", 50).to(store);
            writer.put("a", 40).put("b", 60);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = Accounts.sum(store.view());
        }
    }

    @JCStressTest
    @Outcome(id = "50, 40", expect = ACCEPTABLE, desc = "the second view is after the batch")
    @Outcome(id = "40, 40", expect = ACCEPTABLE, desc = "after the batch")
    @Outcome(id = "50, 50", expect = ACCEPTABLE, desc = "before the batch")
    @Outcome(expect = FORBIDDEN, desc = "a later view is older")
    @State
    public static class LaterViewIsNoOlder {
        private final TableStore store = newTable();
        private final Accounts writer = new Accounts();

        public LaterViewIsNoOlder() {
            writer.put("a", 50).to(store);
            store.view();
            writer.put("a", 40);
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(II_Result r) {
            TableView first = store.view();
            TableView second = store.view();
            r.r1 = (int) first.getLong(first.find(bytes("a")), 1);
            r.r2 = (int) second.getLong(second.find(bytes("a")), 1);
        }
    }

    @JCStressTest
    @Outcome(id = "BIGINT, 7", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "VARCHAR, 7", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "rows that are not of the view's columns")
    @State
    public static class RowsAreOfTheViewsColumns {
        private final TableStore store = newTable();

        public RowsAreOfTheViewsColumns() {
            new Accounts().put("a", 7).to(store);
        }

        @Actor
        public void writer() {
            store.evolve(Accounts.SCHEMA
                    .with(Column.of("amount", ColumnType.VARCHAR))
                    .with(Column.of("city", ColumnType.VARCHAR)));
        }

        @Actor
        public void reader(LL_Result r) {
            TableView view = store.view();
            long row = view.find(bytes("a"));
            ColumnType type = view.schema().column(1).type();
            r.r1 = type.toString();
            r.r2 = type.equals(ColumnType.BIGINT) ? Long.toString(view.getLong(row, 1)) : view.getText(row, 1);
            if (view.schema().size() == 4 && !view.isNull(row, 3)) {
                r.r2 = "a new column is not empty";
            }
        }
    }

    /// Texts have a dictionary, which grows with the seventeenth.
    @JCStressTest
    @Outcome(id = "note 1", expect = ACCEPTABLE, desc = "the text")
    @Outcome(expect = FORBIDDEN, desc = "another text")
    @State
    public static class TextIsReadWhileTheDictionaryGrows {
        private final TableStore store = newTable();
        private final Accounts writer = new Accounts();

        public TextIsReadWhileTheDictionaryGrows() {
            writer.put("a", 1).to(store);
            for (int i = 2; i < 40; i++) {
                writer.put("key " + i, i);
            }
        }

        @Actor
        public void writer() {
            writer.to(store);
        }

        @Actor
        public void reader(L_Result r) {
            TableView view = store.view();
            r.r1 = view.getText(view.find(bytes("a")), 2);
        }
    }
}

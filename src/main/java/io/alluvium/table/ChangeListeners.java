package io.alluvium.table;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who wants to know what batches change in a table. From any thread; a listener that is called while it is taken
/// away may get one more batch.
final class ChangeListeners {

    private final List<Listener> all = new CopyOnWriteArrayList<>();

    /// One subscription: the same consumer may be there more than once.
    private final class Listener implements TableStore.ChangeSubscription {
        private final Consumer<TableChanges> consumer;

        Listener(Consumer<TableChanges> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }

    TableStore.ChangeSubscription add(Consumer<TableChanges> consumer) {
        var added = new Listener(consumer);
        all.add(added);
        return added;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void changed(TableChanges changes) {
        for (Listener listener : all) {
            listener.consumer.accept(changes);
        }
    }
}

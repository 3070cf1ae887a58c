package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.table.TableStorage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way of records into one filling of a table, which is closed while there is no memory for more rows. Safe
/// from any thread.
///
/// Closing pauses the Kafka Streams application: its threads go on to poll, so that it stays a member of its group,
/// but neither restore nor process. The records at hand when it closes still come through.
final class Intake {

    private final MemoryGuard memory;
    private final TableStorage store;
    private @Nullable TableApplication application;
    private boolean isLive;
    private volatile boolean isClosed;

    Intake(MemoryGuard memory, TableStorage store) {
        this.memory = memory;
        this.store = store;
    }

    /// Says what is to be paused, before it starts.
    synchronized void leadsInto(TableApplication next) {
        application = next;
    }

    /// Says that everything is loaded that the source held at the start.
    synchronized void live() {
        isLive = true;
    }

    /// Is called before rows are added, and closes when there is no room for more after these.
    void admit() {
        if (!isClosed && store.growsInMemory()) {
            closeWhenFull();
        }
    }

    private synchronized void closeWhenFull() {
        if (application != null && memory.isFull(isLive)) {
            isClosed = true;
            application.pause();
        }
    }

    /// Why nothing comes in; empty when something does, which it may do from this call on.
    synchronized Optional<AlluviumException> standstill() {
        if (!isClosed) {
            return Optional.empty();
        }
        if (application != null && !memory.hasRoom(isLive)) {
            return Optional.of(memory.standstill(store.name(), store.bytes(), isLive));
        }
        isClosed = false;
        if (application != null) {
            application.resume();
        }
        return Optional.empty();
    }
}

package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.table.TableStorage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way of records into one filling of a table, on which they stand still while there is no memory for more
/// rows. Safe from any thread.
///
/// While Kafka Streams restores, its state updater waits here: it has a thread of its own, so that the stream
/// thread goes on to poll and stays a member of its group. Once everything is restored, the records come on the
/// stream thread, and the application is paused: then it polls and does not process. While some partitions are
/// restored and others are not yet, the stream thread waits here too, but not for longer than it may go without a
/// poll.
///
/// Why not paused from the start: a task that the state updater resumes is for a moment in none of its lists, and a
/// stream thread that looks then takes it for restored and dies.
final class Intake {

    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final long LONGEST_WITHOUT_POLL_MILLIS = 10_000;

    private final MemoryGuard memory;
    private final TableStorage store;
    private final RecordPace pace;
    private @Nullable TableApplication application;
    private boolean isPaused;
    private int waiting;
    private volatile boolean isLive;
    private volatile boolean isEnded;

    /// @param recordsPerSecond how many records may come in bulk; 0 for no limit
    Intake(MemoryGuard memory, TableStorage store, int recordsPerSecond) {
        this.memory = memory;
        this.store = store;
        this.pace = new RecordPace(recordsPerSecond, System::nanoTime);
    }

    /// Says what is to be paused, before it starts.
    synchronized void leadsInto(TableApplication next) {
        application = next;
    }

    /// Says that everything is loaded that the source held at the start.
    void live() {
        isLive = true;
    }

    /// Lets everything pass from now on, because the application is about to end.
    void end() {
        isEnded = true;
    }

    /// Returns when it is time and there is room for a batch of records that is restored.
    void awaitRoom(int records) {
        pace.pass(records, () -> isEnded);
        if (isFull()) {
            await(Long.MAX_VALUE);
        }
    }

    /// Is called before other rows are added. When there is no room for more after these, no more come for a while.
    void admit() {
        if (isFull() && !pause()) {
            await(LONGEST_WITHOUT_POLL_MILLIS);
        }
    }

    private boolean isFull() {
        return !isEnded && store.growsInMemory() && memory.isFull(isLive);
    }

    private synchronized boolean pause() {
        if (application == null || !application.isPastBoundary()) {
            return false;
        }
        isPaused = true;
        application.pause();
        return true;
    }

    private void await(long mostMillis) {
        count(1);
        try {
            long start = System.nanoTime();
            while (!isEnded && !memory.hasRoom(isLive) && (System.nanoTime() - start) / 1_000_000 < mostMillis) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            count(-1);
        }
    }

    private synchronized void count(int more) {
        waiting += more;
    }

    /// Why nothing comes in; empty when something does, which it may do from this call on.
    synchronized Optional<AlluviumException> standstill() {
        if (isPaused && application != null && memory.hasRoom(isLive)) {
            isPaused = false;
            application.resume();
        }
        return isPaused || waiting > 0
                ? Optional.of(memory.standstill(store.name(), store.bytes(), isLive))
                : Optional.empty();
    }
}

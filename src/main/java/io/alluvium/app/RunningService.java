package io.alluvium.app;

import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.AlluviumException;
import java.util.List;
import java.util.Optional;

/// The service between its start and its end. Safe from any thread.
public interface RunningService extends AutoCloseable {

    /// Where the HTTP interface is, such as `http://127.0.0.1:8080`.
    String url();

    /// What else a person may want to know once at the start, a line each, such as the PostgreSQL address.
    List<String> notices();

    /// Every table in name order.
    List<TableStatus> tables();

    /// Waits until the service has ended: empty after [#close()], else the fault that ended it.
    Optional<AlluviumException> awaitEnd() throws InterruptedException;

    /// Stops taking requests, finishes running queries, commits, and stops everything in order. Closing again does
    /// nothing.
    @Override
    void close();
}

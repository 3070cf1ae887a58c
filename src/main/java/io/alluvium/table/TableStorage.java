package io.alluvium.table;

import io.alluvium.data.Schema;
import java.util.OptionalLong;

/// Where the rows of one table are kept, partition by partition: in memory ([TableStore]) or on disk.
///
/// Each partition has one writer at a time ([#apply]); readers take a [#view] and are never in its way. The schema
/// may gain and widen columns while everything goes on ([#evolve]). Safe from any thread.
public interface TableStorage extends TableDirectory.TableHandle, AutoCloseable {

    Schema schema();

    /// Takes changes of one partition in; they become visible together.
    ///
    /// @return false, and nothing is taken, when the batch's columns are not those that [#schema()] has by now; the
    ///     caller then fills a batch of the present columns
    boolean apply(int partition, ChangeBatch batch);

    /// Forgets a partition's rows, because another instance has it now or because it is loaded anew.
    void clear(int partition);

    /// Takes up added and widened columns. `wider` begins with the present columns.
    void evolve(Schema wider);

    long rows();

    /// The memory that the table takes, about.
    long bytes();

    /// Whether more rows take more memory.
    default boolean growsInMemory() {
        return true;
    }

    /// The offset of the record that follows those whose rows a restart finds; empty when it finds none, so that
    /// the partition is loaded from its beginning.
    default OptionalLong offset(int partition) {
        return OptionalLong.empty();
    }

    /// Is told that everything that was applied to a partition comes from the records before the offset `next`.
    default void commit(int partition, long next) {}

    /// Checks the structure of every partition. For tests; writers must be at rest.
    void checkInvariants();

    /// Lets go of what is held beside memory. Nobody writes any more; what still reads gets an error.
    @Override
    default void close() {}
}

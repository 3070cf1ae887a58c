package io.alluvium.table;

import io.alluvium.data.Schema;
import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

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

    /// Whether something failed in the middle of a batch. Readers see the rows as they were before it; nothing more
    /// is taken until the partition has been cleared.
    default boolean isTorn(int partition) {
        return false;
    }

    /// Forgets a partition's rows, because another instance has it now or because it is loaded anew.
    void clear(int partition);

    /// Takes up added and widened columns. `wider` begins with the present columns.
    void evolve(Schema wider);

    long rows();

    /// The memory that the table takes, about.
    long bytes();

    /// What [#bytes] is made of; looks at everything that is stored.
    default TableMemory memory() {
        return new TableMemory(0, 0, Map.of(), bytes(), Map.of(), 0);
    }

    /// The views that are held, the oldest first.
    default List<ViewHold> holds() {
        return List.of();
    }

    /// What the table has given up and these views still have.
    default long heldBytes(Collection<ViewHold> views) {
        return 0;
    }

    /// Says that the table is gone, or another store has its rows: what views of this one have is theirs alone.
    default void retire() {}

    /// Whether more rows take more memory.
    default boolean growsInMemory() {
        return true;
    }

    /// The offset of the record that follows those whose rows a restart finds; empty when it finds none, so that
    /// the partition is loaded from its beginning.
    default OptionalLong offset(int partition) {
        return OptionalLong.empty();
    }

    /// When [#offset] was last said, in milliseconds since 1970; empty when it is.
    default OptionalLong committedMillis(int partition) {
        return OptionalLong.empty();
    }

    /// Is told that everything that was applied to a partition comes from the records before the offset `next`.
    default void commit(int partition, long next) {}

    /// Adds an index over columns that the schema has. It is there and right at once, and becomes fast as it is
    /// built in the background.
    ///
    /// @throws AlluviumException when there is an index of that name or no such column, or when the table takes no
    ///     indexes
    default void createIndex(IndexDefinition definition) {
        throw withoutIndexes(name());
    }

    /// Whether the table can have indexes.
    default boolean takesIndexes() {
        return false;
    }

    /// The error for an index of a table that cannot have any.
    static AlluviumException withoutIndexes(TableName table) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "the table " + table + " keeps its rows on disk and takes no indexes",
                "Leave the option \"table.storage\" out, so that its rows are in memory, or make a table over it with"
                        + " the columns and rows that are looked for.");
    }

    /// Forgets an index; false when there is none of that name.
    default boolean dropIndex(String indexName) {
        return false;
    }

    /// The indexes as they are now, in the order in which they were created.
    default List<IndexStatus> indexes() {
        return List.of();
    }

    /// Hands what each batch changes to a listener, from the next batch on and until the answer is closed. It is
    /// called on the writer's thread, with one partition's changes after the other's but several partitions' at the
    /// same time: it takes them and returns at once.
    ///
    /// @throws AlluviumException when the table does not tell its changes
    default TableStore.ChangeSubscription listen(Consumer<TableChanges> listener) {
        throw new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "the table " + name() + " keeps its rows on disk and does not tell its changes",
                "Leave the option \"table.storage\" out, so that its rows are in memory.");
    }

    /// Checks the structure of every partition. For tests; writers must be at rest.
    void checkInvariants();

    /// Lets go of what is held beside memory. Nobody writes any more; what still reads gets an error.
    @Override
    default void close() {}

    /// The same, and leaves nothing for a restart.
    default void delete() {
        close();
    }
}

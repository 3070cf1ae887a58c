package io.alluvium.catalog;

import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The tables of the running service: what there is, and the changes that a user can ask for. Safe from any
/// thread.
public interface TableService {

    /// Every table in name order.
    List<TableStatus> tables();

    Optional<TableStatus> table(TableName name);

    /// What the parts of a table take of the heap; empty when there is no such table.
    default Optional<TableMemory> memory(TableName name) {
        return Optional.empty();
    }

    /// The views of a table that are held, the oldest first.
    default List<HeldView> views(TableName name) {
        return List.of();
    }

    /// Takes up a definition and returns at once; the table's state tells the rest.
    ///
    /// @param replace whether an existing table of that name is replaced once the new one is as far as the
    ///     old one
    /// @throws io.alluvium.fault.AlluviumException DUPLICATE_TABLE, UNDEFINED_TABLE, DEPENDENCY_CYCLE,
    ///     CONFIGURATION, TOO_MANY_TABLES, FEATURE_NOT_SUPPORTED
    void create(TableDefinition definition, boolean replace);

    /// Stops loading, frees memory and deletes the table's internal topics and consumer group.
    ///
    /// @throws io.alluvium.fault.AlluviumException UNDEFINED_TABLE, or DEPENDENT_OBJECTS with the dependants' names
    ///     unless `cascade` drops them too
    void drop(TableName name, boolean cascade);

    /// Reads the table's source again from its start. What the table has is served meanwhile.
    ///
    /// @throws io.alluvium.fault.AlluviumException UNDEFINED_TABLE, TABLE_NOT_READY while it is not LIVE,
    ///     FEATURE_NOT_SUPPORTED
    void refresh(TableName name);

    /// Tries the records again that stand in the table's errors; they are read from the source with all others, so
    /// that none takes the place of a later one. Returns at once.
    ///
    /// @return how many they are
    /// @throws io.alluvium.fault.AlluviumException as [#refresh], when there are some
    long replayErrors(TableName name);

    void pause(TableName name);

    void resume(TableName name);

    /// Makes an index of a table and returns at once; it is right from then on and becomes fast as it is built.
    /// Kept over a restart, and over a replacement of the table that has the columns.
    ///
    /// @param name null for one by PostgreSQL's rule
    /// @throws io.alluvium.fault.AlluviumException UNDEFINED_TABLE, UNDEFINED_COLUMN, DUPLICATE_INDEX,
    ///     DUPLICATE_COLUMN, TABLE_NOT_READY when the table's columns are not known yet, FEATURE_NOT_SUPPORTED for
    ///     a type that cannot be indexed
    TableIndex createIndex(@Nullable String name, TableName table, List<String> columns, TableIndex.Kind kind);

    /// @throws io.alluvium.fault.AlluviumException UNDEFINED_INDEX, or DEPENDENT_OBJECTS for one that the table's
    ///     definition asks for
    void dropIndex(String name);

    /// The names of the topics that exist in Kafka, without internal ones.
    List<String> topics();
}

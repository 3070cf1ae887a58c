package io.alluvium.catalog;

import io.alluvium.data.TableName;
import java.util.List;
import java.util.Optional;

/// The tables of the running service: what there is, and the changes that a user can ask for. Safe from any
/// thread.
public interface TableService {

    /// Every table in name order.
    List<TableStatus> tables();

    Optional<TableStatus> table(TableName name);

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

    void pause(TableName name);

    void resume(TableName name);

    /// The names of the topics that exist in Kafka, without internal ones.
    List<String> topics();
}

package io.alluvium.topology;

import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableStatus;
import io.alluvium.catalog.TableStatus.IndexState;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexStatus;
import io.alluvium.table.TableStorage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The indexes that one table shall have, those of its definition and those of `CREATE INDEX`, and how they get
/// into its stores. Safe from any thread.
final class TableIndexes {

    private static final Logger LOG = LoggerFactory.getLogger(TableIndexes.class);

    private final TableName table;
    private final List<TableIndex> ofDefinition;
    private final Indexes indexes;

    TableIndexes(TableName table, List<List<String>> ofDefinition, Indexes indexes) {
        this.table = table;
        this.ofDefinition = indexes.define(table, ofDefinition);
        this.indexes = indexes;
    }

    /// Checks that a table can have the indexes of its definition.
    ///
    /// @param isOpen whether columns may come later
    void check(Schema schema, boolean isOpen) {
        for (TableIndex index : ofDefinition) {
            for (String column : index.columns()) {
                if (isOpen && schema.indexOf(column) < 0) {
                    LOG.warn("table={} the index {} waits for the column {}", table, index.name(), column);
                } else {
                    Indexes.checkColumn(table, column, schema);
                }
            }
        }
    }

    /// Gives a store the indexes that it can have with its columns, and takes away those that it shall not have.
    synchronized void fit(TableStorage store) {
        List<String> present = store.indexes().stream()
                .map(status -> status.definition().name())
                .toList();
        List<TableIndex> wanted = wanted();
        for (String name : present) {
            if (wanted.stream().noneMatch(index -> index.name().equals(name))) {
                store.dropIndex(name);
                LOG.info("table={} dropped the index {}", table, name);
            }
        }
        for (TableIndex index : wanted) {
            boolean canBe = store.takesIndexes() || ofDefinition.contains(index);
            if (canBe && !present.contains(index.name()) && hasAll(index, store.schema())) {
                store.createIndex(definition(index));
                LOG.info("table={} builds the index {} over {}", table, index.name(), index.columns());
            }
        }
    }

    private List<TableIndex> wanted() {
        var wanted = new ArrayList<>(ofDefinition);
        wanted.addAll(indexes.of(table));
        return wanted;
    }

    private static boolean hasAll(TableIndex index, Schema schema) {
        return index.columns().stream().allMatch(column -> schema.indexOf(column) >= 0);
    }

    private static IndexDefinition definition(TableIndex index) {
        return new IndexDefinition(
                index.name(),
                index.columns(),
                switch (index.kind()) {
                    case ORDERED -> IndexDefinition.Kind.ORDERED;
                    case HASH -> IndexDefinition.Kind.HASH;
                });
    }

    /// Forgets the indexes of `CREATE INDEX` that a table that has taken the place of another one cannot have.
    void forgetImpossible(TableStorage store) {
        for (TableIndex index : indexes.of(table)) {
            if (!store.takesIndexes() || !hasAll(index, store.schema())) {
                LOG.warn(
                        "table={} the index {} goes: the new definition does not have {}",
                        table,
                        index.name(),
                        store.takesIndexes() ? "all of its columns " + index.columns() : "its rows in memory");
                indexes.remove(index.name());
            }
        }
    }

    /// @param store null while there is none
    List<TableStatus.Index> status(@Nullable TableStorage store) {
        List<IndexStatus> built = store == null ? List.of() : store.indexes();
        return wanted().stream().map(index -> status(index, built)).toList();
    }

    private TableStatus.Index status(TableIndex index, List<IndexStatus> built) {
        boolean isOfDefinition = ofDefinition.contains(index);
        for (IndexStatus status : built) {
            if (status.definition().name().equals(index.name())) {
                IndexState state = status.isComplete() ? IndexState.READY : IndexState.BUILDING;
                return new TableStatus.Index(index, state, status.indexedRows(), status.bytes(), isOfDefinition);
            }
        }
        return new TableStatus.Index(index, IndexState.WAITING, 0, 0, isOfDefinition);
    }
}

package io.alluvium.topology;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.TableStorage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The present [TableShape] of a table that is being filled, and the one place where it changes. Safe from
/// any thread.
final class LiveShape {

    private static final Logger LOG = LoggerFactory.getLogger(LiveShape.class);

    private final TableName table;
    private final Consumer<Schema> onEvolve;
    private volatile TableShape now;

    /// @param onEvolve is told of the records' columns when they have changed
    LiveShape(TableName table, TableShape first, Consumer<Schema> onEvolve) {
        this.table = table;
        this.onEvolve = onEvolve;
        this.now = first;
    }

    TableShape now() {
        return now;
    }

    /// Takes up other columns of the records, in the shape and in the store. Whoever read an older shape than the
    /// present one has nothing changed and looks at the record anew.
    ///
    /// @return false when the table cannot take the columns up, because its key would change its type
    synchronized boolean evolve(int seenVersion, Schema wider, TableStorage store) {
        if (now.version() != seenVersion) {
            return true;
        }
        TableShape next = now.evolved(wider);
        for (String column : next.key()) {
            Schema before = now.rows();
            if (!next.rows()
                    .column(next.rows().indexOf(column))
                    .type()
                    .equals(before.column(before.indexOf(column)).type())) {
                return false;
            }
        }
        LOG.info(
                "table={} takes up other columns: {}",
                table,
                next.rows().columns().stream()
                        .map(c -> c.name() + " " + c.type())
                        .toList());
        now = next;
        store.evolve(next.rows());
        onEvolve.accept(next.records());
        return true;
    }
}

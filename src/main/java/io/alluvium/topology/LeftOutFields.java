package io.alluvium.topology;

import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fields of a table's records that are no columns, because the table has as many discovered columns as it may
/// have. Told of in the log once and in the table's status. Safe from any thread.
final class LeftOutFields implements Consumer<String> {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOutFields.class);
    private static final int MOST_KEPT = 1_000;
    private static final int SHOWN = 10;

    private final TableName table;
    private final Set<String> names = new ConcurrentSkipListSet<>();
    private volatile boolean full;

    LeftOutFields(TableName table) {
        this.table = table;
    }

    @Override
    public void accept(String field) {
        if (full || !names.add(field)) {
            return;
        }
        int count = names.size();
        full = count >= MOST_KEPT;
        if (count == 1) {
            LOG.warn("table={} the field {} is no column: {}. {}", table, field, reason(), hint(field));
        }
    }

    /// What a user is to know of it; empty while every field is a column.
    Optional<TableStatus.Note> note() {
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String shown = String.join(", ", names.stream().limit(SHOWN).toList());
        int more = names.size() - SHOWN;
        String first = names.iterator().next();
        return Optional.of(new TableStatus.Note(
                "fields that are no columns: " + shown
                        + (more > 0 ? " and " + (full ? "at least " : "") + more + " more" : "") + "; " + reason(),
                hint(first)));
    }

    private static String reason() {
        return "the table has as many discovered columns as discover.columns.max allows";
    }

    private String hint(String field) {
        return "Name the columns that are wanted: CREATE OR REPLACE TABLE " + table + " (\""
                + field.replace("\"", "\"\"")
                + "\" VARCHAR, …) AS …; raise the limit: WITH (\"discover.columns.max\" = \"1500\"); or send the map as"
                + " the value of one field, which is one JSON column.";
    }
}

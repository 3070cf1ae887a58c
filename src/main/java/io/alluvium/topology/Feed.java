package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.KeyFormat;
import io.alluvium.format.TargetColumns;
import io.alluvium.format.ValueFormat;
import io.alluvium.format.ValueReader;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.List;

/// The topic that a table is a KTable over, and how its records read.
///
/// @param topic the user's own, a loader's input topic or a job's output topic
/// @param format what the values are
/// @param keys what the records' keys are; the columns that they give are the first ones
/// @param system what the definition names of the records beside their keys and values; unless a job has put that
///     into the values, these columns follow those of the keys
/// @param schema the columns of the records
/// @param open whether the columns were discovered, so that later records may add or widen some
/// @param mostColumns how many columns may be discovered in the values
/// @param key the key's columns in `schema`
record Feed(
        Topic topic,
        ValueFormat format,
        KeyFormat keys,
        SystemColumns system,
        Schema schema,
        boolean open,
        int mostColumns,
        List<String> key,
        String keyRule) {

    static final String KEY_COLUMN = KeyFormat.KEY_COLUMN;

    Feed {
        key = List.copyOf(key);
    }

    /// Declared columns with the one that says which values did not fit, where the options ask for it.
    static Schema withMisfits(Schema columns, EffectiveOptions options) {
        return options.text("on.cast.error").equals("null") && columns.indexOf(JsonRowDecoder.MISFITS) < 0
                ? columns.with(Column.of(JsonRowDecoder.MISFITS, ColumnType.JSON))
                : columns;
    }

    /// How many columns are not in the record's value.
    int columnsBesideValue() {
        return keys.columns().size() + system.columns().size();
    }

    /// Fills the system columns of a row.
    void fill(RowBatch records, int row, SystemColumns.Place place) {
        system.fill(records, keys.columns().size(), row, place);
    }

    /// Whether the place of a record is of use.
    boolean wantsPlace() {
        return !system.inValues();
    }

    /// Turns the records' values into JSON objects.
    ///
    /// @param records the columns that the records have by now
    /// @param grows whether columns may be added, where they are open
    ValueReader reader(Schema records, boolean grows) {
        return format.reader(new TargetColumns(
                records,
                columnsBesideValue(),
                open || records.indexOf(JsonRowDecoder.MISFITS) >= 0,
                open && grows ? mostColumns : 0));
    }

    /// The same feed with the columns that its records have by now.
    Feed with(Schema records) {
        return new Feed(topic, format, keys, system, records, open, mostColumns, key, keyRule);
    }

    /// Asks again for schemas that could not be had, before anything is read anew.
    void awaitSchemas() {
        format.awaitSchemas();
        keys.awaitSchemas();
    }
}

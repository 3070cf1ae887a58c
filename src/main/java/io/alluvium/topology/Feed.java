package io.alluvium.topology;

import io.alluvium.data.Schema;
import io.alluvium.format.ValueFormat;
import io.alluvium.format.ValueReader;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.List;

/// The topic that a table is a KTable over, and how its records read.
///
/// @param topic the user's own, a loader's input topic or a job's output topic
/// @param format what the values are
/// @param schema the columns of the records; begins with `_key`, filled from the record's key, where
///     `textKey` is set
/// @param open whether the columns were discovered, so that later records may add or widen some
/// @param mostColumns how many columns may be discovered in the values
/// @param key the key's columns in `schema`
/// @param textKey whether `_key` is the first column
record Feed(
        Topic topic,
        ValueFormat format,
        Schema schema,
        boolean open,
        int mostColumns,
        List<String> key,
        String keyRule,
        boolean textKey) {

    static final String KEY_COLUMN = "_key";

    Feed {
        key = List.copyOf(key);
    }

    /// How many columns are not in the record's value.
    int columnsFromKey() {
        return textKey ? 1 : 0;
    }

    /// Turns the records' values into JSON objects.
    ///
    /// @param records the columns that the records have by now
    ValueReader reader(Schema records) {
        return format.reader(records, !open);
    }

    /// The same feed with the columns that its records have by now.
    Feed with(Schema records) {
        return new Feed(topic, format, records, open, mostColumns, key, keyRule, textKey);
    }
}

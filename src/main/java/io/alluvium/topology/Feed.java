package io.alluvium.topology;

import io.alluvium.data.Schema;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.List;

/// The topic that a table is a KTable over, and how its records read.
///
/// @param topic the user's own, a loader's input topic or a job's output topic
/// @param schema the columns of the records; begins with `_key`, filled from the record's key, where
///     `textKey` is set
/// @param open whether the columns were discovered, so that later records may add or widen some
/// @param mostColumns how many columns may be discovered in the values
/// @param key the key's columns in `schema`
/// @param textKey whether `_key` is the first column
record Feed(
        Topic topic, Schema schema, boolean open, int mostColumns, List<String> key, String keyRule, boolean textKey) {

    static final String KEY_COLUMN = "_key";

    Feed {
        key = List.copyOf(key);
    }

    /// How many columns are not in the record's value.
    int columnsFromKey() {
        return textKey ? 1 : 0;
    }

    /// The same feed with the columns that its records have by now.
    Feed with(Schema records) {
        return new Feed(topic, records, open, mostColumns, key, keyRule, textKey);
    }
}

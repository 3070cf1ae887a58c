package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.ValueFormat;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The feed that a user's own topic is, with its columns: those that were declared, are known from before, or are
/// found in a sample.
///
/// @param known null when the columns were declared
record TopicFeed(Feed feed, @Nullable KnownColumns known) {

    private static final int SAMPLE_RECORDS = 1_000;

    static TopicFeed find(
            String topicName,
            TableDefinition definition,
            EffectiveOptions options,
            KafkaCluster cluster,
            PositionTopic positions) {
        Topic topic = cluster.describe(topicName);
        String format = options.text("value.format");
        int most = options.integer("discover.columns.max");
        boolean open = definition.declared().isEmpty();
        KnownColumns known = open ? KnownColumns.of(positions, definition.name(), topic, format) : null;
        List<Column> columns = known == null
                ? definition.declared()
                : known.read()
                        .orElseGet(() -> known.add(new Schema(discover(topic, format, most, definition, cluster))))
                        .columns();
        List<Column> ofValues = columns.stream()
                .filter(column -> !column.name().equals(Feed.KEY_COLUMN))
                .toList();
        var all = new ArrayList<Column>();
        all.add(new Column(Feed.KEY_COLUMN, ColumnType.VARCHAR, false));
        all.addAll(ofValues);
        var feed = new Feed(
                topic,
                ValueFormat.of(format, ofValues),
                new Schema(all),
                open,
                most,
                List.of(Feed.KEY_COLUMN),
                "Kafka record key",
                true);
        return new TopicFeed(feed, known);
    }

    private static List<Column> discover(
            Topic topic, String format, int most, TableDefinition definition, KafkaCluster cluster) {
        List<byte[]> values = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : cluster.reader().sample(topic, SAMPLE_RECORDS)) {
            if (record.value() != null) {
                values.add(record.value());
            }
        }
        List<Column> found = ValueFormat.discover(format, values, most).columns();
        if (found.isEmpty() && format.equals("csv")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the columns of " + definition.name() + " cannot be found: the topic '" + topic.name()
                            + "' has no CSV record yet",
                    "Declare them: CREATE TABLE " + definition.name() + " (_key VARCHAR, …) AS SELECT …");
        }
        return found;
    }
}

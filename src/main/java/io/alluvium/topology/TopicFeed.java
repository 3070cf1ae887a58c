package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.KeyFormat;
import io.alluvium.format.SchemaSource;
import io.alluvium.format.ValueFormat;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The feed that a user's own topic is, with its columns: those that were declared, are known from before, or are
/// found in a sample or in the schemas that its records name.
///
/// @param known null when the columns were declared
record TopicFeed(Feed feed, @Nullable KnownColumns known) {

    private static final int SAMPLE_RECORDS = 1_000;

    static TopicFeed find(
            String topicName,
            TableDefinition definition,
            SystemColumns system,
            EffectiveOptions options,
            KafkaCluster cluster,
            PositionTopic positions,
            TopicSchemas schemas) {
        return new Search(cluster.describe(topicName), definition, system, options, cluster, positions, schemas).feed();
    }

    /// One look at a topic, of which at most one sample is taken.
    private static final class Search {
        private final Topic topic;
        private final TableDefinition definition;
        private final SystemColumns system;
        private final EffectiveOptions options;
        private final KafkaCluster cluster;
        private final PositionTopic positions;
        private final TopicSchemas schemas;
        private @Nullable List<ConsumerRecord<byte[], byte[]>> sample;

        Search(
                Topic topic,
                TableDefinition definition,
                SystemColumns system,
                EffectiveOptions options,
                KafkaCluster cluster,
                PositionTopic positions,
                TopicSchemas schemas) {
            this.topic = topic;
            this.definition = definition;
            this.system = system;
            this.options = options;
            this.cluster = cluster;
            this.positions = positions;
            this.schemas = schemas;
        }

        TopicFeed feed() {
            String format = options.text("value.format");
            int most = options.integer("discover.columns.max");
            boolean open = definition.declared().isEmpty();
            Optional<SchemaSource> ofValues = schemas.of("value", topic.name());
            KnownColumns known = open ? KnownColumns.of(positions, definition.name(), topic, format) : null;
            KeyFormat keys = keys();
            List<String> fromKey = keys.columns().stream().map(Column::name).toList();
            List<Column> columns = known == null
                    ? definition.declared()
                    : known.read()
                            .orElseGet(() -> known.add(new Schema(values(format, ofValues, most))))
                            .columns();
            List<Column> inValues = columns.stream()
                    .filter(column -> !column.name().equals(Feed.KEY_COLUMN)
                            && !fromKey.contains(column.name())
                            && !system.has(column.name()))
                    .toList();
            var all = new ArrayList<>(keys.columns());
            all.addAll(system.columns());
            all.addAll(inValues);
            var feed = new Feed(
                    topic,
                    ValueFormat.of(format, inValues, ofValues),
                    keys,
                    system,
                    open ? new Schema(all) : Feed.withMisfits(new Schema(all), options),
                    open,
                    most,
                    fromKey,
                    "Kafka record key");
            return new TopicFeed(feed, known);
        }

        private List<Column> values(String format, Optional<SchemaSource> ofValues, int most) {
            List<byte[]> values = sample().stream()
                    .map(ConsumerRecord::value)
                    .filter(Objects::nonNull)
                    .toList();
            List<Column> found =
                    ValueFormat.discover(format, ofValues, values, most).columns();
            if (found.isEmpty() && format.equals("csv")) {
                throw notFound("columns", "CSV record", "_key VARCHAR");
            }
            return found;
        }

        private KeyFormat keys() {
            String format = options.text("key.format");
            if (!KeyFormat.isOfFields(format)) {
                KeyFormat keys = KeyFormat.of(format, Optional.empty(), List.of());
                declared(Feed.KEY_COLUMN).ifPresent(column -> checkType(column, keys, format));
                return keys;
            }
            Optional<SchemaSource> ofKeys = schemas.of("key", topic.name());
            var known = KnownColumns.of(positions, definition.name(), topic, "key " + format);
            Optional<Column> single = declared(Feed.KEY_COLUMN);
            List<Column> found = single.isPresent()
                    ? List.of(single.get())
                    : known.read()
                            .orElseGet(() -> known.add(new Schema(fields(format, ofKeys))))
                            .columns();
            return KeyFormat.of(
                    format,
                    ofKeys,
                    found.stream()
                            .map(column -> new Column(
                                    column.name(),
                                    declared(column.name()).orElse(column).type(),
                                    false))
                            .toList());
        }

        private List<Column> fields(String format, Optional<SchemaSource> ofKeys) {
            List<byte[]> keys = sample().stream()
                    .map(ConsumerRecord::key)
                    .filter(Objects::nonNull)
                    .toList();
            List<Column> found = KeyFormat.discover(format, ofKeys, keys);
            if (found.isEmpty()) {
                throw notFound("key columns", "record whose key is " + format, "_key BIGINT");
            }
            return found;
        }

        private Optional<Column> declared(String name) {
            return definition.declared().stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst();
        }

        private static void checkType(Column declared, KeyFormat keys, String format) {
            Column given = keys.columns().getFirst();
            if (!declared.type().equals(given.type())) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the column " + declared.name() + " is declared " + declared.type() + ", and keys with"
                                + " key.format = '" + format + "' are " + given.type(),
                        "Declare it " + given.type() + ", or name the format of the keys: \"key.format\" = 'long'.");
            }
        }

        private List<ConsumerRecord<byte[], byte[]>> sample() {
            List<ConsumerRecord<byte[], byte[]>> taken = sample;
            if (taken == null) {
                taken = cluster.reader().sample(topic, SAMPLE_RECORDS);
                sample = taken;
            }
            return taken;
        }

        private AlluviumException notFound(String what, String record, String key) {
            return new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the " + what + " of " + definition.name() + " cannot be found: the topic '" + topic.name()
                            + "' has no " + record + " yet",
                    "Declare them: CREATE TABLE " + definition.name() + " (" + key + ", …) AS SELECT …");
        }
    }
}

package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.sql.TablePlan;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/// The Kafka Streams application that computes a `GROUP BY` table: exactly once, from the parent's topic
/// through a
/// repartition topic into the table's compacted output topic.
///
/// ```
/// parent's topic ─▶ [ContributionProcessor] ─▶ repartition ─▶ [GroupProcessor] ─▶ output topic
///                     contributions (RocksDB)                groups, values (RocksDB)
/// ```
final class AggregationJob implements Job {

    private static final String GROUPS_TOPIC = "groups";
    private static final String RECORD_LETTERS = "letters";
    private static final String GROUP_LETTERS = "group-letters";

    private final String groupsTopic;
    private final JobStreams streams;

    AggregationJob(
            String applicationId,
            TableShape shape,
            TablePlan.Aggregation plan,
            String outputTopic,
            BadRecords bad,
            StreamsSettings settings,
            Map<String, String> tableProperties,
            Consumer<Throwable> onFailure) {
        this.groupsTopic = applicationId + "-" + GROUPS_TOPIC + "-repartition";
        var bytes = Serdes.ByteArray();
        var builder = new StreamsBuilder();
        builder.addStateStore(JobStreams.store(ContributionProcessor.STORE));
        builder.addStateStore(LettersAtCommit.builder(RECORD_LETTERS, bad));
        builder.addStateStore(LettersAtCommit.builder(GROUP_LETTERS, bad));
        builder.addStateStore(JobStreams.store(GroupProcessor.GROUPS));
        builder.addStateStore(JobStreams.store(GroupProcessor.VALUES));
        builder.stream(shape.feed().topic().name(), JobStreams.ofSource())
                .process(() -> new ContributionProcessor(shape, plan, bad), ContributionProcessor.STORE, RECORD_LETTERS)
                .repartition(Repartitioned.with(bytes, bytes).withName(GROUPS_TOPIC))
                .process(
                        () -> new GroupProcessor(plan, bad),
                        GroupProcessor.GROUPS,
                        GroupProcessor.VALUES,
                        GROUP_LETTERS)
                .to(outputTopic, Produced.with(bytes, bytes));
        streams = new JobStreams(applicationId, builder.build(), settings, tableProperties, onFailure);
    }

    @Override
    public void start() {
        streams.start();
    }

    @Override
    public boolean isPast(Map<TopicPartition, Long> boundary, KafkaCluster cluster) {
        if (!streams.hasCommitted(boundary, cluster)) {
            return false;
        }
        // Over an empty topic the application may not have made its topic yet.
        Topic groups = cluster.describeAll(List.of(groupsTopic)).get(groupsTopic);
        return groups != null && streams.hasCommitted(cluster.reader().endsOfRecords(groups), cluster);
    }

    @Override
    public void close() {
        streams.close();
    }
}

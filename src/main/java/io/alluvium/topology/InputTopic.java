package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The topic that a table's loader fills, with what it needs for that.
///
/// @param recordsPerSecond 0 for as many as there are
record InputTopic(
        TableName table,
        Topic topic,
        PositionTopic positions,
        KafkaCluster cluster,
        StreamsSettings settings,
        BadRecords bad,
        LoadProgress progress,
        int recordsPerSecond) {

    /// A way into the topic, which shuts out whoever wrote before once it has started.
    InputTopicSink open() {
        return new InputTopicSink(
                table,
                topic.name(),
                positions,
                cluster,
                settings,
                bad,
                progress,
                new RecordPace(recordsPerSecond, System::nanoTime));
    }

    /// How far the source has been loaded, by whichever instance.
    Optional<PositionTopic.Entry> committed() {
        return positions.read(table, topic.name());
    }

    /// For each partition one past the last record that is committed.
    Map<Integer, Long> ends() {
        var ends = new HashMap<Integer, Long>();
        cluster.reader().endsOfRecords(topic).forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }
}

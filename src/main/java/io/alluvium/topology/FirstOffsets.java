package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Position;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/// Where a table begins in each partition of its topic: at the start, or with `auto.offset.reset = latest` at what
/// was the end when the table was first made, which is written down for the next start.
record FirstOffsets(
        TableDefinition definition, EffectiveOptions options, KafkaCluster cluster, PositionTopic positions) {

    boolean isLatest() {
        return definition.sources().getFirst() instanceof SourceDefinition.KafkaTopic
                && options.text("auto.offset.reset").toLowerCase(Locale.ROOT).equals("latest");
    }

    Map<Integer, Long> of(Topic topic) {
        if (!isLatest()) {
            return byPartition(cluster.beginningOffsets(topic));
        }
        String identity = topic.name() + " " + topic.id();
        Optional<PositionTopic.Entry> known = positions.read(definition.name(), identity);
        if (known.isPresent()) {
            var starts = new HashMap<Integer, Long>();
            known.get().position().parts().forEach((p, offset) -> starts.put(Integer.valueOf(p), Long.valueOf(offset)));
            return starts;
        }
        Map<Integer, Long> ends = byPartition(cluster.endOffsets(topic));
        var parts = new HashMap<String, String>();
        ends.forEach((partition, offset) -> parts.put(partition.toString(), offset.toString()));
        positions.write(definition.name(), new PositionTopic.Entry(identity, new Position(parts), true));
        return ends;
    }

    private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        var byPartition = new HashMap<Integer, Long>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }
}

package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.table.TableStorage;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the rows that a table has kept from before can be brought up to date by what its topic still holds. A
/// partition where that is not so is loaded anew:
///
/// - its offset is before the first record or behind the last one, because records were deleted or lost;
/// - compaction may have removed deletions since then, whose rows would stay for ever.
record KeptRows(TableName table, TableStorage store, KafkaCluster cluster, InstantSource clock) {

    private static final Logger LOG = LoggerFactory.getLogger(KeptRows.class);

    /// Clears the partitions that must be loaded anew.
    ///
    /// @param ends the end offset of each partition
    void check(Topic topic, Map<TopicPartition, Long> ends) {
        if (ends.keySet().stream().noneMatch(p -> store.offset(p.partition()).isPresent())) {
            return;
        }
        Map<TopicPartition, Long> beginnings = cluster.beginningOffsets(topic);
        long keptMillis = cluster.keepsDeletionsMillis(topic);
        ends.forEach((partition, end) -> {
            int number = partition.partition();
            store.offset(number).ifPresent(next -> {
                long first = beginnings.getOrDefault(partition, 0L);
                long age = clock.millis() - store.committedMillis(number).orElse(0);
                if (next < first || next > end) {
                    clear(number, "they lead up to offset " + next + ", the topic has " + first + " to " + end);
                } else if (next < end && age > keptMillis) {
                    clear(number, "compaction may have removed deletions since they were written");
                }
            });
        });
    }

    private void clear(int partition, String why) {
        LOG.warn("table={} the rows kept of partition {} are loaded anew: {}", table, partition, why);
        store.clear(partition);
    }
}

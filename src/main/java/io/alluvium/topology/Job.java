package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// A Kafka Streams application that fills a table's output topic.
interface Job extends AutoCloseable {

    void start();

    /// Whether everything before `boundary` in the source's topic is in the output topic by now.
    ///
    /// @param boundary for each partition one past its last record
    boolean isPast(Map<TopicPartition, Long> boundary, KafkaCluster cluster);

    @Override
    void close();
}

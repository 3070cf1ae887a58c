package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster.Topic;

/// The topic that is being loaded was deleted and made again, or has more partitions now. What was loaded of it
/// counts no more; the load begins again with the topic that there is now.
final class TopicReplacedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TopicReplacedException(Topic topic) {
        super("the topic " + topic.name() + " was deleted and made again, or has more partitions");
    }
}

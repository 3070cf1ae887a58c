package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster.Topic;

/// What comes next for a job is not in its topic any more, or is not known. What the job has made counts no more;
/// the load begins again with a job of its own.
final class PlaceLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PlaceLostException(Topic topic, String why) {
        super("what comes next of the topic " + topic.name() + " is lost: " + why);
    }
}

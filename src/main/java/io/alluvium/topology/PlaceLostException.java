package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import org.jspecify.annotations.Nullable;

/// What comes next for a job or a table is not in its topic any more, or is not known. What was made of the records
/// before counts no more; the load begins again under names of its own.
final class PlaceLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PlaceLostException(Topic topic, String why) {
        super("what comes next of the topic " + topic.name() + " is lost: " + why);
    }

    PlaceLostException(AlluviumException reason) {
        super(reason.getMessage(), reason);
    }

    /// Whether it is the cause of a failure.
    static boolean isIn(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PlaceLostException) {
                return true;
            }
        }
        return false;
    }
}

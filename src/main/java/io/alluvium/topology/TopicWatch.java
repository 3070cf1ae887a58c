package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Looks at the topics of all tables at once, in one request however many tables there are. Safe from any thread.
final class TopicWatch implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final KafkaCluster cluster;
    private final Map<String, Integer> watched = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile Look last = new Look(Set.of(), Map.of(), null);

    /// @param asked the topics that were asked for
    /// @param found those of them that exist
    /// @param failure why the broker could not be asked
    private record Look(
            Set<String> asked,
            Map<String, Topic> found,
            @Nullable AlluviumException failure) {}

    TopicWatch(KafkaCluster cluster) {
        this.cluster = cluster;
        this.thread = Thread.ofVirtual().name("topic-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void add(String topic) {
        watched.merge(topic, 1, Integer::sum);
    }

    void remove(String topic) {
        watched.computeIfPresent(topic, (name, users) -> users == 1 ? null : users - 1);
    }

    /// The topic as it was at the last look, `known` when it was not looked for yet.
    ///
    /// @throws AlluviumException TOPIC_MISSING, or why the broker could not be asked
    Topic now(Topic known) {
        Look look = last;
        if (look.failure != null) {
            throw look.failure;
        }
        Topic found = look.found.get(known.name());
        if (found != null || !look.asked.contains(known.name())) {
            return found == null ? known : found;
        }
        throw cluster.faults().topicMissing(known.name(), List.of(), null);
    }

    /// Whether another topic of the same name has taken the place of `known`, or it has more partitions now. A
    /// topic that is missing, or a broker that cannot be asked, is no such thing.
    boolean isReplaced(Topic known) {
        return isOther(known, last.found) && isOther(known, look(Set.of(known.name())).found);
    }

    private static boolean isOther(Topic known, Map<String, Topic> looked) {
        Topic found = looked.get(known.name());
        return found != null && !found.equals(known);
    }

    private void run() {
        try {
            while (true) {
                Set<String> asked = Set.copyOf(watched.keySet());
                last = look(asked);
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Look look(Set<String> asked) {
        if (asked.isEmpty()) {
            return new Look(asked, Map.of(), null);
        }
        try {
            return new Look(asked, cluster.describeAll(asked), null);
        } catch (AlluviumException e) {
            return new Look(asked, Map.of(), e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

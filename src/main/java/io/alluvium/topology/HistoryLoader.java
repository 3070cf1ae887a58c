package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.ForwardingSink;
import io.alluvium.source.Loader;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.source.kafka.TopicFollower;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Loads a history, then what its topic holds by then, and follows the topic.
final class HistoryLoader implements Loader {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MOST_RECORDS = 5_000;
    private static final int COMMIT_ROWS = 50_000;

    private final Loader first;
    private final Feed feed;
    private final TopicRows rows;
    private final ThenFrom from;
    private final KafkaCluster cluster;
    private final int commitRows;

    HistoryLoader(Loader first, Feed feed, TopicRows rows, ThenFrom from, KafkaCluster cluster) {
        this(first, feed, rows, from, cluster, COMMIT_ROWS);
    }

    /// @param commitRows after how many of the topic's records it commits
    HistoryLoader(Loader first, Feed feed, TopicRows rows, ThenFrom from, KafkaCluster cluster, int commitRows) {
        this.first = first;
        this.feed = feed;
        this.rows = rows;
        this.from = from;
        this.cluster = cluster;
        this.commitRows = commitRows;
    }

    @Override
    public Position loadAll(Position start, ChangeSink sink) throws InterruptedException {
        feed.awaitSchemas();
        HistoryPosition at = HistoryPosition.of(start);
        if (!at.isPast()) {
            at = history(at, sink);
            sink.commit(at.position());
        }
        return upTo(topic(at), at, sink).position();
    }

    private HistoryPosition history(HistoryPosition at, ChangeSink sink) throws InterruptedException {
        var prefixed = new HistorySink(
                sink, from instanceof ThenFrom.Columns columns ? new ThenFrom.Seen(columns, at.offsets()) : null);
        first.loadAll(at.first(), prefixed);
        Topic topic = cluster.describe(feed.topic().name());
        return HistoryPosition.past(topic.id(), from.offsets(cluster, topic, prefixed.seen()));
    }

    /// The topic whose offsets the position has.
    private Topic topic(HistoryPosition at) {
        Topic topic = cluster.describe(feed.topic().name());
        if (!topic.id().equals(at.topic())) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST, "the topic '" + topic.name() + "' was deleted and made again", null);
        }
        return topic;
    }

    /// Reads up to what is the topic's end when it begins.
    private HistoryPosition upTo(Topic topic, HistoryPosition at, ChangeSink sink) throws InterruptedException {
        Map<Integer, Long> ends = new TreeMap<>();
        cluster.endOffsets(topic).forEach((partition, end) -> ends.put(partition.partition(), end));
        HistoryPosition now = at;
        int uncommitted = 0;
        try (TopicFollower follower = follower(topic, at)) {
            while (!isPast(now.offsets(), ends)) {
                List<ConsumerRecord<byte[], byte[]>> records = follower.poll(POLL);
                rows.take(records, sink);
                now = HistoryPosition.past(at.topic(), follower.offsets());
                uncommitted += records.size();
                if (uncommitted >= commitRows) {
                    sink.commit(now.position());
                    uncommitted = 0;
                }
            }
        }
        return now;
    }

    private TopicFollower follower(Topic topic, HistoryPosition at) {
        return cluster.follow(topic, at.offsets(), Math.min(commitRows, MOST_RECORDS));
    }

    private static boolean isPast(Map<Integer, Long> offsets, Map<Integer, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> offsets.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    @Override
    public void follow(Position start, ChangeSink sink) throws InterruptedException {
        feed.awaitSchemas();
        HistoryPosition at = HistoryPosition.of(start);
        try (TopicFollower follower = follower(topic(at), at)) {
            while (true) {
                List<ConsumerRecord<byte[], byte[]>> records = follower.poll(POLL);
                rows.take(records, sink);
                if (!records.isEmpty()) {
                    sink.commit(
                            HistoryPosition.past(at.topic(), follower.offsets()).position());
                }
            }
        }
    }

    @Override
    public void close() {
        first.close();
    }

    /// Takes the history's rows, and commits its places as parts of ours.
    private static final class HistorySink extends ForwardingSink {
        private final ThenFrom.@Nullable Seen seen;

        HistorySink(ChangeSink sink, ThenFrom.@Nullable Seen seen) {
            super(sink);
            this.seen = seen;
        }

        Map<Integer, Long> seen() {
            return seen == null ? Map.of() : seen.next();
        }

        @Override
        public void send(byte[] key, byte @Nullable [] value) throws InterruptedException {
            if (seen != null && value != null) {
                seen.note(value);
            }
            sink.send(key, value);
        }

        @Override
        public void commit(Position position) throws InterruptedException {
            sink.commit(new HistoryPosition(position, false, "", seen()).position());
        }
    }
}

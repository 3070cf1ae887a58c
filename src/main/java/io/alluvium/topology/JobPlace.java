package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// How far a job has come in its topic, as its group has committed it, and whether it can go on from there. Used by
/// the table's thread.
///
/// A job that begins has its place committed first. Where there is none, but what the job keeps is there, the group
/// was forgotten: brokers do that some days after the last member has left it. Taken from the start again, records
/// without a key would count twice.
///
/// Of a compacted topic it is written down now and then that the job was at work: when that is too long ago,
/// compaction may have removed deletions that the job has not seen.
final class JobPlace {

    private static final String SEEN = "seen";
    private static final Duration MOST_SELDOM = Duration.ofHours(1);
    private static final Duration MOST_OFTEN = Duration.ofSeconds(10);

    private final TableName table;
    private final String application;
    private final Topic source;
    private final KafkaCluster cluster;
    private final PositionTopic positions;
    private final InstantSource clock;
    private final long keptMillis;
    private long seenMillis;

    /// @param application the job's group, with which the names of its topics begin
    JobPlace(
            TableName table,
            String application,
            Topic source,
            KafkaCluster cluster,
            PositionTopic positions,
            InstantSource clock) {
        this.table = table;
        this.application = application;
        this.source = source;
        this.cluster = cluster;
        this.positions = positions;
        this.clock = clock;
        this.keptMillis = cluster.keepsDeletionsMillis(source);
    }

    /// Commits the topic's beginning where the job has no place yet. When another instance is at work, the place is
    /// that one's.
    ///
    /// @throws PlaceLostException when the job cannot go on from where it was
    void take() {
        if (!cluster.hasMembers(application)) {
            check();
        }
        seen();
    }

    private void check() {
        Map<TopicPartition, Long> committed = cluster.committed(application);
        Map<TopicPartition, Long> begins = cluster.beginningOffsets(source);
        Map<TopicPartition, Long> ends = cluster.endOffsets(source);
        List<TopicPartition> partitions = KafkaCluster.partitions(source);
        if (partitions.stream().noneMatch(committed::containsKey)
                && !cluster.topicsWithPrefix(application + "-").isEmpty()) {
            throw new PlaceLostException(source, "the group " + application + " has no offsets any more");
        }
        var missing = new HashMap<TopicPartition, Long>();
        boolean isBehind = false;
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            long next = committed.getOrDefault(partition, -1L);
            if (next < 0) {
                missing.put(partition, begin);
            } else if (next < begin || next > end) {
                throw new PlaceLostException(
                        source,
                        "it has offsets " + begin + " to " + end + " in partition " + partition.partition()
                                + ", and the next one is " + next);
            } else {
                isBehind |= next < end;
            }
        }
        if (isBehind && isCompacted() && clock.millis() - readSeen() > keptMillis / 2) {
            throw new PlaceLostException(source, "compaction may have removed deletions since it was read");
        }
        if (!missing.isEmpty()) {
            cluster.resetGroup(application, missing);
        }
    }

    private boolean isCompacted() {
        return keptMillis != Long.MAX_VALUE;
    }

    private long readSeen() {
        return positions
                .read(table, application)
                .map(entry -> Long.parseLong(entry.position().parts().getOrDefault(SEEN, "0")))
                .orElse(0L);
    }

    /// Writes down that the job is at work, unless that was done a short while ago.
    void seen() {
        long now = clock.millis();
        long interval = Math.clamp(keptMillis / 8, MOST_OFTEN.toMillis(), MOST_SELDOM.toMillis());
        if (isCompacted() && now - seenMillis > interval) {
            positions.write(
                    table, new PositionTopic.Entry(application, new Position(Map.of(SEEN, Long.toString(now))), true));
            seenMillis = now;
        }
    }
}

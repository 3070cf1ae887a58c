package io.alluvium.topology;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/// Whether, where and how often the rows of tables are written to disk.
///
/// @param directory for all of them
/// @param interval between two snapshots of a partition, as long as something changes
/// @param maxBytesPerSecond the most that is written in a second, but when a table is closed
public record SnapshotSettings(boolean enabled, Path directory, Duration interval, long maxBytesPerSecond) {

    private static final Duration SHORTEST_COMMIT = Duration.ofMillis(50);
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(5);

    /// Properties for a table's application: it is to say often enough which records are contained.
    Map<String, String> withCommits(Map<String, String> properties) {
        var all = new HashMap<>(properties);
        all.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                Long.toString(commitInterval().toMillis()));
        return all;
    }

    /// Between two snapshots, but not so seldom that much of what has died since is kept for the next one.
    private Duration commitInterval() {
        Duration half = interval.dividedBy(2);
        if (half.compareTo(SHORTEST_COMMIT) < 0) {
            return SHORTEST_COMMIT;
        }
        return half.compareTo(LONGEST_COMMIT) > 0 ? LONGEST_COMMIT : half;
    }
}

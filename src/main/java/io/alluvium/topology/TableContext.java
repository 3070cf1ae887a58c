package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Setting;
import io.alluvium.metrics.Meters;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.table.rocksdb.RocksTables;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// What every table of the service shares.
///
/// @param sources opens sources that are not topics
/// @param rocks the tables that are kept on disk
/// @param settingOf what file or environment say for a setting
public record TableContext(
        KafkaCluster cluster,
        StreamsSettings streams,
        SnapshotSettings snapshots,
        Sources sources,
        RocksTables rocks,
        Function<String, Optional<Setting>> settingOf,
        int maxTables,
        MemoryLimits memory,
        Meters meters,
        InstantSource clock,
        RandomGenerator random) {

    /// Makes the way to an external source. Looks at nothing yet.
    @FunctionalInterface
    public interface Sources {
        ExternalSource open(SourceDefinition.Single source, TableDefinition definition, EffectiveOptions options);
    }
}

package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Produced;

/// The Kafka Streams application that brings the records of a topic to another key, which stands in their values:
/// exactly once, from the user's topic into a compacted topic of ours, from which the table is made.
///
/// ```
/// user's topic ─▶ [RekeyProcessor] ─▶ output topic
///                   keys (RocksDB)
/// ```
final class RekeyJob implements Job {

    private static final String LETTERS = "letters";

    private final JobStreams streams;

    RekeyJob(
            String applicationId,
            Feed source,
            Feed rekeyed,
            BadRecords bad,
            StreamsSettings settings,
            Map<String, String> tableProperties,
            Consumer<Throwable> onFailure) {
        var bytes = Serdes.ByteArray();
        var builder = new StreamsBuilder();
        builder.addStateStore(JobStreams.store(RekeyProcessor.STORE));
        builder.addStateStore(LettersAtCommit.builder(LETTERS, bad));
        builder.stream(source.topic().name(), JobStreams.ofSource())
                .process(() -> new RekeyProcessor(source, rekeyed, bad), RekeyProcessor.STORE, LETTERS)
                .to(rekeyed.topic().name(), Produced.with(bytes, bytes));
        streams = new JobStreams(applicationId, builder.build(), settings, tableProperties, onFailure);
    }

    @Override
    public void start() {
        streams.start();
    }

    @Override
    public boolean isPast(Map<TopicPartition, Long> boundary, KafkaCluster cluster) {
        return streams.hasCommitted(boundary, cluster);
    }

    @Override
    public void close() {
        streams.close();
    }
}

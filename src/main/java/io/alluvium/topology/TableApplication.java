package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// The Kafka Streams application that is one table: its topic is the changelog of its store, so that what lies
/// before the boundary comes in batches through the restore path, and what comes later through a [ShortCut] and a
/// processor.
///
/// The boundary is the topic's end at the start, committed for the application's group before it joins. The table
/// is past it when every partition's restore has ended there; the state RUNNING alone does not say so.
///
/// A read-only state store (`Topology.addReadOnlyStateStore`) rather than `StreamsBuilder.table`: the same source
/// topic, the same restore, but no look-up of the old value, no serializer and no metering for each record.
final class TableApplication implements AutoCloseable {

    private static final String STORE = "table";
    private static final Duration PUBLISH_INTERVAL = Duration.ofMillis(2);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final Map<TopicPartition, Long> boundary;
    private final Map<Integer, Long> positions = new ConcurrentHashMap<>();
    private final AtomicLong restoredRecords = new AtomicLong();
    private final Set<Integer> restored = ConcurrentHashMap.newKeySet();
    private final ShortCut shortCut = new ShortCut(this::isPaused);
    private volatile boolean paused;

    /// @param boundary for each partition the end offset that bulk goes up to
    /// @param onFailure is told when the application has died of an error
    TableApplication(
            String applicationId,
            Topic topic,
            TableFeeder feeder,
            Map<TopicPartition, Long> boundary,
            StreamsSettings settings,
            Map<String, String> tableProperties,
            Consumer<Throwable> onFailure) {
        this.boundary = Map.copyOf(boundary);
        boundary.forEach((partition, end) -> {
            long start = feeder.startOffset(partition.partition());
            positions.put(partition.partition(), start);
            if (end <= start) {
                restored.add(partition.partition());
            }
        });
        var topology = new Topology();
        topology.addReadOnlyStateStore(
                new UnloggedStore<>(STORE, () -> new TableStateStore(STORE, feeder, shortCut)),
                "source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic.name(),
                "apply",
                Apply::new);
        streams = new KafkaStreams(
                topology,
                new StreamsConfig(settings.table(applicationId, tableProperties, feeder::keyless, shortCut)),
                new TableClients());
        streams.setGlobalStateRestoreListener(new Progress(feeder));
        streams.setUncaughtExceptionHandler(failure -> {
            onFailure.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /// Records the boundary for the group, so that everything before it is restored, and starts.
    void start(KafkaCluster cluster, String applicationId, StreamsSettings settings) {
        cluster.removeMember(applicationId, settings.memberId());
        cluster.resetGroup(applicationId, boundary);
        streams.start();
    }

    /// Lets nothing more in; the application stays a member of its group.
    void pause() {
        paused = true;
        streams.pause();
    }

    void resume() {
        streams.resume();
        paused = false;
    }

    private boolean isPaused() {
        return paused;
    }

    /// Whether the table has taken in everything that its topic held when it started.
    boolean isPastBoundary() {
        return streams.state() == KafkaStreams.State.RUNNING
                && boundary.keySet().stream().allMatch(p -> restored.contains(p.partition()));
    }

    /// For each partition the offset of the next record.
    Map<Integer, Long> positions() {
        return new HashMap<>(positions);
    }

    /// The records that came in bulk.
    long restoredRecords() {
        return restoredRecords.get();
    }

    /// How far the consumer is behind the topic, as its last fetch said.
    long lagRecords() {
        double behind = 0;
        for (Map.Entry<MetricName, ? extends Metric> metric : streams.metrics().entrySet()) {
            if (metric.getKey().name().equals("records-lag")
                    && metric.getKey().tags().containsKey("partition")
                    && metric.getValue().metricValue() instanceof Double records
                    && records > 0) {
                behind += records;
            }
        }
        return (long) behind;
    }

    @Override
    public void close() {
        streams.close(CLOSE_TIMEOUT);
    }

    /// Takes the records after the boundary. What came in one go is published together, a moment later at
    /// most.
    private final class Apply implements Processor<byte[], byte[], Void, Void>, ShortCut.Entrance {
        private @Nullable ProcessorContext<Void, Void> context;
        private @Nullable TableStateStore store;
        private int partition;
        /// The offset after the last record that was taken.
        private long next = -1;
        private long publishedNanos = System.nanoTime();
        private @Nullable RuntimeException failure;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            this.partition = context.taskId().partition();
            TableStateStore tableStore = context.getStateStore(STORE);
            this.store = tableStore;
            context.schedule(PUBLISH_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> publish(tableStore));
            shortCut.open(partition, this);
        }

        /// A failure is kept for the next record that is processed: Kafka's client, which leads here, goes on
        /// whatever is thrown.
        @Override
        public void take(List<ConsumerRecord<byte[], byte[]>> records) {
            TableStateStore into = open();
            try {
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    into.accept(record.key(), record.value(), record.offset(), record.timestamp(), record.headers());
                }
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        private TableStateStore open() {
            if (store == null) {
                throw new IllegalStateException("process before init");
            }
            return store;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            if (failure != null) {
                throw failure;
            }
            TableStateStore into = open();
            long offset = Objects.requireNonNull(context)
                    .recordMetadata()
                    .orElseThrow()
                    .offset();
            into.accept(record.key(), record.value(), offset, record.timestamp(), record.headers());
            next = offset + 1;
            shortCut.processed(partition, offset);
            if (System.nanoTime() - publishedNanos >= PUBLISH_INTERVAL.toNanos()) {
                publish(into);
            }
        }

        @Override
        public void close() {
            shortCut.close(partition, this);
        }

        /// The position follows the rows, so that who sees it sees them.
        private void publish(TableStateStore tableStore) {
            tableStore.publish();
            publishedNanos = System.nanoTime();
            if (next >= 0) {
                positions.put(partition, Math.max(next, shortCut.passed(partition)));
            }
        }
    }

    /// A partition counts as restored when the feeder knows what its rows contain: if the group throws the member
    /// out a moment later, they stay.
    private final class Progress implements StateRestoreListener {
        private final TableFeeder feeder;
        private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

        Progress(TableFeeder feeder) {
            this.feeder = feeder;
        }

        @Override
        public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
            ends.put(partition.partition(), end);
            restored.remove(partition.partition());
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long end, long count) {
            restoredRecords.addAndGet(count);
            positions.put(partition.partition(), end + 1);
        }

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long total) {
            Long end = ends.get(partition.partition());
            if (end != null && total > 0) {
                feeder.committed(partition.partition(), end);
            }
            positions.merge(
                    partition.partition(),
                    Optional.ofNullable(boundary.get(partition)).orElse(0L),
                    Math::max);
            restored.add(partition.partition());
        }
    }
}

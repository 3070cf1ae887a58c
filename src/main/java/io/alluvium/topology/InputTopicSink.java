package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.kafka.KafkaCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes a loader's changes into the table's input topic, and the position that they lead up to into the topic of
/// positions, in one transaction. The transactional id is the table's, so that a former owner's writes fail.
///
/// A transaction begins with the first change after a commit. Owned by the loader's thread.
final class InputTopicSink implements ChangeSink, AutoCloseable {

    private final TableName table;
    private final String topic;
    private final PositionTopic positions;
    private final KafkaCluster cluster;
    private final BadRecords bad;
    private final LoadProgress progress;
    private final RecordPace pace;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Map<Integer, LongAccumulator> ends = new ConcurrentHashMap<>();
    private final Callback arrival = this::arrived;
    private boolean bulkDone;
    private boolean inTransaction;

    InputTopicSink(
            TableName table,
            String topic,
            PositionTopic positions,
            KafkaCluster cluster,
            StreamsSettings settings,
            BadRecords bad,
            LoadProgress progress,
            RecordPace pace) {
        this.table = table;
        this.topic = topic;
        this.positions = positions;
        this.cluster = cluster;
        this.bad = bad;
        this.progress = progress;
        this.pace = pace;
        this.producer = new KafkaProducer<>(
                settings.loaderProducer(topic), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Fences a former owner and finishes what it left open.
    void start() {
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            throw cluster.faults().translate(e, topic, List.of());
        }
    }

    /// From now on the positions that are committed say that the bulk part is done.
    void endBulk() {
        bulkDone = true;
    }

    @Override
    public void send(byte[] key, byte @Nullable [] value) {
        try {
            begin();
            var _ = producer.send(new ProducerRecord<>(topic, key, value), arrival);
            progress.sent();
            if (!bulkDone) {
                pace.pass(1, () -> false);
            }
        } catch (KafkaException | IllegalStateException e) {
            throw cluster.faults().translate(e, topic, List.of());
        }
    }

    private void arrived(RecordMetadata record, @Nullable Exception error) {
        if (error != null) {
            failure.compareAndSet(null, error);
        } else {
            ends.computeIfAbsent(record.partition(), partition -> new LongAccumulator(Math::max, 0))
                    .accumulate(record.offset() + 1);
        }
    }

    private void begin() {
        if (!inTransaction) {
            producer.beginTransaction();
            inTransaction = true;
        }
    }

    @Override
    public void commit(Position position) {
        try {
            begin();
            var _ = producer.send(positions.record(table, new PositionTopic.Entry(topic, position, bulkDone)));
            bad.flush();
            producer.commitTransaction();
            inTransaction = false;
            bad.loaded();
        } catch (KafkaException | IllegalStateException e) {
            Exception first = failure.get();
            throw cluster.faults().translate(first == null ? e : first, topic, List.of());
        }
        Exception late = failure.get();
        if (late != null) {
            throw cluster.faults().translate(late, topic, List.of());
        }
    }

    @Override
    public void readBack(Receiver receiver) {
        cluster.reader().readAll(topic, record -> receiver.accept(record.key(), record.value()));
    }

    /// For each partition one past the last record that this sink has written.
    Map<Integer, Long> ends() {
        return ends.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().get()));
    }

    @Override
    public void progress(long done, long total) {
        progress.read(done, total);
    }

    @Override
    public void bad(String place, @Nullable String column, String reason, byte[] raw) {
        bad.add(BadRecord.data(place, column, reason, null, raw));
    }

    @Override
    public void readAgain(String places) {
        bad.comeAgain(places);
    }

    /// Gives an open transaction up and lets go of the connection.
    @Override
    public void close() {
        try {
            if (inTransaction) {
                producer.abortTransaction();
            }
        } catch (KafkaException | IllegalStateException e) {
            // The coordinator ends the transaction when its time is over, or the next owner does when it starts.
            throw new AlluviumException(
                    io.alluvium.fault.ErrorCode.NETWORK, "cannot abort the transaction of " + topic, null, e);
        } finally {
            producer.close(Duration.ofSeconds(1));
        }
    }
}

package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.table.TableStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bad records that one filling of a table has set aside: rows in memory for whoever asks, and a compacted
/// topic from which the next start takes them, because records before a snapshot are not read again. The topic is
/// made with the first of them.
///
/// A letter's key is the record's place, so that a record that is read again takes its letter's place. A load that
/// begins again makes stale what it has reported before: such letters leave the rows at once, and the topic when
/// the load is done. Safe from any thread.
final class DeadLetters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final TableName table;
    private final String topic;
    private final KafkaCluster cluster;
    private final StreamsSettings settings;
    private final DeadLetterBounds bounds;
    private final InstantSource clock;
    private final DeadLetterRows rows;
    /// The places of letters that the topic has and the rows have no longer.
    private final Set<String> stale = new HashSet<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private boolean isTopicThere;
    private boolean closed;
    private volatile boolean isUnflushed;

    /// Takes up the letters that the topic has.
    DeadLetters(
            TableName table,
            String topic,
            KafkaCluster cluster,
            StreamsSettings settings,
            DeadLetterBounds bounds,
            InstantSource clock) {
        this.table = table;
        this.topic = topic;
        this.cluster = cluster;
        this.settings = settings;
        this.bounds = bounds;
        this.clock = clock;
        this.rows = new DeadLetterRows(table, bounds);
        if (cluster.describeAll(List.of(topic)).containsKey(topic)) {
            isTopicThere = true;
            cluster.reader().readAll(topic, record -> take(record.key(), record.value()));
            expire();
        }
    }

    private void take(byte[] key, byte @Nullable [] value) {
        try {
            if (value == null) {
                rows.remove(new String(key, StandardCharsets.UTF_8));
            } else {
                rows.put(DeadLetter.read(key, value));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("table={} a dead letter in {} cannot be read and is left out: {}", table, topic, e.toString());
        }
    }

    TableStorage store() {
        return rows.store();
    }

    /// Sets a record aside; it is safe after the next [#flush].
    ///
    /// @return whether there was none of this place, also before it came again
    synchronized boolean add(BadRecord bad) {
        var letter = new DeadLetter(bad, now());
        boolean wasStale = stale.remove(bad.place());
        boolean wasThere = rows.put(letter);
        send(bad.place(), letter.value());
        expire();
        return !wasStale && !wasThere;
    }

    /// In milliseconds, as the topic has it.
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private void send(String place, byte @Nullable [] value) {
        try {
            KafkaProducer<byte[], byte[]> to = producer();
            isUnflushed = true;
            var _ = to.send(new ProducerRecord<>(topic, DeadLetter.key(place), value), (metadata, e) -> {
                if (e != null) {
                    failure.compareAndSet(null, e);
                }
            });
        } catch (KafkaException e) {
            throw cluster.faults().translate(e, topic, List.of());
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("the table " + table + " was closed");
        }
        if (!isTopicThere) {
            cluster.ensureTopic(topic, 1, settings.replicationFactor(), StreamsSettings.deadLetterTopic(bounds.age()));
            isTopicThere = true;
        }
        if (producer == null) {
            producer = new KafkaProducer<>(
                    settings.deadLetterProducer(topic), new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /// Lets go of letters beyond the bounds.
    synchronized void expire() {
        for (String place : rows.removeSurplus(now())) {
            send(place, null);
        }
    }

    /// The records whose places begin with `places` come again from their start.
    synchronized void comeAgain(String places) {
        for (String place : rows.places(place -> place.startsWith(places))) {
            rows.remove(place);
            stale.add(place);
        }
    }

    /// A load is done: what came again has been reported again.
    synchronized void loaded() {
        for (String place : stale) {
            send(place, null);
        }
        stale.clear();
    }

    /// Returns when what was set aside is in Kafka.
    ///
    /// @throws io.alluvium.fault.AlluviumException why it is not
    void flush() {
        if (isUnflushed) {
            flushAll();
        }
    }

    /// Nobody passes before the letters of all are there, whoever has added them.
    private synchronized void flushAll() {
        if (producer != null) {
            try {
                producer.flush();
            } catch (KafkaException e) {
                failure.compareAndSet(null, e);
            }
        }
        isUnflushed = false;
        Exception failed = failure.getAndSet(null);
        if (failed != null) {
            throw cluster.faults().translate(failed, topic, List.of());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (producer != null) {
            producer.close(CLOSE_WAIT);
            producer = null;
        }
    }
}

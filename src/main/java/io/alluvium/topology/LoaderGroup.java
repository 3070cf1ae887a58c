package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of the cluster's loaders run in this instance. The instances share out the partitions of a topic without
/// records, as the members of one consumer group; a loader runs where the partition is that its table's name falls
/// on. When an instance is gone, Kafka gives its partitions to the others.
///
/// A loader that has lost its place may still run for a moment; its transactions are shut out by the next owner's.
final class LoaderGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoaderGroup.class);
    private static final int PARTITIONS = 12;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// How long loaders may take to leave their sources.
    private static final Duration LEAVE = Duration.ofSeconds(5);
    private static final int SESSION_MILLIS = 10_000;
    private static final int HEARTBEAT_MILLIS = 2_000;

    private final KafkaCluster cluster;
    private final StreamsSettings settings;
    private final String name;
    private final Thread thread;
    private final Set<LoaderRun> runs = ConcurrentHashMap.newKeySet();
    private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    LoaderGroup(KafkaCluster cluster, StreamsSettings settings) {
        this.cluster = cluster;
        this.settings = settings;
        this.name = settings.prefix() + "loaders";
        this.thread = Thread.ofPlatform().daemon().name("loader-group").unstarted(this::run);
    }

    void start() {
        cluster.ensureTopic(name, PARTITIONS, settings.replicationFactor(), Map.of());
        thread.start();
    }

    /// Whether the table's loader is to run here.
    boolean owns(TableName table) {
        return owned.contains(partitionOf(table));
    }

    /// Waits until the table's loader is to run here, or the time is over.
    ///
    /// @return whether it is
    synchronized boolean awaitTurn(TableName table, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (!owns(table)) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /// Has a loader give up its turn when it belongs to another instance.
    void add(LoaderRun run) {
        runs.add(run);
    }

    void remove(LoaderRun run) {
        runs.remove(run);
    }

    private static int partitionOf(TableName table) {
        return Math.floorMod(table.value().hashCode(), PARTITIONS);
    }

    private void run() {
        while (!closed) {
            try (var joined =
                    new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                take(joined);
                joined.subscribe(List.of(name), new Turns());
                while (!closed) {
                    joined.poll(POLL);
                }
            } catch (WakeupException e) {
                LOG.debug("the group of loaders is left", e);
            } catch (FencedInstanceIdException e) {
                LOG.error("another process has the name {} of this instance: its loaders stop", settings.instance(), e);
                takeAway(Set.copyOf(owned));
                return;
            } catch (KafkaException e) {
                LOG.warn("the group of loaders {} is joined again: {}", name, e.toString());
                takeAway(Set.copyOf(owned));
                pause();
            }
        }
    }

    private synchronized void take(KafkaConsumer<byte[], byte[]> joined) {
        consumer = joined;
        if (closed) {
            joined.wakeup();
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(settings.clientProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, name);
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instance());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return properties;
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void give(Set<Integer> partitions) {
        owned.addAll(partitions);
        synchronized (this) {
            notifyAll();
        }
    }

    /// Has the loaders of these partitions leave their sources, all at the same time.
    void takeAway(Set<Integer> partitions) {
        owned.removeAll(partitions);
        List<LoaderRun> leaving = runs.stream()
                .filter(run -> partitions.contains(partitionOf(run.table())))
                .toList();
        leaving.forEach(LoaderRun::giveUpTurn);
        long until = System.nanoTime() + LEAVE.toNanos();
        try {
            for (LoaderRun run : leaving) {
                run.awaitEndOfTurn(until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        try {
            thread.join(PAUSE.multipliedBy(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the group gives and takes.
    private final class Turns implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            give(numbers(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takeAway(numbers(partitions));
        }

        private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
        }
    }
}

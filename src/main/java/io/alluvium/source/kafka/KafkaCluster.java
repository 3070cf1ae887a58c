package io.alluvium.source.kafka;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A Kafka cluster seen through one Admin client. Safe from any thread. Every failure comes out as an
/// [AlluviumException] in its category; nothing here ever makes a topic that was only asked about.
public final class KafkaCluster implements AutoCloseable {

    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final String INTERNAL_PREFIX = "alluvium.";

    private final Map<String, Object> clientProperties;
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private final Admin admin;
    private final KafkaFaults faults;

    /// @param clientProperties bootstrap servers, security and whatever else every client needs
    /// @throws AlluviumException CONFIGURATION when no client can be made with them
    public KafkaCluster(Map<String, Object> clientProperties, KafkaFaults faults) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.faults = faults;
        var properties = new HashMap<>(clientProperties);
        properties.putIfAbsent("default.api.timeout.ms", (int) ANSWER_TIMEOUT.toMillis());
        properties.putIfAbsent("request.timeout.ms", REQUEST_TIMEOUT_MS);
        try {
            this.admin = Admin.create(properties);
        } catch (org.apache.kafka.common.KafkaException e) {
            throw faults.translate(e, "", List.of());
        }
    }

    public Map<String, Object> clientProperties() {
        return clientProperties;
    }

    public KafkaFaults faults() {
        return faults;
    }

    /// A topic as the broker has it now. A topic that was deleted and made again has another `id`.
    public record Topic(String name, String id, int partitions) {}

    /// The topic of that name.
    ///
    /// @throws AlluviumException TOPIC_MISSING, or why the broker could not be asked
    public Topic describe(String topic) {
        TopicDescription found;
        try {
            found = await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        } catch (ExecutionException e) {
            throw translate(e, topic);
        }
        if (found == null) {
            throw faults.topicMissing(topic, topicsOrNone(), null);
        }
        return new Topic(topic, found.topicId().toString(), found.partitions().size());
    }

    private AlluviumException translate(ExecutionException e, String topic) {
        return e.getCause() instanceof UnknownTopicOrPartitionException missing
                ? faults.topicMissing(topic, topicsOrNone(), missing)
                : faults.translate(e, topic, List.of());
    }

    private List<String> topicsOrNone() {
        try {
            return topics();
        } catch (AlluviumException e) {
            return List.of();
        }
    }

    /// The topics among `names` that exist. One request for all of them.
    public Map<String, Topic> describeAll(Collection<String> names) {
        var found = new HashMap<String, Topic>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> {
            try {
                TopicDescription topic = await(future);
                found.put(
                        name,
                        new Topic(
                                name,
                                topic.topicId().toString(),
                                topic.partitions().size()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw faults.translate(e, name, List.of());
                }
            }
        });
        return found;
    }

    /// How long compaction leaves the record that deletes a key in the topic; without end when it is not compacted,
    /// Kafka's default when we may not ask.
    public long keepsDeletionsMillis(Topic topic) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        try {
            Config config = await(Objects.requireNonNull(
                    admin.describeConfigs(List.of(resource)).values().get(resource)));
            return config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)
                    ? Long.parseLong(
                            config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value())
                    : Long.MAX_VALUE;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Duration.ofDays(1).toMillis();
            }
            throw faults.translate(e, topic.name(), List.of());
        }
    }

    /// The names of the topics that users have, in order.
    public List<String> topics() {
        try {
            return await(admin.listTopics(new ListTopicsOptions().listInternal(false))
                            .names())
                    .stream()
                    .filter(name -> !name.startsWith(INTERNAL_PREFIX))
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            throw faults.translate(e, "the list of topics", List.of());
        }
    }

    /// For each partition the offset that the next committed record gets.
    public Map<TopicPartition, Long> endOffsets(Topic topic) {
        return offsets(partitions(topic), OffsetSpec.latest());
    }

    public Map<TopicPartition, Long> beginningOffsets(Topic topic) {
        return offsets(partitions(topic), OffsetSpec.earliest());
    }

    /// For each partition the offset of its first record of that time or later; the end where there is none.
    public Map<TopicPartition, Long> offsetsAt(Topic topic, Instant time) {
        Map<TopicPartition, Long> ends = endOffsets(topic);
        Map<TopicPartition, Long> found = offsets(partitions(topic), OffsetSpec.forTimestamp(time.toEpochMilli()));
        found.replaceAll((partition, offset) -> offset < 0 ? ends.getOrDefault(partition, 0L) : offset);
        return found;
    }

    /// The end offsets of many partitions in one request.
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    public static List<TopicPartition> partitions(Topic topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(p -> new TopicPartition(topic.name(), p))
                .toList();
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> request = partitions.stream().collect(Collectors.toMap(p -> p, p -> spec));
        try {
            var answer = new TreeMap<TopicPartition, Long>((a, b) -> a.topic().equals(b.topic())
                    ? Integer.compare(a.partition(), b.partition())
                    : a.topic().compareTo(b.topic()));
            await(admin.listOffsets(request, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                            .all())
                    .forEach((partition, offset) -> answer.put(partition, offset.offset()));
            return answer;
        } catch (ExecutionException e) {
            throw faults.translate(e, "the offsets of " + partitions, List.of());
        }
    }

    /// Makes a topic of our own unless it is there, and waits until the brokers know it and its partitions are led:
    /// the controller has made it before.
    ///
    /// An idempotent producer that writes earlier may never get through: when its first batch is refused because
    /// the leader is not ready, and the second one, which is on its way, is taken a moment later, the first one is
    /// out of sequence for good.
    public Topic ensureTopic(String name, int partitions, int replicationFactor, Map<String, String> configs) {
        Optional<String> id = createTopic(new NewTopic(name, partitions, (short) replicationFactor).configs(configs));
        long giveUpAt = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        @Nullable Topic made = describeAll(List.of(name)).get(name);
        // A broker may still know a topic of that name that was deleted a moment ago.
        while (made == null || id.filter(Predicate.not(made.id()::equals)).isPresent()) {
            if (System.nanoTime() > giveUpAt) {
                throw faults.topicMissing(name, List.of(), null);
            }
            pause();
            made = describeAll(List.of(name)).get(name);
        }
        // The leader of a partition answers this, or it is asked again.
        endOffsets(made);
        return made;
    }

    /// Makes a topic unless there is one of that name.
    ///
    /// @return its id if it was made here and the broker tells
    private Optional<String> createTopic(NewTopic topic) {
        CreateTopicsResult made = admin.createTopics(List.of(topic));
        try {
            await(made.all());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return Optional.empty();
            }
            throw faults.translate(e, topic.name(), List.of());
        }
        try {
            return Optional.of(await(made.topicId(topic.name())).toString());
        } catch (ExecutionException notAllowedToSee) {
            return Optional.empty();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AlluviumException(ErrorCode.UNKNOWN, "interrupted while waiting for Kafka", null, e);
        }
    }

    /// Deletes topics that may be there.
    public void deleteTopics(Collection<String> names) {
        admin.deleteTopics(names).topicNameValues().forEach((name, deleted) -> {
            try {
                await(deleted);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw faults.translate(e, name, List.of());
                }
            }
        });
    }

    /// The names of all topics that begin with `prefix`, internal ones included.
    public List<String> topicsWithPrefix(String prefix) {
        try {
            return await(admin.listTopics().names()).stream()
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        } catch (ExecutionException e) {
            throw faults.translate(e, "the list of topics", List.of());
        }
    }

    /// The consumer groups whose names begin with `prefix`.
    public List<String> groupsWithPrefix(String prefix) {
        try {
            return await(admin.listGroups().all()).stream()
                    .map(GroupListing::groupId)
                    .filter(group -> group.startsWith(prefix))
                    .toList();
        } catch (ExecutionException e) {
            throw faults.translate(e, "the list of groups", List.of());
        }
    }

    /// Where a group starts from now on. A group with members keeps its offsets: somebody else is at work.
    public void resetGroup(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> wanted = offsets.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> new OffsetAndMetadata(e.getValue())));
        try {
            await(admin.alterConsumerGroupOffsets(group, wanted).all());
        } catch (ExecutionException e) {
            if (!isGone(e)) {
                throw faults.translate(e, "the consumer group " + group, List.of());
            }
        }
    }

    /// Takes every member out of a group, so that a dead one does not hold it until its session ends.
    public void removeMembers(String group) {
        try {
            await(admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all());
        } catch (ExecutionException e) {
            if (!isGone(e)) {
                throw faults.translate(e, "the consumer group " + group, List.of());
            }
        }
    }

    /// Takes one static member out of a group.
    public void removeMember(String group, String instanceId) {
        try {
            await(admin.removeMembersFromConsumerGroup(
                            group, new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(instanceId))))
                    .all());
        } catch (ExecutionException e) {
            if (!isGone(e)) {
                throw faults.translate(e, "the consumer group " + group, List.of());
            }
        }
    }

    /// Whether somebody is at work in a group, or was a moment ago.
    public boolean hasMembers(String group) {
        try {
            return !await(Objects.requireNonNull(admin.describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .get(group)))
                    .members()
                    .isEmpty();
        } catch (ExecutionException e) {
            if (isGone(e)) {
                return false;
            }
            throw faults.translate(e, "the consumer group " + group, List.of());
        }
    }

    private static boolean isGone(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof GroupIdNotFoundException || t instanceof UnknownMemberIdException) {
                return true;
            }
        }
        return false;
    }

    /// The offsets that a group has committed.
    public Map<TopicPartition, Long> committed(String group) {
        try {
            var committed = new HashMap<TopicPartition, Long>();
            await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
            return committed;
        } catch (ExecutionException e) {
            if (isGone(e)) {
                return Map.of();
            }
            throw faults.translate(e, "the consumer group " + group, List.of());
        }
    }

    public void deleteGroup(String group) {
        try {
            await(admin.deleteConsumerGroups(List.of(group)).all());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                removeMembers(group);
                deleteEmptyGroup(group);
            } else if (!isGone(e)) {
                throw faults.translate(e, "the consumer group " + group, List.of());
            }
        }
    }

    private void deleteEmptyGroup(String group) {
        try {
            await(admin.deleteConsumerGroups(List.of(group)).all());
        } catch (ExecutionException e) {
            if (!isGone(e)) {
                throw faults.translate(e, "the consumer group " + group, List.of());
            }
        }
    }

    /// Reads topics without belonging to a group.
    public TopicReader reader() {
        return new TopicReader(this);
    }

    /// Follows a topic from offsets on, with so many records at once.
    public TopicFollower follow(Topic topic, Map<Integer, Long> offsets, int mostRecords) {
        return new TopicFollower(this, topic, offsets, mostRecords);
    }

    /// Writes one record to a topic of our own and waits until the broker has it.
    public void write(String topic, byte[] key, byte @Nullable [] value) {
        var properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (ExecutionException | org.apache.kafka.common.KafkaException e) {
            throw faults.translate(e, topic, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw faults.translate(e, topic, List.of());
        }
    }

    private <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(ANSWER_TIMEOUT.toMillis() + 2_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw faults.translate(e, "the broker", List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw faults.translate(e, "the broker", List.of());
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

package io.alluvium.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.BrokerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class EmbeddedBrokerTest {

    @TempDir
    Path data;

    @Test
    void recordsComeBackInOrder_alsoAfterAStopAndANewStart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            createTopic(broker.bootstrapServers(), "orders");
            produce(broker.bootstrapServers(), "orders", 0, 100);
            assertThat(consume(broker.bootstrapServers(), "orders", 100)).isEqualTo(numbers(0, 100));
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            produce(broker.bootstrapServers(), "orders", 100, 150);
            assertThat(consume(broker.bootstrapServers(), "orders", 150)).isEqualTo(numbers(0, 150));
        }
    }

    @Test
    void everyAcknowledgedRecordIsThereAfterAKill() throws Exception {
        try (BrokerProcess process = BrokerProcess.start(data)) {
            createTopic(process.bootstrapServers(), "orders");
            produce(process.bootstrapServers(), "orders", 0, 500);
            process.kill();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            assertThat(consume(broker.bootstrapServers(), "orders", 500)).isEqualTo(numbers(0, 500));
        }
    }

    @Test
    void aPauseOfTheProcessIsOutlivedByItsClients() throws Exception {
        try (BrokerProcess process = BrokerProcess.start(data)) {
            createTopic(process.bootstrapServers(), "orders");
            produce(process.bootstrapServers(), "orders", 0, 100);
            process.pause(Duration.ofSeconds(3));
            produce(process.bootstrapServers(), "orders", 100, 200);
            assertThat(consume(process.bootstrapServers(), "orders", 200)).isEqualTo(numbers(0, 200));
        }
    }

    @Test
    void aDirectoryLeftHalfFormattedIsFormattedAgain() throws Exception {
        Files.createDirectories(data.resolve("kafka"));
        Files.writeString(data.resolve("kafka/bootstrap.checkpoint"), "half");
        Files.createDirectories(data.resolve("kafka.new"));
        Files.writeString(data.resolve("kafka.new/meta.properties"), "half");
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            createTopic(broker.bootstrapServers(), "orders");
            produce(broker.bootstrapServers(), "orders", 0, 1);
            assertThat(consume(broker.bootstrapServers(), "orders", 1)).isEqualTo(numbers(0, 1));
        }
        assertThat(data.resolve("kafka.new")).doesNotExist();
    }

    @Test
    void logsWithoutTheirMetaPropertiesAreNeverOverwritten() throws Exception {
        Path log = data.resolve("kafka/orders-0/00000000000000000000.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "records");

        AlluviumException refusal = catchThrowableOfType(
                AlluviumException.class, () -> EmbeddedBroker.start(data, 0).close());

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(refusal).hasMessageContaining("meta.properties");
        assertThat(log).hasContent("records");
    }

    @Test
    void aSecondBrokerOnTheDirectoryIsRefused_andTheProcessThatHoldsItIsNamed() throws Exception {
        try (BrokerProcess process = BrokerProcess.start(data)) {
            AlluviumException refusal = catchThrowableOfType(
                    AlluviumException.class, () -> EmbeddedBroker.start(data, 0).close());

            assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_IN_USE);
            assertThat(refusal).hasMessageContaining(data.toString()).hasMessageContaining("process " + process.pid());
            createTopic(process.bootstrapServers(), "still-there");
        }
    }

    @Test
    void aTakenPortIsNamedTogetherWithTheSetting_andTheDirectoryIsFreeAgain() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();
            AlluviumException refusal = catchThrowableOfType(
                    AlluviumException.class,
                    () -> EmbeddedBroker.start(data, port).close());

            assertThat(refusal.code()).isEqualTo(ErrorCode.ADDRESS_IN_USE);
            assertThat(refusal).hasMessageContaining(Integer.toString(port));
            assertThat(refusal.hint()).get().asString().contains("alluvium.kafka.embedded.port");
        }
        DataDirectoryLock.acquire(data).close();
    }

    @Test
    void recordsOfFiveMegabytesPass() throws Exception {
        byte[] large = new byte[5 * 1024 * 1024];
        large[large.length - 1] = 42;
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            createTopic(broker.bootstrapServers(), "large");
            Map<String, Object> producing = Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    broker.bootstrapServers(),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    8 * 1024 * 1024);
            try (var producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>("large", large)).get();
            }
            Map<String, Object> consuming = Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    broker.bootstrapServers(),
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest");
            try (var consumer =
                    new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(new TopicPartition("large", 0)));
                byte[] value =
                        consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
                assertThat(value).isEqualTo(large);
            }
        }
    }

    /// What happens when the metadata cannot be written: the controller's thread dies, and with it whoever would
    /// answer the broker that wants to leave.
    @Test
    void aBrokerWhoseControllerHasFailedSaysSoAndIsStillClosed() throws Exception {
        var told = new CompletableFuture<AlluviumException>();
        EmbeddedBroker broker = EmbeddedBroker.start(data, 0, told::complete);
        createTopic(broker.bootstrapServers(), "orders");
        Thread controller = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("kafka-1-raft-io-thread"))
                .findAny()
                .orElseThrow();
        controller.interrupt();

        assertThat(told.get(60, TimeUnit.SECONDS)).hasMessageContaining("the embedded broker failed");
        controller.join();
        broker.close();
        try (EmbeddedBroker again = EmbeddedBroker.start(data, 0)) {
            produce(again.bootstrapServers(), "orders", 0, 10);
            assertThat(consume(again.bootstrapServers(), "orders", 10)).isEqualTo(numbers(0, 10));
        }
    }

    @Test
    void aTopicThatNobodyCreatedIsMissing() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var description = admin.describeTopics(List.of("mistyped")).allTopicNames();
            ExecutionException missing = catchThrowableOfType(ExecutionException.class, description::get);
            assertThat(missing).hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void topicsKeepTheirRecordsForEverUnlessTheySayOtherwise() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            createTopic(broker.bootstrapServers(), "orders");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                var topic = new ConfigResource(ConfigResource.Type.TOPIC, "orders");
                var config = admin.describeConfigs(List.of(topic))
                        .values()
                        .values()
                        .iterator()
                        .next()
                        .get();
                assertThat(config.get("retention.ms").value()).isEqualTo("-1");
                assertThat(config.get("retention.bytes").value()).isEqualTo("-1");
            }
        }
    }

    private static void createTopic(String servers, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void produce(String servers, String topic, int from, int to) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < to; i++) {
                var sent = producer.send(new ProducerRecord<>(topic, "k" + i, Integer.toString(i)));
                if (i == to - 1) {
                    sent.get();
                }
            }
        }
    }

    private static List<String> consume(String servers, String topic, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "group.id",
                "test",
                "session.timeout.ms",
                1000,
                "heartbeat.interval.ms",
                300);
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (values.size() < count) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(record.value());
                }
            }
            assertThat(consumer.poll(Duration.ofMillis(200))).isEmpty();
        }
        return values;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }
}

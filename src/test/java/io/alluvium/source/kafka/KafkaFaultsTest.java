package io.alluvium.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordDeserializationException.DeserializationExceptionOrigin;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaFaultsTest {

    private final KafkaFaults faults = new KafkaFaults(new KafkaFaults.Connection("a:9092, b:9092", Map.of(), 6, 3));

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of(new UnknownTopicOrPartitionException("x"), FaultCategory.TOPIC_MISSING),
                Arguments.of(new UnknownTopicIdException("x"), FaultCategory.TOPIC_MISSING),
                Arguments.of(new MissingSourceTopicException("x"), FaultCategory.TOPIC_MISSING),
                Arguments.of(new TimeoutException("x"), FaultCategory.NETWORK),
                Arguments.of(new DisconnectException("x"), FaultCategory.NETWORK),
                Arguments.of(new NetworkException("x"), FaultCategory.NETWORK),
                Arguments.of(new BrokerNotAvailableException("x"), FaultCategory.NETWORK),
                Arguments.of(new LeaderNotAvailableException("x"), FaultCategory.NETWORK),
                Arguments.of(new CoordinatorNotAvailableException("x"), FaultCategory.NETWORK),
                Arguments.of(new NotEnoughReplicasException("x"), FaultCategory.NETWORK),
                Arguments.of(
                        new RetriableException("x") {
                            private static final long serialVersionUID = 1L;
                        },
                        FaultCategory.NETWORK),
                Arguments.of(new SaslAuthenticationException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(new SslAuthenticationException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(new TopicAuthorizationException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(GroupAuthorizationException.forGroupId("g"), FaultCategory.AUTHENTICATION),
                Arguments.of(new ClusterAuthorizationException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(new TransactionalIdAuthorizationException("x"), FaultCategory.AUTHENTICATION),
                Arguments.of(new ConfigException("x"), FaultCategory.CONFIGURATION),
                Arguments.of(new InvalidTopicException("x"), FaultCategory.CONFIGURATION),
                Arguments.of(new InvalidReplicationFactorException("x"), FaultCategory.CONFIGURATION),
                Arguments.of(new UnsupportedVersionException("x"), FaultCategory.CONFIGURATION),
                Arguments.of(new SerializationException("x"), FaultCategory.DATA),
                Arguments.of(unreadableRecord(), FaultCategory.DATA),
                Arguments.of(new OffsetOutOfRangeException("x"), FaultCategory.UNKNOWN),
                Arguments.of(new KafkaException("x"), FaultCategory.UNKNOWN),
                Arguments.of(new IllegalStateException("x"), FaultCategory.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("types")
    void theTypeDecidesAlsoInsideOtherExceptions(RuntimeException error, FaultCategory category) {
        assertThat(KafkaFaults.categoryOf(error)).isEqualTo(category);
        assertThat(KafkaFaults.categoryOf(new ExecutionException(error))).isEqualTo(category);
        assertThat(KafkaFaults.categoryOf(new CompletionException(error))).isEqualTo(category);
        assertThat(KafkaFaults.categoryOf(new StreamsException(new KafkaException("y", error))))
                .isEqualTo(category);
        assertThat(faults.translate(error, "orders", List.of()).category()).isEqualTo(category);
    }

    @Test
    void aTextNeverDecides() {
        assertThat(KafkaFaults.categoryOf(new TimeoutException("broker a:9092 authentication failed")))
                .isEqualTo(FaultCategory.NETWORK);
        assertThat(KafkaFaults.categoryOf(new KafkaException("topic does not exist")))
                .isEqualTo(FaultCategory.UNKNOWN);
    }

    @Test
    void aCauseDecidesOverTheTimeoutThatItLedTo() {
        assertThat(KafkaFaults.categoryOf(new TimeoutException("x", new UnknownTopicOrPartitionException("y"))))
                .isEqualTo(FaultCategory.TOPIC_MISSING);
        assertThat(KafkaFaults.categoryOf(new TimeoutException("x", new SaslAuthenticationException("y"))))
                .isEqualTo(FaultCategory.AUTHENTICATION);
        assertThat(KafkaFaults.categoryOf(new SaslAuthenticationException("x", new ConnectException("y"))))
                .isEqualTo(FaultCategory.AUTHENTICATION);
        assertThat(KafkaFaults.categoryOf(new KafkaException("x", new UnknownHostException("y"))))
                .isEqualTo(FaultCategory.NETWORK);
        assertThat(KafkaFaults.categoryOf(new KafkaException("x", new ConfigException("no resolvable servers"))))
                .isEqualTo(FaultCategory.CONFIGURATION);
    }

    @Test
    void aChainThatRunsInACircleEnds() {
        var outer = new IllegalStateException("outer");
        var inner = new IllegalStateException("inner", outer);
        outer.initCause(inner);

        assertThat(KafkaFaults.categoryOf(outer)).isEqualTo(FaultCategory.UNKNOWN);
        assertThat(faults.translate(outer, "orders", List.of()).code()).isEqualTo(ErrorCode.UNKNOWN);
    }

    @Test
    void stateThatCannotBeWrittenIsAboutTheDataDirectoryAndIsTriedAgain() {
        var full = new IOException("No space left on device");

        AlluviumException e =
                faults.translate(new StreamsException(new ProcessorStateException(full)), "topic orders", List.of());

        assertThat(e.category().isRetried()).isTrue();
        assertThat(e).hasMessageContaining("data directory").hasCause(full);
        assertThat(e.hint().orElse("")).contains("df -h", "No space left on device");
    }

    @Test
    void anErrorOfOursStaysWhatItIs() {
        var ours = new AlluviumException(ErrorCode.MEMORY_LIMIT, "full");

        assertThat(faults.translate(new StreamsException(ours), "orders", List.of()))
                .isSameAs(ours);
    }

    @Test
    void aMissingTopicSaysHowToCreateItToWaitForItAndWhatIsSimilar() {
        AlluviumException error = faults.translate(
                new ExecutionException(new UnknownTopicOrPartitionException("This server does not host it")),
                "orders",
                List.of("order", "orders-v2", "ordesr", "payments", "orderz"));

        assertThat(error).hasMessage("Kafka topic 'orders' does not exist");
        assertThat(error.hint()).contains("""
                TOPIC_MISSING: tried again as long as "topic.wait.timeout" says.
                1. Create it: kafka-topics --create --topic orders --partitions 6 --replication-factor 3 \
                --bootstrap-server a:9092,b:9092
                2. Wait for it: WITH ("topic.wait.timeout" = "60s")
                3. Wait for every topic: ALLUVIUM_TOPIC_WAIT_TIMEOUT=60s
                4. Check the name. Similar topics are: 'order', 'orderz', 'ordesr'
                Original error: UnknownTopicOrPartitionException: This server does not host it""");
    }

    @Test
    void anEmptyAnswerIsAMissingTopicTooWithoutNamesThatAreFarOff() {
        AlluviumException error = faults.topicMissing("orders", List.of("payments"), null);

        assertThat(error.code()).isEqualTo(ErrorCode.TOPIC_MISSING);
        assertThat(error.hint().orElse("")).doesNotContain("Similar").doesNotContain("Original error");
    }

    @Test
    void toolsGetTheirCredentialsWhereKafkaAsksForThem() {
        var secured =
                new KafkaFaults(new KafkaFaults.Connection("a:9092", Map.of("security.protocol", "SASL_SSL"), 6, 3));

        assertThat(secured.topicMissing("t", List.of(), null).hint().orElse(""))
                .contains("--bootstrap-server a:9092 --command-config client.properties");
    }

    @Test
    void anUnreachableBrokerSaysWhereAndWhatToLookAt() {
        AlluviumException error = faults.translate(new TimeoutException("Timed out"), "orders", List.of());

        assertThat(error).hasMessage("Cannot reach Kafka at a:9092, b:9092");
        assertThat(error.hint().orElse(""))
                .contains(
                        "1. See whether it answers: kafka-topics --list --bootstrap-server a:9092,b:9092",
                        "advertised.listeners",
                        "firewall",
                        "\"topic.wait.timeout\" = \"5m\"",
                        "ALLUVIUM_RETRY_MAX_DELAY=600s",
                        "Original error: TimeoutException: Timed out");
    }

    @Test
    void aBrokerThatAnswersButIsNotReadyIsNotCalledUnreachable() {
        assertThat(faults.translate(new LeaderNotAvailableException("x"), "orders", List.of()))
                .hasMessage("Kafka at a:9092, b:9092 is not ready: LeaderNotAvailableException");
    }

    @Test
    void aRefusedLoginSaysWhatIsInForceButNoSecret() {
        var secured = new KafkaFaults(new KafkaFaults.Connection(
                "a:9092",
                Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN", "sasl.jaas.config", "hunter2"),
                6,
                3));

        AlluviumException error = secured.translate(new SaslAuthenticationException("bad"), "orders", List.of());

        assertThat(error).hasMessage("Kafka at a:9092 refuses the login");
        assertThat(error.hint().orElse(""))
                .contains("will not cure itself by retrying", "security.protocol=SASL_SSL", "sasl.mechanism=PLAIN")
                .doesNotContain("hunter2");
    }

    @Test
    void aMissingAclIsNamedWithItsResource() {
        AlluviumException topic =
                faults.translate(new TopicAuthorizationException(Set.of("orders")), "orders", List.of());
        AlluviumException group =
                faults.translate(GroupAuthorizationException.forGroupId("alluvium-g"), "orders", List.of());

        assertThat(topic.getMessage()).contains("topic 'orders'", "Read and Describe");
        assertThat(topic.hint().orElse(""))
                .contains(
                        "kafka-acls --add --allow-principal User:NAME --operation Read --operation Describe --topic orders",
                        "will not cure itself");
        assertThat(group.getMessage()).contains("group 'alluvium-g'");
        assertThat(group.hint().orElse("")).contains("--operation Read --group alluvium-g");
    }

    @Test
    void anUnreadableRecordIsNamedByItsPlace() {
        AlluviumException error = faults.translate(unreadableRecord(), "orders", List.of());

        assertThat(error).hasMessage("Cannot read the record at partition 2, offset 17 of Kafka topic 'orders'");
        assertThat(error.hint().orElse("")).contains("error.handling");
    }

    @Test
    void aWrongClientPropertyIsNamedByTheOriginalError() {
        AlluviumException error = faults.translate(
                new KafkaException(
                        "Failed to construct", new ConfigException("security.protocol", "SSLX", "not known")),
                "orders",
                List.of());

        assertThat(error.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(error.hint().orElse("")).contains("security.protocol", "SSLX", "a:9092");
    }

    private static RecordDeserializationException unreadableRecord() {
        return new RecordDeserializationException(
                DeserializationExceptionOrigin.VALUE,
                new TopicPartition("orders", 2),
                17,
                0,
                TimestampType.CREATE_TIME,
                ByteBuffer.allocate(0),
                ByteBuffer.allocate(0),
                new RecordHeaders(),
                "bad",
                new IllegalArgumentException("bad"));
    }
}

package io.alluvium.source.kafka;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.CategoryRules;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.Nearest;
import io.alluvium.fault.WaysOut;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RebootstrapRequiredException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/// What an exception of Kafka's clients or of Kafka Streams means: its category by type, what happened in words,
/// and the ways out. Immutable.
public final class KafkaFaults {

    private static final CategoryRules RULES = new CategoryRules()
            .cause(
                    FaultCategory.TOPIC_MISSING,
                    UnknownTopicOrPartitionException.class,
                    UnknownTopicIdException.class,
                    MissingSourceTopicException.class)
            .cause(FaultCategory.AUTHENTICATION, AuthenticationException.class, AuthorizationException.class)
            .cause(
                    FaultCategory.CONFIGURATION,
                    ConfigException.class,
                    InvalidReplicationFactorException.class,
                    InvalidTopicException.class,
                    UnsupportedVersionException.class)
            .cause(FaultCategory.DATA, SerializationException.class)
            .symptom(
                    FaultCategory.NETWORK,
                    RetriableException.class,
                    BrokerNotAvailableException.class,
                    RebootstrapRequiredException.class,
                    ConnectException.class,
                    UnknownHostException.class,
                    SocketTimeoutException.class);

    private final Connection connection;

    /// What is in force for reaching Kafka, for messages.
    ///
    /// @param properties the properties of the clients; values that may be secret are not shown
    /// @param partitions of a topic that a hint tells to create
    /// @param replicationFactor of a topic that a hint tells to create
    public record Connection(
            String bootstrapServers, Map<String, String> properties, int partitions, int replicationFactor) {
        public Connection {
            properties = Map.copyOf(properties);
        }

        private String property(String name, String defaultText) {
            return properties.getOrDefault(name, defaultText);
        }

        private boolean isSecured() {
            return !property("security.protocol", "PLAINTEXT").equals("PLAINTEXT");
        }

        /// The servers, and the file with the credentials where they need some, as Kafka's own tools take
        /// them.
        private String toolOptions() {
            return "--bootstrap-server " + bootstrapServers.replace(" ", "")
                    + (isSecured() ? " --command-config client.properties" : "");
        }

        @Override
        public String toString() {
            return "Connection[" + bootstrapServers + "]";
        }
    }

    public KafkaFaults(Connection connection) {
        this.connection = connection;
    }

    /// The category of an exception, by the types in its chain of causes.
    public static FaultCategory categoryOf(Throwable error) {
        return RULES.match(error).category();
    }

    /// The error that a user sees for an exception met while working with a topic.
    ///
    /// @param existing the topics that are known to exist, to find similar names; may be empty
    public AlluviumException translate(Throwable error, String topic, Collection<String> existing) {
        CategoryRules.Match match = RULES.match(error);
        Throwable decisive = match.decisive();
        if (decisive instanceof AlluviumException known) {
            return known;
        }
        return switch (match.category()) {
            case TOPIC_MISSING -> topicMissing(topic, existing, decisive);
            case NETWORK -> network(decisive);
            case AUTHENTICATION -> refused(decisive, topic);
            case CONFIGURATION -> configuration(decisive, topic);
            case DATA -> data(decisive, topic);
            case UNKNOWN -> isAboutState(error) ? state(root(error)) : unknown(root(error), topic);
            case FILE_MISSING, USER, LIMIT, INTERNAL ->
                throw new IllegalStateException("no rule for Kafka has " + match.category());
        };
    }

    /// A topic that the broker does not know.
    ///
    /// @param cause null when the broker's answer was just empty
    public AlluviumException topicMissing(String topic, Collection<String> existing, @Nullable Throwable cause) {
        var ways = new WaysOut(FaultCategory.TOPIC_MISSING, "tried again as long as \"topic.wait.timeout\" says.")
                .way("Create it: kafka-topics --create --topic " + topic + " --partitions " + connection.partitions()
                        + " --replication-factor " + connection.replicationFactor() + " " + connection.toolOptions())
                .way("Wait for it: WITH (\"topic.wait.timeout\" = \"60s\")")
                .way("Wait for every topic: ALLUVIUM_TOPIC_WAIT_TIMEOUT=60s");
        List<String> similar = Nearest.to(topic, existing, 3);
        if (!similar.isEmpty()) {
            ways.way("Check the name. Similar topics are: " + quoted(similar));
        }
        return new AlluviumException(
                ErrorCode.TOPIC_MISSING, "Kafka topic '" + topic + "' does not exist", ways.text(cause), cause);
    }

    private AlluviumException network(Throwable error) {
        boolean unreachable = switch (error) {
            case TimeoutException e -> true;
            case DisconnectException e -> true;
            case NetworkException e -> true;
            case RetriableException e -> false;
            default -> true;
        };
        String message = unreachable
                ? "Cannot reach Kafka at " + connection.bootstrapServers()
                : "Kafka at " + connection.bootstrapServers() + " is not ready: "
                        + error.getClass().getSimpleName();
        String hint = new WaysOut(FaultCategory.NETWORK, "tried again as long as \"topic.wait.timeout\" says.")
                .way("See whether it answers: kafka-topics --list " + connection.toolOptions())
                .way("Check that the broker runs, that its advertised.listeners name an address that this machine"
                        + " reaches, and that no firewall closes the port.")
                .way("Wait longer: WITH (\"topic.wait.timeout\" = \"5m\")")
                .way("Ask less often during a long outage: ALLUVIUM_RETRY_MAX_DELAY=600s")
                .text(error);
        return new AlluviumException(ErrorCode.NETWORK, message, hint, error);
    }

    private AlluviumException refused(Throwable error, String topic) {
        String message = error instanceof AuthorizationException
                ? "Kafka does not allow " + acl(error, topic).what()
                : "Kafka at " + connection.bootstrapServers() + " refuses the login";
        var ways = new WaysOut(FaultCategory.AUTHENTICATION, "will not cure itself by retrying.");
        if (error instanceof AuthorizationException) {
            ways.way("Allow it: kafka-acls --add --allow-principal User:NAME "
                    + acl(error, topic).options() + " " + connection.toolOptions());
            ways.way("Or connect as another user. " + inForce());
        } else {
            ways.way("Check what is in force. " + inForce());
            ways.way("Check the user and password, or the certificates, in alluvium.kafka.sasl.jaas.config and"
                    + " alluvium.kafka.ssl.… of config/alluvium.properties.");
        }
        return new AlluviumException(ErrorCode.AUTHENTICATION, message, ways.text(error), error);
    }

    private String inForce() {
        return "In force: security.protocol=" + connection.property("security.protocol", "PLAINTEXT")
                + ", sasl.mechanism=" + connection.property("sasl.mechanism", "GSSAPI")
                + "; set alluvium.kafka.security.protocol and alluvium.kafka.sasl.mechanism.";
    }

    /// @param what what is refused, in words
    /// @param options what `kafka-acls --add` takes to allow it
    private record Acl(String what, String options) {}

    private static Acl acl(Throwable error, String topic) {
        return switch (error) {
            case TopicAuthorizationException e -> {
                Set<String> topics =
                        new TreeSet<>(e.unauthorizedTopics().isEmpty() ? Set.of(topic) : e.unauthorizedTopics());
                yield new Acl(
                        "Alluvium to use topic " + quoted(topics) + ": the ACL for Read and Describe on it is missing",
                        "--operation Read --operation Describe"
                                + topics.stream().map(t -> " --topic " + t).collect(Collectors.joining()));
            }
            case GroupAuthorizationException e ->
                new Acl(
                        "Alluvium to use group '" + e.groupId() + "': the ACL for Read on it is missing",
                        "--operation Read --group " + e.groupId());
            case TransactionalIdAuthorizationException e ->
                new Acl(
                        "Alluvium to write in a transaction: the ACL for Write and Describe on its transactional ids"
                                + " is missing",
                        "--operation Write --operation Describe --transactional-id alluvium --resource-pattern-type"
                                + " prefixed");
            case ClusterAuthorizationException e ->
                new Acl(
                        "Alluvium an operation on the cluster: the ACL for Describe, Create or IdempotentWrite on it is"
                                + " missing",
                        "--operation Describe --operation Create --operation IdempotentWrite --cluster");
            default ->
                new Acl(
                        "Alluvium what it needs for topic '" + topic + "'",
                        "--operation Read --operation Describe --topic " + topic);
        };
    }

    private AlluviumException configuration(Throwable error, String topic) {
        var ways = new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.");
        String message = switch (error) {
            case InvalidTopicException e -> {
                ways.way("Use 1 to 249 of the characters A-Z a-z 0-9 . _ - and neither \".\" nor \"..\".");
                yield "'" + topic + "' is not a name that a Kafka topic can have";
            }
            case InvalidReplicationFactorException e -> {
                ways.way("Name as many as there are brokers: alluvium.default.replication.factor = 1, or"
                        + " ALLUVIUM_DEFAULT_REPLICATION_FACTOR=1.");
                yield "Kafka at " + connection.bootstrapServers() + " has fewer brokers than the topic '" + topic
                        + "' is to have replicas, " + connection.replicationFactor();
            }
            case UnsupportedVersionException e -> {
                ways.way("See what the broker supports: kafka-broker-api-versions " + connection.toolOptions());
                ways.way("Use a newer Kafka.");
                yield "Kafka at " + connection.bootstrapServers() + " is too old for what is asked of it";
            }
            default -> {
                ways.way("Correct the property that is named below: alluvium.kafka.<property> in"
                        + " config/alluvium.properties, or \"kafka.<property>\" in WITH.");
                ways.way("Check that every name in alluvium.kafka.bootstrap.servers = " + connection.bootstrapServers()
                        + " can be resolved on this machine.");
                yield "Kafka's client cannot be used as it is configured, with bootstrap.servers = "
                        + connection.bootstrapServers();
            }
        };
        return new AlluviumException(ErrorCode.CONFIGURATION, message, ways.text(error), error);
    }

    private static AlluviumException data(Throwable error, String topic) {
        String place = error instanceof RecordDeserializationException e
                ? "the record at partition " + e.topicPartition().partition() + ", offset " + e.offset() + " of "
                : "a record of ";
        String hint = new WaysOut(FaultCategory.DATA, "not tried again: it would be read the same.")
                .way("Leave such records out and count them: WITH (\"error.handling\" = \"skip\")")
                .way("Check that \"value.format\" and \"key.format\" are what the topic holds.")
                .text(error);
        return new AlluviumException(
                ErrorCode.DATA, "Cannot read " + place + "Kafka topic '" + topic + "'", hint, error);
    }

    private AlluviumException unknown(Throwable error, String topic) {
        String hint = new WaysOut(FaultCategory.UNKNOWN, "tried again as long as \"topic.wait.timeout\" says.")
                .way("See whether Kafka answers: kafka-topics --describe --topic " + topic + " "
                        + connection.toolOptions())
                .way("See the whole error in the log: ALLUVIUM_LOG_LEVEL=debug")
                .text(error);
        return new AlluviumException(
                ErrorCode.UNKNOWN, "Reading Kafka topic '" + topic + "' failed for an unexpected reason", hint, error);
    }

    /// Whether an application could not read or write what it keeps in the data directory.
    private static boolean isAboutState(Throwable error) {
        int depth = 0;
        for (@Nullable Throwable t = error; t != null && depth < 100; t = t.getCause(), depth++) {
            if (t instanceof ProcessorStateException) {
                return true;
            }
        }
        return false;
    }

    private static AlluviumException state(Throwable error) {
        String hint = new WaysOut(FaultCategory.UNKNOWN, "tried again without limit once the table was LIVE.")
                .way("Make room on the disk of the data directory: df -h")
                .way("See the whole error in the log: ALLUVIUM_LOG_LEVEL=debug")
                .text(error);
        return new AlluviumException(
                ErrorCode.UNKNOWN, "Cannot keep the table's state in the data directory", hint, error);
    }

    private static Throwable root(Throwable error) {
        Throwable last = error;
        Throwable cause = error.getCause();
        for (int depth = 0; cause != null && depth < 100; depth++) {
            last = cause;
            cause = cause.getCause();
        }
        return last;
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    }
}

package io.alluvium.topology;

import io.alluvium.broker.EmbeddedBroker;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.LoaderContract;
import io.alluvium.source.WritableSource;
import io.alluvium.source.WritableSource.Outage;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaFaults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// A history and the topic after it keep the contract of loaders, whichever of the two has most of the rows.
class HistoryLoaderContractTest {

    @TempDir
    private static Path folder;

    private static @Nullable EmbeddedBroker broker;
    private static @Nullable KafkaCluster cluster;
    private static int port;
    private static int sources;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        port = broker.port();
        String servers = broker.bootstrapServers();
        cluster = new KafkaCluster(
                Map.of("bootstrap.servers", servers),
                new KafkaFaults(new KafkaFaults.Connection(servers, Map.of(), 2, 1)));
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(cluster).close();
        stopBroker();
    }

    private static void stopBroker() {
        Objects.requireNonNull(broker).close();
    }

    private static void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("broker"), port);
    }

    /// A broker that is back in time is not missed.
    private static final Outage STOPPED_BROKER = new Outage(
            "the broker stops and is started again",
            Set.of(ErrorCode.NETWORK),
            false,
            HistoryLoaderContractTest::stopBroker,
            HistoryLoaderContractTest::startBroker);

    /// Fewer runs, as each topic takes its time.
    abstract static class OverTopic extends LoaderContract {
        private final int ofTen;
        private final int stride;

        /// @param ofTen how many of ten rows are in the file
        OverTopic(int ofTen, int stride) {
            this.ofTen = ofTen;
            this.stride = stride;
        }

        @Override
        protected WritableSource newSource() {
            return new WritableHistory(
                    Objects.requireNonNull(cluster), folder, "source" + ++sources, ofTen, STOPPED_BROKER);
        }

        @Override
        protected int stride() {
            return stride;
        }
    }

    @Nested
    class MostInTheFile extends OverTopic {
        MostInTheFile() {
            super(8, 11);
        }
    }

    @Nested
    class MostInTheTopic extends OverTopic {
        MostInTheTopic() {
            super(1, 5);
        }
    }
}

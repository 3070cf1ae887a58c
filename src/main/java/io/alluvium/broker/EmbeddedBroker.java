package io.alluvium.broker;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Kafka broker in this process: one KRaft node, reachable on loopback only, whose logs are under `<data>/kafka`
/// and outlive it, also when the process is killed. Starting and closing belong to one thread; the rest is safe
/// from any.
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int ATTEMPTS_TO_FIND_PORTS = 5;

    private final DataDirectoryLock lock;
    private final KafkaRaftServer server;
    private final int port;
    private final BrokerFailure failure;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(DataDirectoryLock lock, KafkaRaftServer server, int port, BrokerFailure failure) {
        this.lock = lock;
        this.server = server;
        this.port = port;
        this.failure = failure;
    }

    /// Starts the broker, or goes on with what an earlier one left in the directory. Returns when it takes
    /// requests.
    ///
    /// @param dataDirectory made when it is missing, and locked until [#close()]
    /// @param port 0 picks a free one
    /// @throws AlluviumException DATA_DIRECTORY_IN_USE, ADDRESS_IN_USE, CONFIGURATION when the directory cannot be
    ///     used, UNKNOWN when Kafka refuses to start
    public static EmbeddedBroker start(Path dataDirectory, int port) {
        return start(dataDirectory, port, failure -> LOG.error("{}", failure.getMessage()));
    }

    /// Like [#start(Path, int)].
    ///
    /// @param onFailure told once, from one of the broker's threads, when it cannot go on, such as with a full
    ///     disk; the broker answers no longer then and can only be closed
    public static EmbeddedBroker start(Path dataDirectory, int port, Consumer<AlluviumException> onFailure) {
        refuseCommas(dataDirectory);
        DataDirectoryLock lock = DataDirectoryLock.acquire(dataDirectory);
        try {
            BrokerDirectory logs =
                    new BrokerDirectory(dataDirectory.toAbsolutePath().normalize());
            logs.prepare();
            return startOn(logs, port, lock, onFailure);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Kafka takes the setting for a list of directories.
    private static void refuseCommas(Path dataDirectory) {
        if (dataDirectory.toAbsolutePath().toString().contains(",")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the embedded broker cannot use a directory with a comma in its path: " + dataDirectory,
                    "name another directory with --data");
        }
    }

    private static EmbeddedBroker startOn(
            BrokerDirectory directory, int wantedPort, DataDirectoryLock lock, Consumer<AlluviumException> onFailure) {
        Path logs = directory.path();
        for (int attempt = 1; ; attempt++) {
            int port = wantedPort == 0 ? freePort() : requireFree(wantedPort);
            int controllerPort = freePort();
            var failure = new BrokerFailure(directory.data(), onFailure);
            ExitGuard.add(failure);
            try {
                return new EmbeddedBroker(lock, startServer(logs, port, controllerPort, failure), port, failure);
            } catch (RuntimeException e) {
                ExitGuard.remove(failure);
                AlluviumException reason = failure.reason();
                if (reason != null) {
                    throw reason;
                }
                if (wantedPort != 0) {
                    requireFree(port);
                }
                boolean portsWereTaken = !isFree(port) || !isFree(controllerPort);
                if (!portsWereTaken || attempt == ATTEMPTS_TO_FIND_PORTS) {
                    throw new AlluviumException(
                            ErrorCode.UNKNOWN,
                            "the embedded broker did not start on " + logs + ": " + e,
                            "see the log above for Kafka's own words",
                            e);
                }
            }
        }
    }

    private static KafkaRaftServer startServer(Path logs, int port, int controllerPort, BrokerFailure failure) {
        var config = new KafkaConfig(BrokerProperties.of(logs, port, controllerPort), false);
        var server = new KafkaRaftServer(config, Time.SYSTEM);
        var call = new ServerCall(failure);
        try {
            call.run("broker-start", server::startup);
            AlluviumException reason = failure.reason();
            if (reason != null) {
                throw reason;
            }
            return server;
        } catch (RuntimeException e) {
            try {
                call.run("broker-stop", server::shutdown);
            } catch (RuntimeException f) {
                e.addSuppressed(f);
            }
            throw e;
        }
    }

    private static int requireFree(int port) {
        if (!isFree(port)) {
            throw new AlluviumException(
                    ErrorCode.ADDRESS_IN_USE,
                    "port " + port + " of " + BrokerProperties.HOST
                            + ", where the embedded Kafka broker is to listen, is taken or not allowed",
                    "set alluvium.kafka.embedded.port (ALLUVIUM_KAFKA_EMBEDDED_PORT) to another port or to 0 for any"
                            + " free one, or set alluvium.kafka.bootstrap.servers to use the Kafka that is there");
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = bind(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.ADDRESS_IN_USE, "no free port on " + BrokerProperties.HOST + ": " + e, null, e);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(BrokerProperties.HOST), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// What a client's `bootstrap.servers` takes.
    public String bootstrapServers() {
        return BrokerProperties.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /// Stops the broker after its clients and frees the data directory. A broker that has failed and cannot be
    /// stopped keeps the directory, as it may still write to it, until the process ends. Closing again does
    /// nothing.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean isStopped = true;
        try {
            isStopped = new ServerCall(failure).run("broker-stop", () -> {
                server.shutdown();
                server.awaitShutdown();
            });
        } finally {
            ExitGuard.remove(failure);
            if (isStopped) {
                lock.close();
            } else {
                LOG.warn("the embedded broker could not be stopped; it ends with the process");
            }
        }
    }
}

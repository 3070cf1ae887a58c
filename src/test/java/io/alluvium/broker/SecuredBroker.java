package io.alluvium.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/// A broker on loopback that clients reach over TLS alone, with a user and a password (SASL/PLAIN), for tests. Its
/// certificate is made anew each time.
public final class SecuredBroker implements AutoCloseable {

    private static final String STORE_PASSWORD = "store-password";
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private final KafkaRaftServer server;
    private final Path store;
    private final int port;

    private SecuredBroker(KafkaRaftServer server, Path store, int port) {
        this.server = server;
        this.store = store;
        this.port = port;
    }

    public static SecuredBroker start(Path directory, String user, String password) throws Exception {
        Path store = directory.resolve("broker.p12");
        makeCertificate(store);
        var logs = new BrokerDirectory(directory);
        logs.prepare();
        int inner = freePort();
        int controller = freePort();
        int port = freePort();
        Properties properties = BrokerProperties.of(logs.path(), inner, controller);
        String secured = "SASL_SSL://" + BrokerProperties.HOST + ":" + port;
        properties.put("listeners", properties.get("listeners") + "," + secured);
        properties.put("advertised.listeners", properties.get("advertised.listeners") + "," + secured);
        properties.put(
                "listener.security.protocol.map",
                properties.get("listener.security.protocol.map") + ",SASL_SSL:SASL_SSL");
        properties.put("sasl.enabled.mechanisms", "PLAIN");
        properties.put(
                "listener.name.sasl_ssl.plain.sasl.jaas.config", LOGIN + " user_" + user + "=\"" + password + "\";");
        properties.put("ssl.keystore.location", store.toString());
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.keystore.password", STORE_PASSWORD);
        var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        return new SecuredBroker(server, store, port);
    }

    /// What a client needs to be let in.
    public Map<String, Object> client(String user, String password) {
        var properties = new HashMap<String, Object>();
        properties.put("bootstrap.servers", BrokerProperties.HOST + ":" + port);
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "PLAIN");
        properties.put("sasl.jaas.config", login(user, password));
        properties.put("ssl.truststore.location", store.toString());
        properties.put("ssl.truststore.type", "PKCS12");
        properties.put("ssl.truststore.password", STORE_PASSWORD);
        return properties;
    }

    public static String login(String user, String password) {
        return LOGIN + " username=\"" + user + "\" password=\"" + password + "\";";
    }

    private static void makeCertificate(Path store) throws Exception {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=broker",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        STORE_PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

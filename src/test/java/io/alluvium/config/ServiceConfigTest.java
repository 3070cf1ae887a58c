package io.alluvium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.alluvium.data.Setting;
import io.alluvium.data.Setting.Origin;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceConfigTest {

    @TempDir
    private Path folder;

    @Test
    void everythingHasADefault() {
        ServiceConfig config = load(Map.of());

        assertThat(config.cluster()).isEqualTo("local");
        assertThat(config.kafka().isEmbedded()).isTrue();
        assertThat(config.kafka().embeddedPort()).isEqualTo(9092);
        assertThat(config.kafka().partitions()).isEqualTo(1);
        assertThat(config.kafka().replicationFactor()).isEqualTo(1);
        assertThat(config.kafka().properties()).isEmpty();
        assertThat(config.http()).isEqualTo(new ServiceConfig.Listener("127.0.0.1", 8080));
        assertThat(config.pg()).isEqualTo(new ServiceConfig.Listener("127.0.0.1", 5433));
        assertThat(config.auth()).isEmpty();
        assertThat(config.retry().strategy()).isEqualTo("exponential");
        assertThat(config.retry().interval()).isEmpty();
        assertThat(config.retry().multiplier()).isEqualTo(1.5);
        assertThat(config.retry().maxDelay()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.retry().jitter()).isEqualTo(0.1);
        assertThat(config.tables()).isEqualTo(new ServiceConfig.Tables(300, Duration.ofMinutes(1)));
        assertThat(config.memory().limitBytes())
                .isBetween(1L << 20, Runtime.getRuntime().maxMemory());
        assertThat(config.files().roots()).isEmpty();
        assertThat(config.log()).isEqualTo(new ServiceConfig.Log("text", "info"));
    }

    @Test
    void theEnvironmentIsStrongerThanTheFile() throws IOException {
        file("alluvium.http.port=9000\nalluvium.pg.port=9001\n");

        ServiceConfig config = load(Map.of("ALLUVIUM_HTTP_PORT", "9100", "PATH", "/bin"));

        assertThat(config.http().port()).isEqualTo(9100);
        assertThat(config.pg().port()).isEqualTo(9001);
        assertThat(config.settings())
                .contains(
                        new Setting("alluvium.http.port", "9100", Origin.ENVIRONMENT),
                        new Setting("alluvium.pg.port", "9001", Origin.FILE),
                        new Setting("alluvium.tables.max", "300", Origin.DEFAULT));
        assertThat(config.explicit("alluvium.http.port")).isPresent();
        assertThat(config.explicit("alluvium.tables.max")).isEmpty();
    }

    @Test
    void aKafkaOfOnesOwnChangesTheDefaultsForTopics() throws IOException {
        file("alluvium.kafka.bootstrap.servers=a:9092, b:9092");

        ServiceConfig config = load(Map.of());

        assertThat(config.kafka().bootstrapServers()).contains("a:9092, b:9092");
        assertThat(config.kafka().partitions()).isEqualTo(6);
        assertThat(config.kafka().replicationFactor()).isEqualTo(3);
    }

    @Test
    void clientPropertiesArePassedThroughFromFileAndEnvironmentWithSecretsMasked() throws IOException {
        file("""
                alluvium.kafka.sasl.mechanism=PLAIN
                alluvium.kafka.security.protocol=PLAINTEXT
                alluvium.kafka.sasl.jaas.config=org.example.Login password="${not.expanded}";
                """);

        ServiceConfig config = load(Map.of("ALLUVIUM_KAFKA_SECURITY_PROTOCOL", "SASL_SSL"));

        assertThat(config.kafka().properties())
                .containsOnly(
                        Map.entry("sasl.mechanism", "PLAIN"),
                        Map.entry("security.protocol", "SASL_SSL"),
                        Map.entry("sasl.jaas.config", "org.example.Login password=\"${not.expanded}\";"));
        assertThat(config.settings())
                .contains(
                        new Setting("alluvium.kafka.security.protocol", "SASL_SSL", Origin.ENVIRONMENT),
                        new Setting("alluvium.kafka.sasl.mechanism", "PLAIN", Origin.FILE),
                        new Setting("alluvium.kafka.sasl.jaas.config", "********", Origin.FILE));
        assertThat(config.toString()).doesNotContain("not.expanded");
    }

    @Test
    void clientPropertiesThatBelongToTheServiceAreRefused() throws IOException {
        file("alluvium.kafka.isolation.level=read_uncommitted");

        assertConfiguration(() -> load(Map.of()), "alluvium.kafka.isolation.level", "Take it out");
    }

    @ParameterizedTest
    @CsvSource({
        "alluvium.htp.port, alluvium.http.port",
        "http.port, alluvium.http.port",
        "alluvium.retry.interval.secs, alluvium.retry.interval",
        "alluvium.topic.wait, alluvium.topic.wait.timeout"
    })
    void anUnknownKeyInTheFileNamesTheNearest(String key, String nearest) throws IOException {
        file(key + "=1");

        assertConfiguration(() -> load(Map.of()), key, nearest);
    }

    @Test
    void anUnknownVariableNamesTheNearest() {
        assertConfiguration(() -> load(Map.of("ALLUVIUM_HTTP_PROT", "1")), "ALLUVIUM_HTTP_PROT", "ALLUVIUM_HTTP_PORT?");
    }

    @Test
    void variablesOfTheLauncherAndOfKubernetesAreNoSettings() {
        ServiceConfig config = load(Map.of(
                "ALLUVIUM_JAVA_HOME", "/jdk",
                "ALLUVIUM_PORT", "tcp://10.0.0.1:8080",
                "ALLUVIUM_PORT_8080_TCP_ADDR", "10.0.0.1",
                "ALLUVIUM_KAFKA_SERVICE_HOST", "10.0.0.2",
                "ALLUVIUM_SERVICE_PORT_HTTP", "8080"));

        assertThat(config.kafka().properties()).isEmpty();
        assertThat(config.http().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource({
        "alluvium.http.port, 70000, 0 to 65535",
        "alluvium.http.port, x, 0 to 65535",
        "alluvium.retry.strategy, quadratic, 'exponential, linear, fixed'",
        "alluvium.retry.multiplier, 0.5, from 1",
        "alluvium.retry.multiplier, NaN, from 1",
        "alluvium.retry.multiplier, Infinity, from 1",
        "alluvium.retry.interval, soon, duration",
        "alluvium.retry.interval, 0s, duration",
        "alluvium.retry.jitter, 2, from 0 to 1",
        "alluvium.tables.max, 0, 1 to 10000",
        "alluvium.memory.limit, 95%, 90%",
        "alluvium.memory.limit, much, 90%",
        "alluvium.cluster, Prod.EU, characters",
        "alluvium.kafka.bootstrap.servers, broker, host:port",
        "alluvium.log.format, xml, 'text, json'",
        "alluvium.log.level, loud, 'off, error, warn, info'"
    })
    void aWrongValueInTheFileNamesKeyValueAndWhatIsAllowed(String key, String value, String allowed)
            throws IOException {
        file(key + "=" + value);

        assertConfiguration(() -> load(Map.of()), key + " = '" + value + "' (from alluvium.properties)", allowed);
    }

    @Test
    void aWrongNumberInTheEnvironmentIsAnErrorThatNamesTheVariable() {
        assertConfiguration(() -> load(Map.of("ALLUVIUM_TABLES_MAX", "many")), "ALLUVIUM_TABLES_MAX", "1 to 10000");
    }

    @Test
    void aDurationInTheEnvironmentThatCannotBeReadFallsBackToTheDefaultWithOneWarning() throws IOException {
        file("alluvium.table.wait.timeout=90s");
        try (var log = new CapturedLog(SettingsReader.class.getName())) {
            ServiceConfig config = load(Map.of("ALLUVIUM_TABLE_WAIT_TIMEOUT", "soon"));

            assertThat(config.tables().waitTimeout()).isEqualTo(Duration.ofMinutes(1));
            assertThat(config.explicit("alluvium.table.wait.timeout")).isEmpty();
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("ALLUVIUM_TABLE_WAIT_TIMEOUT", "'soon'", "60s");
        }
    }

    @Test
    void intervalsMayBeGivenInSecondsByVariablesThatSaySo() {
        ServiceConfig config =
                load(Map.of("ALLUVIUM_RETRY_INTERVAL_SECS", "3", "ALLUVIUM_RETRY_MAX_DELAY_SECS", "600"));

        assertThat(config.retry().interval()).contains(Duration.ofSeconds(3));
        assertThat(config.retry().maxDelay()).isEqualTo(Duration.ofMinutes(10));
        assertThat(load(Map.of("ALLUVIUM_RETRY_INTERVAL_SECS", "3", "ALLUVIUM_RETRY_INTERVAL", "4s"))
                        .retry()
                        .interval())
                .contains(Duration.ofSeconds(4));
    }

    @Test
    void aWarningNamesTheVariableThatWasSet() {
        try (var log = new CapturedLog(SettingsReader.class.getName())) {
            load(Map.of("ALLUVIUM_RETRY_INTERVAL_SECS", "-5s"));

            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("ALLUVIUM_RETRY_INTERVAL_SECS", "'-5s'", "2s for topics, 5s for files");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.5", "alluvium.example.com"})
    void aListenerThatIsOpenToOthersNeedsAWordAboutAuthentication(String host) {
        assertConfiguration(
                () -> load(Map.of("ALLUVIUM_HTTP_HOST", host)),
                "alluvium.http.host = '" + host + "'",
                "alluvium.auth=none");
        assertConfiguration(() -> load(Map.of("ALLUVIUM_PG_HOST", host)), "alluvium.pg.host", "alluvium.auth=none");
        assertThat(load(Map.of("ALLUVIUM_PG_HOST", host, "ALLUVIUM_AUTH", "none"))
                        .pg()
                        .host())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST"})
    void aListenerOnLoopbackNeedsNone(String host) {
        assertThat(load(Map.of("ALLUVIUM_HTTP_HOST", host)).http().isLoopback()).isTrue();
    }

    @Test
    void otherAuthenticationIsNotAvailable() {
        assertConfiguration(() -> load(Map.of("ALLUVIUM_AUTH", "scram")), "'scram' is not available", "none");
    }

    @Test
    void bothListenersOnOnePortAreRefused() {
        assertConfiguration(() -> load(Map.of("ALLUVIUM_PG_PORT", "8080")), "are both 8080", "own port");
        assertThat(load(Map.of("ALLUVIUM_PG_PORT", "0", "ALLUVIUM_HTTP_PORT", "0"))
                        .pg()
                        .port())
                .isZero();
    }

    @Test
    void aMemoryLimitIsAnAmountOrAShare() throws IOException {
        assertThat(load(Map.of("ALLUVIUM_MEMORY_LIMIT", "512MB")).memory().limitBytes())
                .isEqualTo(512L << 20);
        assertThat(load(Map.of("ALLUVIUM_MEMORY_LIMIT", "1.5 gb")).memory().limitBytes())
                .isEqualTo(1536L << 20);
        assertThat(load(Map.of("ALLUVIUM_MEMORY_LIMIT", "50%")).memory().limitBytes())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 2);
    }

    @Test
    void fileRootsAreMadeAbsolute() {
        assertThat(load(Map.of("ALLUVIUM_FILE_ROOTS", "/data, /srv/../srv/in"))
                        .files()
                        .roots())
                .containsExactly(Path.of("/data"), Path.of("/srv/in"));
    }

    @Test
    void aBlankVariableSaysNothing() throws IOException {
        file("alluvium.http.port=9000");

        ServiceConfig config =
                load(Map.of("ALLUVIUM_HTTP_PORT", "", "ALLUVIUM_AUTH", " ", "ALLUVIUM_KAFKA_SSL_KEY", ""));

        assertThat(config.http().port()).isEqualTo(9000);
        assertThat(config.auth()).isEmpty();
        assertThat(config.kafka().properties()).isEmpty();
    }

    @Test
    void anEmptyDurationInTheEnvironmentFallsBackToTheDefault() {
        try (var log = new CapturedLog(SettingsReader.class.getName())) {
            assertThat(load(Map.of("ALLUVIUM_TABLE_WAIT_TIMEOUT", "")).tables().waitTimeout())
                    .isEqualTo(Duration.ofMinutes(1));
            assertThat(log.lines(Level.WARN)).hasSize(1);
        }
    }

    @Test
    void aFileThatIsNoPropertiesFileIsNamed() throws IOException {
        file("alluvium.cluster=\\u00zz");

        assertConfiguration(() -> load(Map.of()), "alluvium.properties", "UTF-8");
    }

    @Test
    void settingsForOptionsOfFilesAreTheirOwn() {
        ServiceConfig config = load(Map.of("ALLUVIUM_FILE_RETRY_INTERVAL", "7s", "ALLUVIUM_TOPIC_WAIT_TIMEOUT", "1m"));

        assertThat(config.explicit("alluvium.file.retry.interval"))
                .contains(new Setting("alluvium.file.retry.interval", "7s", Origin.ENVIRONMENT));
        assertThat(config.explicit("alluvium.topic.wait.timeout"))
                .contains(new Setting("alluvium.topic.wait.timeout", "1m", Origin.ENVIRONMENT));
    }

    private ServiceConfig load(Map<String, String> environment) {
        return ServiceConfig.load(folder, environment);
    }

    private void file(String text) throws IOException {
        Files.writeString(folder.resolve(ServiceConfig.FILE_NAME), text);
    }

    private static void assertConfiguration(ThrowingCallable call, String message, String hint) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessageContaining(message);
            assertThat(e.hint().orElse("")).contains(hint);
        });
    }
}

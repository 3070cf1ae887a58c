package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceStartTest {

    @TempDir
    Path folder;

    private AlluviumException failure(Map<String, String> environment) throws IOException {
        Files.createDirectories(folder.resolve("config/tables"));
        var startup = new ServiceLauncher.Startup(folder.resolve("config"), folder.resolve("data"), false);
        var variables = new HashMap<>(Map.of("ALLUVIUM_HTTP_PORT", "0", "ALLUVIUM_KAFKA_EMBEDDED_PORT", "0"));
        variables.putAll(environment);
        return catchThrowableOfType(
                AlluviumException.class, () -> Service.start(startup, variables).close());
    }

    @Test
    void aBrokerThatDoesNotAnswerIsSaidAndNothingIsLeftRunning() throws IOException {
        Map<String, String> environment = Map.of(
                "ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:1",
                "ALLUVIUM_KAFKA_DEFAULT_API_TIMEOUT_MS",
                "1500",
                "ALLUVIUM_KAFKA_REQUEST_TIMEOUT_MS",
                "1000");
        AlluviumException failure = failure(environment);
        assertThat(failure.code()).isEqualTo(ErrorCode.NETWORK);
        assertThat(failure).hasMessageContaining("127.0.0.1:1");

        assertThat(failure(environment).code())
                .as("the data directory is free again")
                .isEqualTo(ErrorCode.NETWORK);
    }

    @Test
    void aBrokersNameThatNobodyKnowsIsConfiguration() throws IOException {
        AlluviumException failure = failure(Map.of("ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(failure.getMessage() + failure.hint()).contains("no-such-host.invalid");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AlluviumException failure = failure(Map.of("ALLUVIUM_HTTP_PORT", Integer.toString(taken.getLocalPort())));
            assertThat(failure.code()).isEqualTo(ErrorCode.ADDRESS_IN_USE);
            assertThat(failure).hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void anUnknownSettingStopsTheStartWithTheNearestOne() throws IOException {
        AlluviumException failure = failure(Map.of("ALLUVIUM_HTP_PORT", "8080"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(failure.getMessage() + failure.hint()).contains("ALLUVIUM_HTTP_PORT");
    }
}

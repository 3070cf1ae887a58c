package io.alluvium.format.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// Asks a schema registry over HTTP, and says what its answers mean. Safe from any thread.
final class RegistryHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final String TYPES = "application/vnd.schemaregistry.v1+json, application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryAccess access;

    /// The one client of the process: its threads serve every registry.
    private static final class Client {
        static final HttpClient SHARED = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    RegistryHttp(RegistryAccess access) {
        this.access = access;
    }

    /// What the registry answers; empty when it says that it does not have what was asked for.
    Optional<JsonNode> get(String path) {
        AlluviumException unreachable = null;
        for (URI url : access.urls()) {
            try {
                return read(url, ask(url, path));
            } catch (AlluviumException e) {
                if (e.category() != FaultCategory.NETWORK) {
                    throw e;
                }
                unreachable = e;
            }
        }
        if (unreachable == null) {
            throw new IllegalStateException("a registry without a URL");
        }
        throw unreachable;
    }

    private HttpResponse<String> ask(URI url, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWER_TIMEOUT)
                .header("Accept", TYPES);
        access.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            return Client.SHARED.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (SSLException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the schema registry at " + url + " cannot be reached over TLS",
                    new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                            .way("Check that the registry speaks TLS at this port, or write http:// instead.")
                            .way("Let Java trust its certificate: ALLUVIUM_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE")
                            .text(e),
                    e);
        } catch (IOException e) {
            throw unreachable(url, WaysOut.original(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(url, "interrupted", e);
        }
    }

    private static AlluviumException unreachable(URI url, String why, Throwable cause) {
        return new AlluviumException(
                ErrorCode.NETWORK,
                "Cannot reach the schema registry at " + url + ": " + why,
                new WaysOut(FaultCategory.NETWORK, "tried again as long as \"topic.wait.timeout\" says.")
                        .way("See whether it answers: curl " + url + "/subjects")
                        .way("Wait longer: WITH (\"topic.wait.timeout\" = \"5m\")")
                        .text(cause),
                cause);
    }

    private static Optional<JsonNode> read(URI url, HttpResponse<String> response) {
        return switch (response.statusCode()) {
            case 200 -> Optional.of(json(response.body()).orElseThrow(() -> noRegistry(url, "no JSON")));
            case 404 -> {
                if (!isOfRegistry(response.body())) {
                    throw noRegistry(url, "status 404");
                }
                yield Optional.empty();
            }
            case 401, 403 ->
                throw new AlluviumException(
                        ErrorCode.AUTHENTICATION,
                        "the schema registry at " + url + " refuses the login: status " + response.statusCode(),
                        "Check schema.registry.user and schema.registry.password.");
            case 408, 425, 429, 500, 502, 503, 504 ->
                throw new AlluviumException(
                        ErrorCode.NETWORK,
                        "the schema registry at " + url + " is not ready: status " + response.statusCode(),
                        "It is tried again as long as \"topic.wait.timeout\" says. See its log.");
            default -> throw noRegistry(url, "status " + response.statusCode());
        };
    }

    /// What is no registry says 404, too, but not with a registry's code of error.
    private static boolean isOfRegistry(String body) {
        return json(body).filter(answer -> answer.path("error_code").isInt()).isPresent();
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.ofNullable(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static AlluviumException noRegistry(URI url, String what) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "what answers at " + url + " is not a schema registry: " + what,
                "Check schema.registry.url; Apicurio's compatible interface is at …/apis/ccompat/v7.");
    }

    @Override
    public String toString() {
        return String.join(",", access.urls().stream().map(URI::toString).toList());
    }
}

package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.alluvium.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files under `docker/` against the rest of the repository.
final class ContainerFilesTest {

    private static final Set<String> INSTRUCTIONS = Set.of(
            "FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD");

    @TempDir
    Path noConfig;

    private record Instruction(String name, String arguments) {}

    @Test
    void everyInstructionIsOneThatDockerKnows() throws Exception {
        assertThat(instructions()).extracting(Instruction::name).allMatch(INSTRUCTIONS::contains);
        assertThat(instructions().getFirst().name()).isEqualTo("FROM");
        assertThat(arguments("FROM")).containsExactly("eclipse-temurin:25-jdk AS build", "eclipse-temurin:25-jre");
    }

    @Test
    void everythingThatIsCopiedIsThereAndInTheBuildContext() throws Exception {
        List<String> context = Files.readAllLines(Path.of(".dockerignore"));
        for (String arguments : arguments("COPY")) {
            List<String> words = List.of(arguments.split("\\s+", -1));
            if (words.getFirst().startsWith("--from=build")) {
                continue;
            }
            for (String source : words.subList(0, words.size() - 1)) {
                assertThat(Path.of(source)).exists();
                assertThat(context).contains("!" + source);
            }
        }
    }

    @Test
    void whatIsTakenFromTheBuildIsWhatTheBuildMakes() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(arguments("COPY"))
                .filteredOn(arguments -> arguments.startsWith("--from=build"))
                .containsExactly(
                        "--from=build /build/target/lib target/lib",
                        "--from=build /build/target/alluvium.jar target/alluvium.jar");
        assertThat(pom)
                .contains("<finalName>alluvium</finalName>")
                .contains("<outputDirectory>${project.build.directory}/lib</outputDirectory>");
    }

    @Test
    void theServiceDoesNotRunAsRoot_andItsHealthIsAsked() throws Exception {
        assertThat(arguments("USER")).containsExactly("alluvium");
        assertThat(arguments("HEALTHCHECK")).singleElement().asString().contains("/health/ready");
    }

    @Test
    void theVariablesOfBothFilesTogetherAreSettingsThatTheServiceTakes() throws Exception {
        Map<String, String> environment = imageEnvironment();
        compose()
                .path("services")
                .path("alluvium")
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));

        ServiceConfig config = ServiceConfig.load(noConfig, environment);

        assertThat(config.kafka().bootstrapServers()).contains("kafka:9092");
        assertThat(config.http().isLoopback()).isFalse();
        assertThat(config.pg().isLoopback()).isFalse();
    }

    @Test
    void thePortsAreThoseOfTheSettings() throws Exception {
        ServiceConfig defaults = ServiceConfig.load(noConfig, Map.of());
        List<String> ports = List.of(
                Integer.toString(defaults.http().port()),
                Integer.toString(defaults.pg().port()));
        List<String> published = new ArrayList<>();
        compose().path("services").path("alluvium").path("ports").forEach(port -> published.add(port.asText()));

        assertThat(arguments("EXPOSE")).containsExactly(String.join(" ", ports));
        assertThat(published)
                .isEqualTo(ports.stream().map(p -> "127.0.0.1:" + p + ":" + p).toList());
    }

    @Test
    void composeNamesOnlyWhatItDefines() throws Exception {
        JsonNode compose = compose();
        Set<String> services = names(compose.path("services"));
        Set<String> volumes = names(compose.path("volumes"));
        assertThat(services).containsExactlyInAnyOrder("kafka", "alluvium");
        for (JsonNode service : compose.path("services")) {
            assertThat(services).containsAll(names(service.path("depends_on")));
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":", 2)[0];
                assertThat(source.startsWith(".") || volumes.contains(source))
                        .as(source)
                        .isTrue();
            }
        }
        Path dockerfile = Path.of("docker")
                .resolve(compose.at("/services/alluvium/build/context").asText())
                .resolve(compose.at("/services/alluvium/build/dockerfile").asText());
        assertThat(dockerfile).exists();
        String advertised = compose.at("/services/kafka/environment/KAFKA_ADVERTISED_LISTENERS")
                .asText();
        assertThat(advertised)
                .endsWith(compose.at("/services/alluvium/environment/ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS")
                        .asText());
    }

    @Test
    void theScriptsCanBeExecuted() {
        assertThat(Stream.of("alluvium", "mvnw", ".ci/run").map(Path::of)).allMatch(Files::isExecutable);
    }

    @Test
    void theBuildContextLeavesTargetOut() throws Exception {
        List<String> context = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(context).first().isEqualTo("*");
        assertThat(context)
                .noneMatch(line -> FileSystems.getDefault()
                                .getPathMatcher("glob:" + line.replaceFirst("^!", ""))
                                .matches(Path.of("target"))
                        && line.startsWith("!"));
    }

    private static JsonNode compose() throws IOException {
        return new YAMLMapper().readTree(Files.readString(Path.of("docker/compose.yaml")));
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static Map<String, String> imageEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String arguments : arguments("ENV")) {
            for (String assignment : arguments.split("\\s+", -1)) {
                String[] parts = assignment.split("=", 2);
                environment.put(parts[0], parts[1]);
            }
        }
        return environment;
    }

    private static List<String> arguments(String name) throws IOException {
        return instructions().stream()
                .filter(i -> i.name.equals(name))
                .map(Instruction::arguments)
                .toList();
    }

    /// The instructions in order, continued lines joined.
    private static List<Instruction> instructions() throws IOException {
        String text = Pattern.compile("(?m)^\\s*#.*\\R?")
                .matcher(Files.readString(Path.of("docker/Dockerfile")))
                .replaceAll("");
        return text.replaceAll("\\\\\\R", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\\s+", 2))
                .map(parts -> new Instruction(parts[0], parts[1].strip()))
                .toList();
    }
}

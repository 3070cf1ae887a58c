package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The product as it is built, run by its launcher.
@Timeout(120)
final class PackagedProductIT {

    @TempDir
    Path directory;

    @Test
    void everyLibraryThatTheJarNamesIsBesideIt() throws Exception {
        try (JarFile jar = new JarFile("target/alluvium.jar")) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Main-Class")).isEqualTo(Main.class.getName());
            assertThat(manifest.getValue("Class-Path").split(" ", -1))
                    .isNotEmpty()
                    .allSatisfy(
                            library -> assertThat(Path.of("target", library)).isRegularFile())
                    .noneMatch(library -> library.contains("junit") || library.contains("assertj"));
        }
    }

    @Test
    void theVersionIsPrintedAndNothingElse() throws Exception {
        Run run = launch(Map.of(), "version");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).matches("alluvium [0-9.]+(-SNAPSHOT)?"),
                        line -> assertThat(line).startsWith("kafka 4"),
                        line -> assertThat(line).startsWith("java 2"));
    }

    @Test
    void aCacheThatDoesNotFitIsPassedOverWithoutAWord() throws Exception {
        Path copy = directory.resolve("copy");
        Files.createDirectories(copy.resolve("target"));
        Files.copy(Path.of("alluvium"), copy.resolve("alluvium"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("target/alluvium.jar"), copy.resolve("target/alluvium.jar"));
        Path libraries = Files.createSymbolicLink(
                copy.resolve("target/lib"), Path.of("target/lib").toAbsolutePath());
        Files.writeString(copy.resolve("target/alluvium.aot"), "no cache at all");

        Run run = run(Map.of(), copy.resolve("alluvium").toString(), "version");

        Files.delete(libraries);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("alluvium ");
    }

    @Test
    void wrongUsageIsTwoAndNoServiceIsThree() throws Exception {
        assertThat(launch(Map.of(), "strat").code()).isEqualTo(2);
        Run nobody = launch(Map.of(), "sql", "--url", "http://127.0.0.1:1", "-c", "SELECT 1");
        assertThat(nobody.code()).isEqualTo(3);
        assertThat(nobody.err())
                .startsWith("error: no answer from http://127.0.0.1:1")
                .doesNotContain("\tat ");
    }

    @Test
    void stackTracesAreForThoseWhoAsk() throws Exception {
        Run run = launch(Map.of("ALLUVIUM_DEBUG", "1"), "sql", "--url", "http://127.0.0.1:1", "-c", "SELECT 1");

        assertThat(run.err()).contains("\tat io.alluvium.cli.SqlClient");
    }

    private Run launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Path.of("alluvium").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return run(environment, command.toArray(String[]::new));
    }

    private Run run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLUVIUM_"));
        builder.environment().put("ALLUVIUM_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        int code = builder.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Run(code, Files.readString(out), Files.readString(err));
    }
}

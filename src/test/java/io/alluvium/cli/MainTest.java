package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {

    @TempDir
    Path directory;

    @Test
    void helpListsTheCommandsButNotTheHiddenOne() {
        Run run = Run.of("--help");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("start", "demo", "check", "sql", "test", "version")
                .contains("Exit codes")
                .doesNotContain("train");
    }

    @Test
    void aMistypedCommandIsWrongUsageAndNamesTheNearest() {
        Run run = Run.of("strat");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("strat").contains("alluvium start");
    }

    @Test
    void noCommandIsWrongUsage() {
        Run run = Run.of();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Usage: alluvium");
    }

    @Test
    void theVersionNamesAlluviumKafkaAndJava() {
        assertThat(Run.of("version").out()).contains("alluvium ", "kafka 4", "java 2");
        assertThat(Run.of("--version").out()).isEqualTo(Run.of("version").out());
    }

    @Test
    void testsAreTheLaunchersAffair() {
        Run run = Run.of("test", "-Dtest=A");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("./alluvium test -Dtest=A");
    }

    @ParameterizedTest
    @CsvSource({
        "SYNTAX, 1",
        "CONFIGURATION, 1",
        "ADDRESS_IN_USE, 3",
        "DATA_DIRECTORY_IN_USE, 3",
        "NETWORK, 3",
        "AUTHENTICATION, 3",
        "MEMORY_LIMIT, 3",
        "INTERNAL, 4"
    })
    void anErrorAtTheStartIsAMessageAHintAndAnExitCode(ErrorCode error, int code) {
        Run run = Run.of(
                new Launcher(() -> {
                    throw new AlluviumException(error, "it broke", "mend it");
                }),
                "start",
                "--config",
                directory.toString());

        assertThat(run).isEqualTo(new Run(code, "", "error: it broke\n  hint: mend it\n"));
    }

    @Test
    void anUnexpectedErrorIsOursAndShowsNoStackTrace() {
        Run run = Run.of(
                new Launcher(() -> {
                    throw new IllegalStateException("oops");
                }),
                "start",
                "--config",
                directory.toString());

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("IllegalStateException: oops").doesNotContain("\tat ");
    }

    @Test
    void checkPrintsEveryProblemWithItsPlace() {
        ServiceLauncher launcher = new Launcher(() -> new ServiceLauncher.Findings(
                2,
                List.of(
                        new ServiceLauncher.Problem("tables/a.sql", 3, 14, "no column x", Optional.of("y?")),
                        new ServiceLauncher.Problem("alluvium.properties", 0, 0, "no key z", Optional.empty()))));

        Run run = Run.of(launcher, "check", "--config", directory.toString());

        assertThat(run).isEqualTo(new Run(1, "", """
                tables/a.sql:3:14: no column x
                  hint: y?
                alluvium.properties: no key z
                2 problems
                """));
    }

    @Test
    void checkWithoutProblemsSaysHowManyTables() {
        ServiceLauncher launcher = new Launcher(() -> new ServiceLauncher.Findings(1, List.of()));

        assertThat(Run.of(launcher, "check", "--config", directory.toString()))
                .isEqualTo(new Run(0, "1 table, no problem\n", ""));
    }

    @Test
    void checkOfADirectoryThatIsNotThereIsWrongInput() {
        Run run = Run.of("check", "--config", directory.resolve("nope").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(directory.resolve("nope").toString());
    }

    @Test
    void directoriesAreTheUsersOrTheRepositorys() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path here = Files.createDirectory(directory.resolve("here"));
        Places places = new Places(here, home);

        assertThat(places.orDefault(null, "config")).isEqualTo(home.resolve("config"));
        assertThat(places.orDefault(Path.of("other"), "config")).isEqualTo(here.resolve("other"));
        assertThat(places.orDefault(Path.of("/abs"), "config")).isEqualTo(Path.of("/abs"));
        Files.createDirectory(here.resolve("config"));
        assertThat(places.orDefault(null, "config")).isEqualTo(here.resolve("config"));
    }

    private record Launcher(java.util.function.Supplier<Findings> findings) implements ServiceLauncher {
        @Override
        public RunningService start(Startup startup) {
            throw new AssertionError("the start was to fail, not to find " + findings.get());
        }

        @Override
        public Findings check(Path config) {
            return findings.get();
        }
    }
}

package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `alluvium start` in a process of its own, with a service that does nothing but to start and to stop.
@Timeout(60)
final class ForegroundTest {

    @TempDir
    Path directory;

    @Test
    void aSignalStopsTheServiceCleanly() throws Exception {
        Child child = start("runs");
        assertThat(child.output.readLine()).isEqualTo("started");
        child.terminate();

        assertThat(child.output.readLine()).isEqualTo("closed");
        assertThat(child.process.waitFor()).isZero();
    }

    @Test
    void aSignalDuringTheStartStopsTheServiceOnceItHasStarted() throws Exception {
        Child child = start("starts slowly");
        assertThat(child.output.readLine()).isEqualTo("starting");
        child.terminate();

        assertThat(child.output.lines()).contains("started", "closed");
        assertThat(child.process.waitFor()).isZero();
    }

    @Test
    void aFaultOfTheRunningServiceClosesItAndIsTheExitCode() throws Exception {
        Child child = start("loses Kafka");

        assertThat(child.output.lines()).contains("started", "closed", "error: Kafka is gone", "  hint: look for it");
        assertThat(child.process.waitFor()).isEqualTo(3);
    }

    @Test
    void aServiceThatHasFailedEndsThoughItDoesNotStop() throws Exception {
        Child child = start("loses Kafka and hangs");

        assertThat(child.output.lines().toList())
                .contains("started", "error: Kafka is gone", "  hint: look for it")
                .anyMatch(line -> line.contains("did not stop within"));
        assertThat(child.process.waitFor()).isEqualTo(3);
    }

    @Test
    void aStopThatFailsIsAFaultOfOurs() throws Exception {
        Child child = start("fails to close");
        assertThat(child.output.readLine()).isEqualTo("started");
        child.terminate();

        assertThat(child.output.lines()).anyMatch(line -> line.contains("did not stop cleanly"));
        assertThat(child.process.waitFor()).isEqualTo(4);
    }

    private record Child(Process process, BufferedReader output) {
        /// SIGTERM; [Process#destroy()] would also close the streams.
        void terminate() {
            assertThat(process.toHandle().destroy()).isTrue();
        }
    }

    private Child start(String behaviour) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        behaviour,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        return new Child(process, process.inputReader(UTF_8));
    }

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            var launcher = new Launcher(arguments[0]);
            int code = Main.commandLine(launcher)
                    .addSubcommand(new Impatient(launcher))
                    .execute(arguments[0].endsWith("hangs") ? "impatient" : "start", "--config", arguments[1]);
            System.exit(code);
        }
    }

    /// `start` with less patience for a service that has failed.
    @Command(name = "impatient")
    static final class Impatient implements Callable<Integer> {
        private final ServiceLauncher launcher;

        @Option(names = "--config", required = true)
        private Path config = Path.of("");

        Impatient(ServiceLauncher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() throws InterruptedException {
            return new Foreground(launcher, Duration.ofMillis(100))
                    .run(new ServiceLauncher.Startup(config, config, false));
        }
    }

    private record Launcher(String behaviour) implements ServiceLauncher {
        @Override
        public RunningService start(Startup startup) {
            if (behaviour.equals("starts slowly")) {
                System.out.println("starting");
                try {
                    TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            System.out.println("started");
            return new Service(behaviour, new CountDownLatch(1));
        }

        @Override
        public Findings check(Path config) {
            throw new AssertionError("nothing is to be checked");
        }
    }

    private record Service(String behaviour, CountDownLatch closed) implements RunningService {
        @Override
        public String url() {
            return "http://127.0.0.1:1";
        }

        @Override
        public List<String> notices() {
            return List.of();
        }

        @Override
        public List<TableStatus> tables() {
            return List.of();
        }

        @Override
        public Optional<AlluviumException> awaitEnd() throws InterruptedException {
            if (behaviour.startsWith("loses Kafka")) {
                return Optional.of(new AlluviumException(ErrorCode.NETWORK, "Kafka is gone", "look for it"));
            }
            closed.await();
            return Optional.empty();
        }

        @Override
        public synchronized void close() {
            if (behaviour.endsWith("hangs")) {
                hang();
            }
            if (behaviour.equals("fails to close")) {
                throw new IllegalStateException("stuck");
            }
            if (closed.getCount() > 0) {
                System.out.println("closed");
                closed.countDown();
            }
        }

        private void hang() {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

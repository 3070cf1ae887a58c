package io.alluvium.cli;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import io.alluvium.catalog.TableState;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A short life of the service on a directory of its own, from the start to a query and the stop. The launcher runs
/// it once a build to record what the JVM loads, so that later starts find it ready.
@Command(name = "train", hidden = true, description = "Runs a start, a query and a stop, for the start-up cache.")
final class TrainCommand implements Callable<Integer> {

    private static final int READY_SECONDS = 60;

    private final ServiceLauncher launcher;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrainCommand(ServiceLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SqlFailure {
        Path directory = Files.createTempDirectory("alluvium-train");
        try {
            Path config = writeConfig(directory);
            Logging.configure(config);
            run(new ServiceLauncher.Startup(config, directory.resolve("data"), false));
        } finally {
            delete(directory);
        }
        return ExitCodes.DONE;
    }

    private static Path writeConfig(Path directory) throws IOException {
        Path config = directory.resolve("config");
        Files.createDirectories(config.resolve("tables"));
        Path rows = Files.writeString(
                directory.resolve("training.csv"), "id,name,amount\n1,one,1.50\n2,two,2.50\n3,three,3.50\n");
        Files.writeString(config.resolve("alluvium.properties"), """
                alluvium.kafka.embedded.port=0
                alluvium.http.port=0
                alluvium.pg.port=0
                """);
        Files.writeString(
                config.resolve("tables/training.sql"),
                "CREATE TABLE training AS SELECT * FROM file://" + rows.toAbsolutePath() + ";\n");
        return config;
    }

    private void run(ServiceLauncher.Startup startup) throws InterruptedException, SqlFailure {
        try (RunningService service = launcher.start(startup)) {
            awaitTables(service);
            SqlClient client = new SqlClient(URI.create(service.url()));
            PrintWriter out = spec.commandLine().getOut();
            ResultPrinter printer = ResultPrinter.of(ResultFormat.TABLE, out);
            for (String sql : new String[] {
                "SHOW TABLES",
                "SELECT * FROM training WHERE id = 2",
                "SELECT name, COUNT(*) AS n, SUM(amount) AS total FROM training GROUP BY name ORDER BY name"
            }) {
                printer.print(client.run(sql));
            }
            out.flush();
        }
    }

    private static void awaitTables(RunningService service) throws InterruptedException {
        for (int tries = 0; tries < READY_SECONDS * 10; tries++) {
            if (service.tables().stream().allMatch(table -> table.state() == TableState.LIVE)) {
                return;
            }
            Thread.sleep(100);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

package io.alluvium.cli;

import io.alluvium.app.RunningService;
import io.alluvium.app.ServiceLauncher;
import io.alluvium.catalog.TableState;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A short life of the service on a directory of its own, from the start over a few loads and queries to the stop. The
/// launcher runs it once a build to record which classes the JVM loads and which methods it runs how, so that later
/// starts find them ready and first loads are compiled sooner.
@Command(
        name = "train",
        hidden = true,
        description = "Runs a start, loads, queries and a stop, for the start-up cache.")
final class TrainCommand implements Callable<Integer> {

    private static final int READY_SECONDS = 60;

    /// Enough for the JVM to find out what a load does most.
    private static final int ROWS = 300_000;

    private static final String DATABASE = "h2:mem:training";

    private final ServiceLauncher launcher;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrainCommand(ServiceLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SqlFailure, SQLException {
        Path directory = Files.createTempDirectory("alluvium-train");
        // The database is there while somebody is connected with it.
        try (Connection _ = DriverManager.getConnection("jdbc:" + DATABASE)) {
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
        Path rows = directory.resolve("training.csv");
        writeRows(rows);
        Files.writeString(config.resolve("alluvium.properties"), """
                alluvium.kafka.embedded.port=0
                alluvium.http.port=0
                alluvium.pg.port=0
                """);
        Files.writeString(
                config.resolve("tables/training.sql"), """
                CREATE TABLE training AS SELECT * FROM 'file://%s' WITH ("key" = 'id');
                CREATE TABLE training_database AS
                SELECT * FROM jdbc('%s', 'SELECT x AS id, ''name '' || MOD(x, 500) AS name,
                  x / 7.0 AS amount, TIMESTAMP ''2026-01-01 00:00:00'' AS at FROM system_range(1, %d)')
                WITH ("key" = 'id');
                CREATE TABLE training_sums AS
                SELECT name, COUNT(*) AS n, SUM(amount) AS total FROM training_database GROUP BY name;
                """.formatted(rows.toAbsolutePath(), DATABASE, ROWS / 3));
        return config;
    }

    private static void writeRows(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("id,name,amount,pieces,at,paid\n");
            for (int i = 1; i <= ROWS; i++) {
                int time = 10 + i % 50;
                out.write("row-%d,name %d,%d.%d,%d,2026-01-01T00:%d:%d,%b\n"
                        .formatted(i, i % 500, i / 100, time, i % 1000, time, time, i % 3 == 0));
            }
        }
    }

    private void run(ServiceLauncher.Startup startup) throws InterruptedException, SqlFailure {
        try (RunningService service = launcher.start(startup)) {
            awaitTables(service);
            SqlClient client = new SqlClient(URI.create(service.url()));
            PrintWriter out = spec.commandLine().getOut();
            ResultPrinter printer = ResultPrinter.of(ResultFormat.TABLE, out);
            for (String sql : new String[] {
                "SHOW TABLES",
                "SELECT * FROM training WHERE id = 'row-2'",
                "SELECT name, COUNT(*) AS n, SUM(amount) AS total FROM training GROUP BY name ORDER BY name LIMIT 5",
                "SELECT * FROM training_sums WHERE name = 'name 3'"
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

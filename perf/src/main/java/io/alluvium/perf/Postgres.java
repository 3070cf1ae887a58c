package io.alluvium.perf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// A PostgreSQL of the system's packages on a port of loopback, with its files in a directory of its own. It does
/// not wait for its disk (`fsync = off`), which is in favour of whoever writes to it.
final class Postgres implements AutoCloseable {

    static final String USER = "app";
    static final String PASSWORD = "measured";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String ACCOUNT = "postgres";
    private static final long PATIENCE_SECONDS = 60;
    private static final int COPY_BYTES = 1 << 16;

    private final Path directory;
    private final int port;
    private final Process process;

    private Postgres(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    static Postgres start() throws Exception {
        Path programs = programs();
        Path directory = Files.createTempDirectory("measured-postgres");
        if (isRoot()) {
            run(directory, List.of("chown", ACCOUNT, directory.toString()));
        }
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        run(
                directory,
                asServer(
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + directory.resolve("data"),
                        "--username=" + USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync"));
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Process process = builder(
                        directory,
                        asServer(
                                programs.resolve("postgres").toString(),
                                "-D",
                                directory.resolve("data").toString(),
                                "-p",
                                Integer.toString(port),
                                "-k",
                                directory.toString(),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "fsync=off",
                                "-c",
                                "wal_level=logical",
                                "-c",
                                "max_wal_size=4GB"))
                .start();
        var server = new Postgres(directory, port, process);
        server.awaitAnswer();
        return server;
    }

    private static Path programs() throws IOException {
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException("no PostgreSQL server in " + INSTALLED));
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /// The server refuses to run as root.
    private static List<String> asServer(String... command) {
        var words = new ArrayList<String>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups"));
        }
        words.addAll(List.of(command));
        return words;
    }

    private static ProcessBuilder builder(Path directory, List<String> command) {
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("server.log").toFile()));
    }

    private static void run(Path directory, List<String> command) throws Exception {
        if (builder(directory, command).start().waitFor() != 0) {
            throw new IllegalStateException(command + ": " + Files.readString(directory.resolve("server.log")));
        }
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Connection connection = connect()) {
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end || !process.isAlive()) {
                    throw new IllegalStateException(Files.readString(directory.resolve("server.log")), e);
                }
            }
            Thread.sleep(50);
        }
    }

    /// The table `orders` with as many orders, and what the server's own housekeeping would do with it later.
    void fill(int rows) throws Exception {
        execute("CREATE TABLE orders (id text PRIMARY KEY, symbol text, price numeric(18, 4), qty integer,"
                + " ts timestamp, status text)");
        try (Connection connection = connect()) {
            CopyIn copy =
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY orders FROM STDIN (FORMAT csv)");
            var text = new StringBuilder();
            for (int i = 0; i < rows; i++) {
                text.append(Orders.csv(i)).append('\n');
                if (text.length() > COPY_BYTES || i == rows - 1) {
                    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
                    copy.writeToCopy(bytes, 0, bytes.length);
                    text.setLength(0);
                }
            }
            copy.endCopy();
        }
        execute("VACUUM (FREEZE, ANALYZE) orders");
        execute("CHECKPOINT");
    }

    /// As the table function of the product wants it.
    String location() {
        return "postgresql://127.0.0.1:" + port + "/postgres";
    }

    int port() {
        return port;
    }

    String jdbcUrl() {
        return "jdbc:" + location() + "?user=" + USER + "&password=" + PASSWORD;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Waits until a query's first value is true.
    void awaitTrue(String query) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet result = statement.executeQuery(query)) {
                    if (result.next() && result.getBoolean(1)) {
                        return;
                    }
                }
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("still not: " + query);
                }
                Thread.sleep(20);
            }
        }
    }

    @Override
    public void close() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Directories.delete(directory);
    }
}

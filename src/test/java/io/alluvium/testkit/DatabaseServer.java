package io.alluvium.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A database server from the system's packages, on a free port of 127.0.0.1, with its files in a directory of its
/// own. It runs as an ordinary user, also when the tests run as root.
public abstract class DatabaseServer implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 60_000;

    final Path directory;
    final int port;
    private final String account;
    private @Nullable Process process;

    /// @param account the system's user that the server runs as when the tests run as root
    DatabaseServer(String name, String account) {
        this.account = account;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            directory = Files.createTempDirectory("alluvium-" + name);
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (isRoot()) {
            run(List.of("chown", account, directory.toString()));
        }
    }

    /// The path of a server's program; the test is skipped where it is not installed.
    static Path program(String what, String pattern) {
        Optional<Path> found = Stream.of(pattern.split(" "))
                .flatMap(DatabaseServer::matching)
                .filter(Files::isExecutable)
                .max(Comparator.naturalOrder());
        assumeTrue(found.isPresent(), what + " is not installed (.ci/run installs it)");
        return found.orElseThrow();
    }

    /// The files that a path with one `*` for a whole name stands for.
    private static Stream<Path> matching(String pattern) {
        int star = pattern.indexOf("/*/");
        if (star < 0) {
            return Stream.of(Path.of(pattern));
        }
        try (Stream<Path> inside = Files.list(Path.of(pattern.substring(0, star)))) {
            return inside.map(folder -> folder.resolve(pattern.substring(star + 3))).toList().stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /// Runs a command as the server's user and waits for its end.
    final void run(List<String> command) {
        try {
            Process running = builder(command).start();
            if (!running.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || running.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder builder(List<String> command) {
        var words = new ArrayList<String>();
        if (isRoot() && !command.getFirst().equals("chown")) {
            words.addAll(List.of("setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups"));
        }
        words.addAll(command);
        return new ProcessBuilder(words)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("server.log").toFile()));
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /// The command that runs the server in the foreground.
    abstract List<String> command();

    /// The signal that ends it without waiting for its clients.
    abstract String stopSignal();

    /// The URL of a database for DriverManager, with user and password.
    public abstract String jdbcUrl();

    /// Starts the server and waits until it answers.
    public final void start() {
        try {
            process = builder(command()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (true) {
            try (Connection connection = connect()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (System.currentTimeMillis() > until || !process.isAlive()) {
                    var failure = new IllegalStateException("the server does not start: " + log(), e);
                    close();
                    throw failure;
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Stops the server; its files stay.
    public final void stop() {
        Process running = process;
        process = null;
        if (running == null || !running.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + stopSignal(), String.valueOf(running.pid()))
                    .start()
                    .waitFor();
            if (!running.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Ends the server's processes as `kill -9` does.
    public final void kill() {
        Process running = process;
        process = null;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(ended -> ended.onExit().join());
    }

    public final int port() {
        return port;
    }

    public final Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /// Runs statements one after the other.
    public final void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /// The first column of a query, as text.
    public final List<String> texts(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            var texts = new ArrayList<String>();
            while (result.next()) {
                texts.add(String.valueOf(result.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public final void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.alluvium.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A PostgreSQL server with the database `postgres`, and the superuser `app` with the password
/// [#PASSWORD].
public final class PostgresServer extends DatabaseServer {

    public static final String PASSWORD = "s3cret-of-app";

    private final Path programs;
    private final List<String> settings;

    private PostgresServer(Path programs, List<String> settings) {
        super("postgres", "postgres");
        this.settings = settings;
        this.programs = programs;
    }

    /// Starts a new one, or skips the test where PostgreSQL is not installed.
    ///
    /// @param settings such as `wal_level=replica`, in place of the usual ones
    public static PostgresServer started(String... settings) {
        Path initdb = program("PostgreSQL", "/usr/lib/postgresql/*/bin/initdb /usr/pgsql/bin/initdb /usr/bin/initdb");
        var server = new PostgresServer(initdb.resolveSibling("postgres"), List.of(settings));
        Path password = server.directory.resolve("password");
        try {
            Files.writeString(password, PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.run(List.of(
                initdb.toString(),
                "--pgdata=" + server.directory.resolve("data"),
                "--username=app",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        server.start();
        return server;
    }

    @Override
    List<String> command() {
        var words = new ArrayList<>(List.of(
                programs.toString(),
                "-D",
                directory.resolve("data").toString(),
                "-p",
                String.valueOf(port),
                "-k",
                directory.toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "wal_level=logical"));
        for (String setting : settings) {
            words.addAll(List.of("-c", setting));
        }
        return words;
    }

    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=app&password=" + PASSWORD;
    }
}

package io.alluvium.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A MariaDB server with the database `shop`, and the user `app` with the password [#PASSWORD].
public final class MariaServer extends DatabaseServer {

    public static final String PASSWORD = "s3cret-of-app";

    private final Path program;
    private final List<String> options;

    private MariaServer(Path program, List<String> options) {
        super("maria", "mysql");
        this.options = options;
        this.program = program;
    }

    /// Starts a new one, or skips the test where MariaDB is not installed.
    ///
    /// @param options such as `--skip-log-bin`, behind the usual ones
    public static MariaServer started(String... options) {
        Path install = program("MariaDB", "/usr/bin/mariadb-install-db /usr/local/bin/mariadb-install-db");
        var server = new MariaServer(
                program("MariaDB", "/usr/sbin/mariadbd /usr/bin/mariadbd /usr/local/bin/mariadbd"), List.of(options));
        try {
            server.run(List.of(
                    install.toString(),
                    "--no-defaults",
                    "--datadir=" + server.directory.resolve("data"),
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--innodb-log-file-size=4M"));
            Files.writeString(
                    server.directory.resolve("init.sql"),
                    "CREATE DATABASE IF NOT EXISTS shop;\nCREATE USER IF NOT EXISTS app@'%' IDENTIFIED BY '" + PASSWORD
                            + "';\nGRANT ALL ON *.* TO app@'%' WITH GRANT OPTION;\n");
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<String> command() {
        var words = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--datadir=" + directory.resolve("data"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--init-file=" + directory.resolve("init.sql"),
                "--default-time-zone=+05:00",
                "--character-set-server=utf8mb4",
                "--server-id=1",
                "--log-bin=" + directory.resolve("data").resolve("binlog"),
                "--binlog-format=ROW",
                "--innodb-log-file-size=4M",
                "--innodb-buffer-pool-size=16M",
                "--innodb-flush-log-at-trx-commit=0"));
        words.addAll(options);
        return words;
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    public String jdbcUrl() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/shop?sslMode=disable&user=app&password=" + PASSWORD;
    }
}

package io.alluvium.source.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Locale;

/// What is particular to one kind of database.
enum Dialect {
    POSTGRESQL,
    /// MariaDB and MySQL.
    MARIADB,
    SQLITE,
    H2,
    DUCKDB,
    OTHER;

    /// @param url as a driver takes it
    static Dialect of(String url) {
        String[] parts = url.toLowerCase(Locale.ROOT).split(":", 3);
        return switch (parts.length > 1 ? parts[1] : "") {
            case "postgresql" -> POSTGRESQL;
            case "mariadb" -> MARIADB;
            case "sqlite" -> SQLITE;
            case "h2" -> H2;
            case "duckdb" -> DUCKDB;
            default -> OTHER;
        };
    }

    /// Gives the driver what it needs to connect in bounded time, to change nothing, and to stream.
    void prepare(JdbcUrl url) {
        switch (this) {
            case POSTGRESQL -> {
                url.setDefault("connectTimeout", "10");
                url.setDefault("loginTimeout", "15");
                url.setDefault("tcpKeepAlive", "true");
                url.setDefault("ApplicationName", "alluvium");
            }
            case MARIADB -> {
                url.setDefault("connectTimeout", "10000");
                url.setDefault("allowLocalInfile", "false");
                url.setDefault("yearIsDateType", "false");
            }
            case SQLITE -> {
                url.setDefault("open_mode", "1");
                url.setDefault("busy_timeout", "10000");
            }
            case H2 -> url.setDefault("IFEXISTS", "TRUE");
            case DUCKDB -> url.setDefault("jdbc_stream_results", "true");
            case OTHER -> {}
        }
    }

    /// Makes a new connection one that only reads, at one moment for each statement, and streams.
    void begin(Connection connection) throws SQLException {
        switch (this) {
            case POSTGRESQL -> {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
            }
            case MARIADB -> {
                connection.setReadOnly(true);
                try (Statement statement = connection.createStatement()) {
                    // Moments are then read in UTC, whatever the server's zone.
                    statement.execute("SET time_zone = '+00:00'");
                }
            }
            case SQLITE, H2, DUCKDB -> {}
            case OTHER -> {
                try {
                    connection.setReadOnly(true);
                    connection.setAutoCommit(false);
                } catch (SQLFeatureNotSupportedException e) {
                    // A driver without transactions reads as well.
                }
            }
        }
    }
}

package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.WaysOut;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections to a database, and the threads that talk to it. One thread asks; it never waits for a driver that
/// does not answer, as everything can be given up by [#close()].
final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int VALID_SECONDS = 5;

    private final JdbcUrl url;
    private final Dialect dialect;
    private final JdbcFaults faults;
    private final List<Path> roots;
    private final ExecutorService threads;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Statement> statements = ConcurrentHashMap.newKeySet();
    private @Nullable Connection idle;
    private volatile boolean closed;

    /// @param roots the directories that databases in files may be in; empty for all
    Database(JdbcUrl url, Dialect dialect, JdbcFaults faults, List<Path> roots, String name) {
        this.url = url;
        this.dialect = dialect;
        this.faults = faults;
        this.roots = List.copyOf(roots);
        this.threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("jdbc-" + name + "-", 0).factory());
    }

    /// Something to do with a connection.
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException, InterruptedException;
    }

    Dialect dialect() {
        return dialect;
    }

    JdbcFaults faults() {
        return faults;
    }

    /// Asks and waits for the answer.
    <T> T ask(Question<T> question) throws InterruptedException {
        Future<T> answer = start(question);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            close();
            throw e;
        } catch (ExecutionException e) {
            throw faults.translate(e.getCause() == null ? e : e.getCause());
        }
    }

    /// Asks on a thread and a connection of its own.
    <T> Future<T> start(Question<T> question) {
        return threads.submit(() -> {
            Connection connection = take();
            boolean usable = false;
            try {
                T answer = question.ask(connection);
                usable = true;
                return answer;
            } finally {
                if (usable && !closed) {
                    give(connection);
                } else {
                    discard(connection);
                }
            }
        });
    }

    /// Keeps a statement in view while it runs, so that it can be canceled.
    <S extends Statement> S watched(S statement) throws SQLException {
        statements.add(statement);
        if (closed) {
            statement.cancel();
        }
        return statement;
    }

    void unwatch(Statement statement) {
        statements.remove(statement);
    }

    private Connection take() throws SQLException {
        Connection kept;
        synchronized (this) {
            kept = idle;
            idle = null;
        }
        if (kept != null) {
            if (kept.isValid(VALID_SECONDS)) {
                return kept;
            }
            discard(kept);
        }
        return open();
    }

    private Connection open() throws SQLException {
        EmbeddedFile.check(url, dialect, roots, faults);
        var properties = new Properties();
        properties.putAll(url.properties());
        Connection connection = driver().connect(url.url(), properties);
        if (connection == null) {
            throw noDriver();
        }
        connections.add(connection);
        if (closed) {
            discard(connection);
            throw new SQLException("the table was stopped");
        }
        dialect.begin(connection);
        return connection;
    }

    private Driver driver() {
        try {
            return DriverManager.getDriver(url.url());
        } catch (SQLException e) {
            throw noDriver();
        }
    }

    private AlluviumException noDriver() {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "there is no driver for the database " + url.shown(),
                new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                        .way("Check the URL; without more drivers it begins with postgresql://, mariadb://, mysql://,"
                                + " sqlite: or h2:")
                        .way("Start Alluvium with the jar of another driver:"
                                + " ALLUVIUM_CLASSPATH=/path/driver.jar ./alluvium start")
                        .text(null));
    }

    private void give(Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            synchronized (this) {
                if (idle == null && !closed) {
                    idle = connection;
                    return;
                }
            }
        } catch (SQLException e) {
            LOG.debug("a connection to {} is not used again", url, e);
        }
        discard(connection);
    }

    private void discard(Connection connection) {
        connections.remove(connection);
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection to {} could not be closed", url, e);
        }
    }

    /// Cancels what runs and lets all connections go. Does not wait for the drivers.
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        if (!connections.isEmpty()) {
            Thread.ofPlatform().daemon().name("jdbc-close").start(this::giveUp);
        }
    }

    private void giveUp() {
        for (Statement statement : statements) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.debug("a statement of {} could not be canceled", url, e);
            }
        }
        for (Connection connection : connections) {
            try {
                if (dialect == Dialect.POSTGRESQL || dialect == Dialect.MARIADB) {
                    connection.abort(Runnable::run);
                } else {
                    connection.close();
                }
            } catch (SQLException e) {
                LOG.debug("a connection to {} could not be closed", url, e);
            }
        }
        connections.clear();
    }
}

package io.alluvium.source.jdbc;

import io.alluvium.fault.ErrorCode;
import io.alluvium.source.LoaderContract;
import io.alluvium.source.WritableSource;
import io.alluvium.source.jdbc.WritableTable.Mode;
import io.alluvium.testkit.DatabaseServer;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/// Databases keep the contract of loaders in each mode. A mode is another class over each of them.
class JdbcLoaderContractTest {

    private static final String MEMORY = "jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE";

    private static final int NO_SUCH_CONNECTION = 1094;

    private static @Nullable PostgresServer postgres;
    private static @Nullable MariaServer maria;

    private static PostgresServer postgres() {
        PostgresServer running = postgres;
        if (running == null) {
            running = PostgresServer.started();
            postgres = running;
        }
        return running;
    }

    private static MariaServer maria() {
        MariaServer running = maria;
        if (running == null) {
            running = MariaServer.started();
            maria = running;
        }
        return running;
    }

    @AfterAll
    static void stopServers() {
        PostgresServer first = postgres;
        MariaServer second = maria;
        postgres = null;
        maria = null;
        try {
            if (first != null) {
                first.close();
            }
        } finally {
            if (second != null) {
                second.close();
            }
        }
    }

    @Nested
    class H2Snapshot extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return new WritableTable(MEMORY, Mode.SNAPSHOT).vanishing();
        }
    }

    @Nested
    class H2Incremental extends LoaderContract {
        @Override
        protected WritableSource newSource() {
            return new WritableTable(MEMORY, Mode.INCREMENTAL).vanishing();
        }
    }

    /// Fewer runs, as each connection takes its time.
    abstract static class OnServer extends LoaderContract {
        @Override
        protected int stride() {
            return 7;
        }
    }

    @Nested
    class PostgresSnapshot extends OnServer {
        @BeforeAll
        static void start() {
            postgres();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(postgres(), Mode.SNAPSHOT);
        }
    }

    @Nested
    class PostgresIncremental extends OnServer {
        @BeforeAll
        static void start() {
            postgres();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(postgres(), Mode.INCREMENTAL);
        }
    }

    @Nested
    class MariaSnapshot extends OnServer {
        @BeforeAll
        static void start() {
            maria();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(maria(), Mode.SNAPSHOT);
        }
    }

    @Nested
    class MariaIncremental extends OnServer {
        @BeforeAll
        static void start() {
            maria();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(maria(), Mode.INCREMENTAL);
        }
    }

    /// Each start of the engine takes its time, too.
    abstract static class OnLog extends LoaderContract {
        @Override
        protected int stride() {
            return 19;
        }
    }

    @Nested
    class PostgresCdc extends OnLog {
        @BeforeAll
        static void start() {
            postgres();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(postgres(), Mode.CDC);
        }
    }

    @Nested
    class MariaCdc extends OnLog {
        @BeforeAll
        static void start() {
            maria();
        }

        @Override
        protected WritableSource newSource() {
            return onServer(maria(), Mode.CDC);
        }
    }

    /// A connection that is killed between two looks is replaced without an error. PostgreSQL that stops in order
    /// waits until who follows its log has taken everything, which nobody does while the test stops it.
    private static WritableTable onServer(DatabaseServer server, Mode mode) {
        boolean isKilled = mode == Mode.CDC && server instanceof PostgresServer;
        return new WritableTable(server.jdbcUrl(), mode)
                .outage(
                        "the connections are killed",
                        Set.of(ErrorCode.NETWORK),
                        false,
                        () -> {
                            if (server instanceof PostgresServer) {
                                server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                        + " WHERE pid <> pg_backend_pid() AND usename = 'app'"
                                        + " AND backend_type IN ('client backend', 'walsender')");
                            } else {
                                killAll(server);
                            }
                        },
                        () -> {})
                .outage(
                        "the server stops",
                        Set.of(ErrorCode.NETWORK),
                        true,
                        isKilled ? server::kill : server::stop,
                        server::start);
    }

    private static void killAll(DatabaseServer server) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            var ids = new ArrayList<Long>();
            try (ResultSet result = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE user = 'app' AND id <> CONNECTION_ID()")) {
                while (result.next()) {
                    ids.add(result.getLong(1));
                }
            }
            for (long id : ids) {
                try {
                    statement.execute("KILL " + id);
                } catch (SQLException e) {
                    if (e.getErrorCode() != NO_SUCH_CONNECTION) {
                        throw e;
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

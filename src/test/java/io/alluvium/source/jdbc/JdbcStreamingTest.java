package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Position;
import io.alluvium.source.Loader;
import io.alluvium.testkit.RecordingSink;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A driver of another database, which is H2 behind it, tells how its rows are taken.
class JdbcStreamingTest {

    private static final int ROWS = 300_000;

    /// The rows that may have been read and not handed over: a few batches, whatever the size of the table.
    private static final int MOST_WAITING = 50_000;

    private final CountingDriver driver = new CountingDriver();

    @BeforeEach
    void register() throws SQLException {
        DriverManager.registerDriver(driver);
    }

    @AfterEach
    void deregister() throws SQLException {
        DriverManager.deregisterDriver(driver);
    }

    @Test
    void rowsAreTakenWithTheFetchSizeAndNoMoreThanAFewBatchesWait() throws InterruptedException {
        var most = new AtomicLong();
        var handedOver = new AtomicLong();
        JdbcFixture table = JdbcFixture.over(
                        "counting:x", "SELECT x AS id, 'row ' || x AS name FROM system_range(1, " + ROWS + ")")
                .with("key", "ID")
                .with("jdbc.fetch.size", "777");
        var sink = new RecordingSink() {
            @Override
            public synchronized void send(byte[] key, byte @Nullable [] value) {
                super.send(key, value);
                most.accumulateAndGet(driver.rowsRead.get() - handedOver.incrementAndGet(), Math::max);
            }
        };

        try (Loader loader = table.loader()) {
            sink.commit(loader.loadAll(Position.START, sink));
        }

        assertThat(sink.rows()).hasSize(ROWS);
        assertThat(most.get()).isBetween(1L, (long) MOST_WAITING);
        assertThat(driver.fetchSizes).contains(777);
    }

    /// Hands over to H2, and counts.
    private static final class CountingDriver implements Driver {

        final AtomicLong rowsRead = new AtomicLong();
        final Set<Integer> fetchSizes = new ConcurrentSkipListSet<>();

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:counting:");
        }

        @Override
        public @Nullable Connection connect(String url, Properties info) throws SQLException {
            return acceptsURL(url)
                    ? (Connection) counted(DriverManager.getConnection("jdbc:h2:mem:"), Connection.class)
                    : null;
        }

        private Object counted(Object target, Class<?> type) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                if (method.getName().equals("setFetchSize")) {
                    fetchSizes.add((Integer) arguments[0]);
                }
                Object answer;
                try {
                    answer = method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause() == null ? e : e.getCause();
                }
                if (method.getName().equals("next") && Boolean.TRUE.equals(answer)) {
                    rowsRead.incrementAndGet();
                }
                return switch (answer) {
                    case PreparedStatement statement -> counted(statement, PreparedStatement.class);
                    case ResultSet rows when target instanceof PreparedStatement -> counted(rows, ResultSet.class);
                    case null, default -> answer;
                };
            });
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }
}

package io.alluvium.perf;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// DuckDB in memory, filled by its appender.
final class DuckDbPeer extends JdbcPeer {

    private DuckDbPeer(String key, int threads) throws SQLException {
        super(
                "jdbc:duckdb:",
                "CREATE TABLE orders (id VARCHAR" + key
                        + ", symbol VARCHAR, price DECIMAL(18, 4), qty INTEGER, ts TIMESTAMP, status VARCHAR)",
                false);
        run("SET threads = " + threads);
    }

    static DuckDbPeer withKey() throws SQLException {
        return new DuckDbPeer(" PRIMARY KEY", 1);
    }

    /// Without a key, which a scan does not use.
    static DuckDbPeer withThreads(int threads) throws SQLException {
        return new DuckDbPeer("", threads);
    }

    @Override
    void insert(int from, int to) throws SQLException {
        try (DuckDBAppender appender = connection.unwrap(DuckDBConnection.class).createAppender("orders")) {
            for (int i = from; i < to; i++) {
                appender.beginRow();
                appender.append(Orders.id(i));
                appender.append(Orders.symbol(i));
                appender.appendDecimal(Orders.price(i));
                appender.append(Orders.quantity(i));
                appender.appendEpochMicros(Orders.micros(i));
                appender.append(Orders.status(i));
                appender.endRow();
            }
        }
    }
}

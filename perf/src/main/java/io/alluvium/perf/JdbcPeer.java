package io.alluvium.perf;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// A database in memory in this process, asked with prepared statements.
class JdbcPeer extends Peer {

    private static final int ROWS_A_BATCH = 10_000;

    final Connection connection;
    private final boolean unscaled;
    private PreparedStatement byKey;
    private PreparedStatement sum;
    private String[] keys = {};

    /// @param unscaled whether the prices are kept in ten-thousandths
    JdbcPeer(String url, String ddl, boolean unscaled) throws SQLException {
        this.connection = DriverManager.getConnection(url);
        this.unscaled = unscaled;
        run(ddl);
    }

    static JdbcPeer h2() throws SQLException {
        return new JdbcPeer(
                "jdbc:h2:mem:orders",
                "CREATE TABLE orders (id VARCHAR PRIMARY KEY, symbol VARCHAR, price DECIMAL(18, 4), qty INTEGER,"
                        + " ts TIMESTAMP, status VARCHAR)",
                false);
    }

    /// SQLite has neither decimals nor timestamps: both are its integers. Without row ids a look-up by key is one
    /// search.
    static JdbcPeer sqlite() throws SQLException {
        return new JdbcPeer(
                "jdbc:sqlite::memory:",
                "CREATE TABLE orders (id TEXT PRIMARY KEY, symbol TEXT, price INTEGER, qty INTEGER, ts INTEGER,"
                        + " status TEXT) WITHOUT ROWID",
                true);
    }

    final void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    void insert(int from, int to) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)")) {
            for (int i = from; i < to; i++) {
                insert.setString(1, Orders.id(i));
                insert.setString(2, Orders.symbol(i));
                if (unscaled) {
                    insert.setLong(3, Orders.price(i));
                    insert.setLong(5, Orders.micros(i));
                } else {
                    insert.setBigDecimal(3, java.math.BigDecimal.valueOf(Orders.price(i), 4));
                    insert.setObject(5, time(i));
                }
                insert.setInt(4, Orders.quantity(i));
                insert.setString(6, Orders.status(i));
                insert.addBatch();
                if ((i + 1) % ROWS_A_BATCH == 0 || i == to - 1) {
                    insert.executeBatch();
                    connection.commit();
                }
            }
        }
        connection.setAutoCommit(true);
    }

    private static java.time.LocalDateTime time(int number) {
        long micros = Orders.micros(number);
        return java.time.LocalDateTime.ofEpochSecond(
                micros / 1_000_000, (int) (micros % 1_000_000) * 1_000, java.time.ZoneOffset.UTC);
    }

    @Override
    void keys(int[] numbers) {
        keys = MapPeer.ids(numbers);
    }

    @Override
    long priceAndQuantity(int at) throws SQLException {
        if (byKey == null) {
            byKey = connection.prepareStatement("SELECT price, qty FROM orders WHERE id = ?");
        }
        byKey.setString(1, keys[at]);
        try (ResultSet rows = byKey.executeQuery()) {
            rows.next();
            long price = unscaled
                    ? rows.getLong(1)
                    : rows.getBigDecimal(1).unscaledValue().longValue();
            return price + rows.getInt(2);
        }
    }

    @Override
    long sumQuantity() throws SQLException {
        if (sum == null) {
            sum = connection.prepareStatement("SELECT SUM(qty) FROM orders");
        }
        try (ResultSet rows = sum.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

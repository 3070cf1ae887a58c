package io.alluvium.app;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

/// The demo's database, H2 in a file, with the table `customers`, of whom one moves to another city now and then.
/// Used by the generator's thread.
final class DemoShop implements AutoCloseable {

    static final int CUSTOMERS = 60;

    private static final List<String> NAMES = List.of("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana");
    private static final List<String> CITIES = List.of("Berlin", "Lisbon", "Oslo", "Prague", "Turin", "Vienna");

    private final Random random;
    private final Connection connection;
    private final PreparedStatement write;

    DemoShop(Path folder, Random random) throws SQLException {
        this.random = random;
        connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("shop"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS customers (id BIGINT PRIMARY KEY, name VARCHAR(40),"
                    + " city VARCHAR(40), updated_at TIMESTAMP(6) WITH TIME ZONE)");
        }
        write = connection.prepareStatement("MERGE INTO customers VALUES (?, ?, ?, CURRENT_TIMESTAMP)");
        for (int id = 1; id <= CUSTOMERS; id++) {
            write(id);
        }
    }

    /// Lets one customer move.
    void step() throws SQLException {
        write(1 + random.nextInt(CUSTOMERS));
    }

    private void write(int id) throws SQLException {
        write.setInt(1, id);
        write.setString(2, NAMES.get(id % NAMES.size()));
        write.setString(3, CITIES.get(random.nextInt(CITIES.size())));
        write.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

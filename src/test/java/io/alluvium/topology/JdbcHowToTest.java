package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.testkit.HowTo;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The definitions of the page about databases, as they stand there, over a database in this process.
class JdbcHowToTest {

    @Test
    void theDefinitionsOfThePageWork(@TempDir Path directory) throws Exception {
        List<String> definitions = HowTo.texts("jdbc.md").stream()
                .filter(sql -> sql.contains("h2:mem:shop"))
                .toList();
        assertThat(definitions).hasSize(3);
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:shop");
                Statement statement = connection.createStatement();
                var cluster = new TestCluster(directory, 1)) {
            statement.execute("CREATE TABLE products (sku VARCHAR(10) PRIMARY KEY, price DECIMAL(8,2))");
            statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, customer VARCHAR(10), total DECIMAL(8,2),"
                    + " state VARCHAR(10), updated_at TIMESTAMP(6))");
            statement.execute("INSERT INTO products VALUES ('a', 1.5), ('b', 2)");
            statement.execute("INSERT INTO orders VALUES (1, 'Ann', 10, 'new', TIMESTAMP '2026-01-01 10:00:00'),"
                    + " (2, 'Bob', 20, 'done', TIMESTAMP '2026-01-01 10:00:01')");
            definitions.forEach(cluster::create);

            cluster.awaitLive("products");
            cluster.awaitLive("orders");
            cluster.awaitLive("open_orders");
            cluster.awaitRows("open_orders", Map.of("1", List.of("Ann")), "id", "customer");
            cluster.awaitRows("orders", Map.of("1", List.of("new"), "2", List.of("done")), "id", "state");

            statement.execute("UPDATE products SET price = 3 WHERE sku = 'b'");
            statement.execute("DELETE FROM products WHERE sku = 'a'");
            statement.execute("UPDATE orders SET state = 'sent', updated_at = '2026-01-02 10:00:00' WHERE id = 1");
            statement.execute("DELETE FROM orders WHERE id = 2");

            cluster.awaitRows("products", Map.of("b", List.of("3.00")), "sku", "price");
            cluster.awaitRows("orders", Map.of("1", List.of("sent")), "id", "state");
        }
    }
}

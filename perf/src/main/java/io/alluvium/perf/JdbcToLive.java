package io.alluvium.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/// How long does a table of PostgreSQL take to become a readable table? Server, broker, service and peer share the
/// machine; each run is a JVM of its own that has done nothing before.
///
/// The clock of the service runs from the CREATE TABLE to the state LIVE, with the options as they are if nothing
/// is said. That of the bare cursor, which takes every value by the getter of its type and makes nothing of it,
/// runs from its connection to the last row.
final class JdbcToLive {

    private static final int FETCH_SIZE = 10_000;

    private JdbcToLive() {}

    static void measure(int rows, int rounds) throws Exception {
        var report = new Report(
                String.format(Locale.ROOT, "PostgreSQL table of %,d rows to LIVE", rows),
                "seconds",
                Report.Better.LESS);
        long sum = IntStream.range(0, rows).mapToLong(Orders::quantity).sum();
        Path work = Files.createTempDirectory("jdbc-to-live");
        try (Postgres server = Postgres.start();
                Child broker = Child.start(
                        List.of("-Xmx2g"),
                        "topic-broker",
                        work.resolve("broker").toString(),
                        "0")) {
            server.fill(rows);
            String bootstrap = broker.await("READY");
            for (int round = 0; round < rounds; round++) {
                double seconds = alluvium(bootstrap, work.resolve("data" + round), server, rows);
                report.note("alluvium", seconds, new Answer(sum, ""));
                Child.time(report, "bare-cursor", "jdbc-cursor", server.jdbcUrl());
            }
        } finally {
            Directories.delete(work);
        }
        report.print();
    }

    private static double alluvium(String bootstrap, Path data, Postgres server, int rows) throws Exception {
        try (Product product = Product.over(bootstrap, data)) {
            product.awaitAnswer();
            long start = System.nanoTime();
            product.run(create(server, ""));
            product.awaitLive("orders");
            double seconds = (System.nanoTime() - start) / 1e9;
            Sample.check(product, "orders", "id", rows);
            product.run("DROP TABLE orders");
            return seconds;
        }
    }

    /// @param options further ones, each with a comma before it
    static String create(Postgres server, String options) {
        return "CREATE TABLE orders AS SELECT * FROM jdbc('" + server.location()
                + "', 'public.orders') WITH (\"jdbc.user\" = '" + Postgres.USER + "', \"jdbc.password\" = '"
                + Postgres.PASSWORD + "'" + options + ")";
    }

    static void cursorChild(String url) throws Exception {
        long start = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(FETCH_SIZE);
                long sum = 0;
                int hash = 0;
                try (ResultSet row = statement.executeQuery("SELECT id, symbol, price, qty, ts, status FROM orders")) {
                    while (row.next()) {
                        sum += row.getInt(4);
                        hash += Objects.hash(
                                row.getString(1),
                                row.getString(2),
                                row.getBigDecimal(3),
                                row.getObject(5, LocalDateTime.class),
                                row.getString(6));
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                Child.say("HASH", Integer.toString(hash));
                Child.saySeconds(seconds, sum);
            }
        }
    }
}

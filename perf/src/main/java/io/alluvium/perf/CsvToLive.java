package io.alluvium.perf;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// How long does a CSV file take to become a readable table? Each run is a JVM of its own; what goes through Kafka
/// goes through one broker in another JVM. The peers take turns, and have done nothing before.
///
/// The clock of the service runs from the CREATE TABLE to the state LIVE: the rows are in Kafka then, in
/// transactions with the position in the file. That of the plain program, which reads lines, writes JSON by Jackson
/// and has a stock table of it, runs to the last row being readable. That of DuckDB, which logs nothing, runs over
/// `CREATE TABLE AS`.
final class CsvToLive {

    private static final String COLUMNS = "id,symbol,price,qty,ts,status";

    private CsvToLive() {}

    static void measure(int rows, int rounds) throws Exception {
        var report = new Report(
                String.format(Locale.ROOT, "CSV file of %,d rows to LIVE", rows), "seconds", Report.Better.LESS);
        Path work = Files.createTempDirectory("csv-to-live");
        Path file = work.resolve("orders.csv");
        write(file, rows);
        try (Child broker = Child.start(
                List.of("-Xmx2g"), "topic-broker", work.resolve("broker").toString(), "0")) {
            String bootstrap = broker.await("READY");
            for (int round = 0; round < rounds; round++) {
                report.note(
                        "alluvium", alluvium(bootstrap, work.resolve("data" + round), file, rows), Sample.answer(rows));
                String count = Integer.toString(rows);
                Child.time(report, "duckdb-1", "csv-duckdb", file.toString(), "1", count);
                Child.time(report, "duckdb-2", "csv-duckdb", file.toString(), "2", count);
                if (round == 0) {
                    Child.time(report, "plain-program", "csv-plain", bootstrap, file.toString(), count);
                }
            }
        } finally {
            Directories.delete(work);
        }
        report.print();
    }

    static void write(Path file, int rows) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(COLUMNS + "\n");
            for (int i = 0; i < rows; i++) {
                out.write(Orders.csv(i));
                out.write('\n');
            }
        }
    }

    private static double alluvium(String bootstrap, Path data, Path file, int rows) throws Exception {
        try (Product product = Product.over(bootstrap, data)) {
            product.awaitAnswer();
            long start = System.nanoTime();
            product.run("CREATE TABLE orders AS SELECT * FROM 'file://" + file + "' WITH (\"key\" = 'id')");
            product.awaitLive("orders");
            double seconds = (System.nanoTime() - start) / 1e9;
            Sample.check(product, "orders", "id", rows);
            product.run("DROP TABLE orders");
            return seconds;
        }
    }

    static void duckDbChild(String file, String threads, int rows) throws Exception {
        long start = System.nanoTime();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + threads);
            statement.execute("CREATE TABLE orders AS SELECT * FROM read_csv('" + file + "')");
            double seconds = (System.nanoTime() - start) / 1e9;
            try (ResultSet sum =
                    statement.executeQuery("SELECT SUM(qty) FROM orders WHERE id IN (" + Sample.ids(rows) + ")")) {
                sum.next();
                Child.saySeconds(seconds, sum.getLong(1));
            }
        }
    }

    /// What a user would write with the clients alone.
    static void plainChild(String bootstrap, String file, int rows) throws Exception {
        String topic = "plain-" + ProcessHandle.current().pid();
        long start = System.nanoTime();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
        try (var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
            String[] columns = lines.readLine().split(",");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(",");
                var row = new LinkedHashMap<String, Object>();
                row.put(columns[1], fields[1]);
                row.put(columns[2], new java.math.BigDecimal(fields[2]));
                row.put(columns[3], Integer.valueOf(fields[3]));
                row.put(columns[4], fields[4]);
                row.put(columns[5], fields[5]);
                producer.send(new ProducerRecord<>(
                        topic, fields[0].getBytes(StandardCharsets.UTF_8), mapper.writeValueAsBytes(row)));
            }
        }
        try (StreamsTable table = StreamsTable.start(bootstrap, topic, true)) {
            table.awaitRows(rows);
            double seconds = (System.nanoTime() - start) / 1e9;
            long sum = Sample.numbers(rows)
                    .mapToLong(i -> table.quantity(Orders.id(i)))
                    .sum();
            Child.saySeconds(seconds, sum);
        }
    }
}

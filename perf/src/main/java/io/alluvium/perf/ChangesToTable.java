package io.alluvium.perf;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/// How fast do changes of a PostgreSQL table come into the table, by the server's log? First many that one
/// transaction has made, from its commit to the last one; beside it the bare Debezium engine with the same
/// settings, which counts them. Then single ones, one after the other, each from its commit until a query has it.
final class ChangesToTable {

    private static final int ROWS = 200_000;
    private static final int SINGLE = 100;
    private static final int SINGLE_PAUSE_MILLIS = 50;
    private static final long MOST_MILLIS = 120_000;
    /// Between two looks for many updates, so that looking takes little from what is measured.
    private static final int MANY_LOOK_MILLIS = 25;

    private final Postgres server;
    private final int updates;
    /// The sum of all quantities, as it should be.
    private long sum = IntStream.range(0, ROWS).mapToLong(Orders::quantity).sum();

    private ChangesToTable(Postgres server, int updates) {
        this.server = server;
        this.updates = updates;
    }

    static void measure(int updates, int rounds) throws Exception {
        var many = new Report(
                String.format(Locale.ROOT, "%,d updates committed in PostgreSQL, to the table", updates),
                "seconds",
                Report.Better.LESS);
        var single = new Report(
                "A single update committed in PostgreSQL, to the table: median of " + SINGLE, "ms", Report.Better.LESS);
        Path work = Files.createTempDirectory("changes-to-table");
        try (Postgres server = Postgres.start();
                Child broker = Child.start(
                        List.of("-Xmx2g"),
                        "topic-broker",
                        work.resolve("broker").toString(),
                        "0")) {
            server.fill(ROWS);
            var changes = new ChangesToTable(server, updates);
            String bootstrap = broker.await("READY");
            for (int round = 0; round < rounds; round++) {
                changes.alluvium(bootstrap, work.resolve("data" + round), many, single);
                changes.engine(many, round);
            }
        } finally {
            Directories.delete(work);
        }
        many.print();
        single.print();
    }

    private void alluvium(String bootstrap, Path data, Report many, Report single) throws Exception {
        try (Product product = Product.over(bootstrap, data)) {
            product.awaitAnswer();
            product.run(JdbcToLive.create(server, ", \"jdbc.mode\" = 'cdc'"));
            product.awaitLive("orders");
            Sample.expect("sum before", product.number("SELECT SUM(qty) FROM orders"), sum);
            server.awaitTrue("SELECT bool_or(active) FROM pg_replication_slots");
            long start = updateMany();
            await(product, "SELECT SUM(qty) FROM orders", sum, MANY_LOOK_MILLIS);
            many.note("alluvium", (System.nanoTime() - start) / 1e9, new Answer(updates, ""));
            Sample.expect("rows", product.number("SELECT COUNT(*) FROM orders"), ROWS);
            double[] delays = new double[SINGLE];
            for (int i = 0; i < SINGLE; i++) {
                delays[i] = single(product, i);
                Thread.sleep(SINGLE_PAUSE_MILLIS);
            }
            Arrays.sort(delays);
            single.note(
                    "alluvium",
                    delays[SINGLE / 2],
                    new Answer(
                            0,
                            String.format(
                                    Locale.ROOT, "95 of 100 %.0f, all %.0f", delays[SINGLE * 95 / 100], delays[99])));
            product.run("DROP TABLE orders");
        }
        server.awaitTrue("SELECT count(*) = 0 FROM pg_replication_slots");
    }

    /// @return when the changes were committed
    private long updateMany() throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            int changed = statement.executeUpdate("UPDATE orders SET qty = qty + 1 WHERE id IN"
                    + " (SELECT id FROM orders ORDER BY id LIMIT " + updates + ")");
            long committed = System.nanoTime();
            Sample.expect("changed rows", changed, updates);
            sum += updates;
            return committed;
        }
    }

    private double single(Product product, int number) throws Exception {
        try (Connection connection = server.connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE orders SET qty = qty + 100000 WHERE id = ?")) {
            String id = Orders.id(number);
            String question = "SELECT qty FROM orders WHERE id = '" + id + "'";
            long before = product.number(question);
            update.setString(1, id);
            update.executeUpdate();
            long committed = System.nanoTime();
            sum += 100_000;
            await(product, question, before + 100_000, 1);
            return (System.nanoTime() - committed) / 1e6;
        }
    }

    static void await(Product product, String question, long answer, int lookMillis) throws Exception {
        long end = System.nanoTime() + MOST_MILLIS * 1_000_000;
        while (product.number(question) != answer) {
            if (System.nanoTime() > end) {
                throw new Report.WrongAnswerException(question + " is " + product.number(question) + ", not " + answer);
            }
            Thread.sleep(lookMillis);
        }
    }

    private void engine(Report many, int round) throws Exception {
        String name = "bare_" + round;
        server.execute("CREATE PUBLICATION " + name + " FOR TABLE orders");
        server.execute("SELECT pg_create_logical_replication_slot('" + name + "', 'pgoutput')");
        try (Child child = Child.start(
                List.of("-Xmx6g"), "cdc-engine", Integer.toString(server.port()), name, Integer.toString(updates))) {
            server.awaitTrue("SELECT active FROM pg_replication_slots WHERE slot_name = '" + name + "'");
            Thread.sleep(1_000);
            long start = updateMany();
            long seen = Long.parseLong(child.await("SEEN"));
            many.note("bare-engine", (System.nanoTime() - start) / 1e9, new Answer(seen, ""));
        }
        server.awaitTrue("SELECT NOT active FROM pg_replication_slots WHERE slot_name = '" + name + "'");
        server.execute("SELECT pg_drop_replication_slot('" + name + "')");
        server.execute("DROP PUBLICATION " + name);
    }

    /// Counts the updates that the engine brings, with the settings that the product gives to its own.
    static void engineChild(String port, String name, int updates) throws Exception {
        var settings = new Properties();
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("database.hostname", "127.0.0.1");
        settings.setProperty("database.port", port);
        settings.setProperty("database.user", Postgres.USER);
        settings.setProperty("database.password", Postgres.PASSWORD);
        settings.setProperty("database.dbname", "postgres");
        settings.setProperty("slot.name", name);
        settings.setProperty("publication.name", name);
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("snapshot.mode", "no_data");
        settings.setProperty("table.include.list", "public\\.orders");
        settings.setProperty("name", name);
        settings.setProperty("topic.prefix", name);
        settings.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("bootstrap.servers", "127.0.0.1:1");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("heartbeat.interval.ms", "5000");
        settings.setProperty("poll.interval.ms", "20");
        settings.setProperty("max.batch.size", "4096");
        settings.setProperty("max.queue.size", "8192");
        settings.setProperty("max.queue.size.in.bytes", String.valueOf(32 << 20));
        settings.setProperty("decimal.handling.mode", "string");
        settings.setProperty("time.precision.mode", "adaptive_time_microseconds");
        settings.setProperty("record.processing.threads", "1");
        var seen = new AtomicLong();
        try (DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings)
                .notifying((records, committer) -> {
                    for (RecordChangeEvent<SourceRecord> record : records) {
                        if (record.record().value() instanceof Struct value
                                && value.schema().field("op") != null
                                && value.getString("op").equals("u")
                                && seen.incrementAndGet() == updates) {
                            Child.say("SEEN", Long.toString(seen.get()));
                        }
                    }
                    committer.markProcessed(records.getLast());
                    committer.markBatchFinished();
                })
                .build()) {
            engine.run();
        }
    }
}

package io.alluvium.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;

/// How long does a restart take from the command to the first correct answer over HTTP? The product with its own
/// broker, a topic and a table over it; beside it the same with one row, which is what the JVM and the broker take
/// for their own start. Once after it was stopped, and once after `kill -9`.
final class Restart {

    private static final String QUESTION = "SELECT COUNT(*), SUM(qty) FROM orders";
    /// How long a service is left alone before it is stopped or killed.
    private static final long REST_MILLIS = 3_000;

    private final int rows;
    private final long sum;
    private final Path data;
    private final int port;

    private Restart(int rows, Path data) throws Exception {
        this.rows = rows;
        this.sum = IntStream.range(0, rows).mapToLong(Orders::quantity).sum();
        this.data = Files.createDirectories(data);
        this.port = Product.freePort();
    }

    static void measure(int rows, int rounds) throws Exception {
        Path work = Files.createTempDirectory("restart");
        try {
            var small = new Restart(1, work.resolve("small"));
            var large = new Restart(rows, work.resolve("large"));
            Product smallRunning = small.load();
            rest();
            smallRunning.close();
            Product largeRunning = large.load();
            rest();
            largeRunning.close();
            for (var after : new boolean[] {false, true}) {
                var report = new Report(
                        String.format(
                                Locale.ROOT,
                                "Restart of a table of %,d rows after it was %s",
                                rows,
                                after ? "killed" : "stopped"),
                        "seconds",
                        Report.Better.LESS);
                for (int round = 0; round < rounds; round++) {
                    large.restart(report, "alluvium", after);
                    small.restart(report, "one row", after);
                }
                report.print();
                System.out.printf(
                        Locale.ROOT,
                        "Beyond the JVM's and the broker's own start: **%.2f s**%n%n",
                        report.median("alluvium") - report.median("one row"));
            }
        } finally {
            Directories.delete(work);
        }
    }

    private Product load() throws Exception {
        Product product = Product.withBroker(port, data);
        try {
            product.awaitAnswer();
            Topics.produce("127.0.0.1:" + port, "orders", rows);
            product.run("CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')");
            product.awaitRow(QUESTION, rows, sum);
            return product;
        } catch (Exception | Error e) {
            product.close();
            throw e;
        }
    }

    /// Starts what is stopped, for a killing to have something to kill; then ends it, starts it again and takes the
    /// time. It is stopped at the end. The answer counts only when it is right: there is nothing else to compare.
    private void restart(Report report, String name, boolean killed) throws Exception {
        if (killed) {
            Product before = Product.withBroker(port, data);
            before.awaitRow(QUESTION, rows, sum);
            rest();
            before.kill();
        }
        try (Product product = Product.withBroker(port, data)) {
            product.awaitAnswer();
            double answering = product.secondsSinceStart();
            product.awaitRow(QUESTION, rows, sum);
            double seconds = product.secondsSinceStart();
            report.note(
                    name, seconds, new Answer(0, String.format(Locale.ROOT, "answers at all after %.2f", answering)));
            rest();
        }
    }

    private static void rest() throws InterruptedException {
        Thread.sleep(REST_MILLIS);
    }
}

package io.alluvium.perf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// How long after a line was appended to a watched file does a query have it? Once where the file system tells of
/// the writes, and once where it does not: the lines are then appended by another name of the file, in a directory
/// that is not watched.
final class AppendDelay {

    private static final int LINES = 100;
    private static final int INTERVAL_MILLIS = 200;

    private AppendDelay() {}

    static void measure(int rows, int rounds) throws Exception {
        var report = new Report(
                "A line appended to a file of " + rows + " rows, to the table: median of " + LINES,
                "ms",
                Report.Better.LESS);
        Path work = Files.createTempDirectory("append-delay");
        try (Child broker = Child.start(
                List.of("-Xmx2g"), "topic-broker", work.resolve("broker").toString(), "0")) {
            String bootstrap = broker.await("READY");
            for (int round = 0; round < rounds; round++) {
                run(report, "events", bootstrap, work.resolve("events" + round), rows);
                run(report, "interval of " + INTERVAL_MILLIS, bootstrap, work.resolve("interval" + round), rows);
            }
        } finally {
            Directories.delete(work);
        }
        report.print();
    }

    private static void run(Report report, String peer, String bootstrap, Path data, int rows) throws Exception {
        Path file = Files.createDirectories(data.resolve("watched")).resolve("orders.csv");
        CsvToLive.write(file, rows);
        Path written = file;
        if (!peer.equals("events")) {
            written = Files.createLink(
                    Files.createDirectories(data.resolve("elsewhere")).resolve("orders.csv"), file);
        }
        try (Product product = Product.over(bootstrap, data)) {
            product.awaitAnswer();
            product.run("CREATE TABLE orders AS SELECT * FROM 'file://" + file
                    + "' WITH (\"key\" = 'id', \"file.watch\" = 'true', \"file.watch.interval\" = '" + INTERVAL_MILLIS
                    + "ms')");
            product.awaitLive("orders");
            double[] delays = new double[LINES];
            var random = new SplittableRandom(1);
            for (int i = 0; i < LINES; i++) {
                Thread.sleep(random.nextInt(INTERVAL_MILLIS));
                int number = rows + i;
                byte[] line = (Orders.csv(number) + "\n").getBytes(StandardCharsets.US_ASCII);
                long start = System.nanoTime();
                Files.write(written, line, StandardOpenOption.APPEND);
                ChangesToTable.await(
                        product,
                        "SELECT SUM(qty) FROM orders WHERE id = '" + Orders.id(number) + "'",
                        Orders.quantity(number),
                        1);
                delays[i] = (System.nanoTime() - start) / 1e6;
            }
            Sample.check(product, "orders", "id", rows + LINES);
            product.run("DROP TABLE orders");
            Arrays.sort(delays);
            report.note(
                    peer,
                    delays[LINES / 2],
                    new Answer(
                            0,
                            String.format(
                                    Locale.ROOT,
                                    "95 of 100 %.0f, all %.0f",
                                    delays[LINES * 95 / 100],
                                    delays[LINES - 1])));
        }
    }
}

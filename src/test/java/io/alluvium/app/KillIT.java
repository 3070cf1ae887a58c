package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.testkit.BuiltService;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills the packaged service again and again in the middle of a load, or of a snapshot: afterwards the table
/// equals its source. `-Dkill.rows`, `-Dkill.times` and `-Dkill.pause.millis`, the longest time from an answer to
/// the kill, make it larger.
class KillIT {

    private static final int ROWS = Integer.getInteger("kill.rows", 300_000);
    private static final int TIMES = Integer.getInteger("kill.times", 10);
    private static final int PAUSE_MILLIS = Integer.getInteger("kill.pause.millis", 2_500);

    @Test
    void aTopicIsLoadedWholeHoweverOftenTheLoadIsKilled(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        try (var service = new BuiltService(folder)) {
            service.start();
            long sum = fill(service, "numbers");
            Files.writeString(folder.resolve("config/tables/t.sql"), """
                    CREATE TABLE numbers AS SELECT * FROM kafka_topic('numbers');
                    CREATE TABLE parity AS SELECT even, COUNT(*) AS n, SUM(n) AS total FROM numbers GROUP BY even;
                    """);
            service.stop();
            killOften(service, "numbers");
            assertThat(service.sql("SELECT COUNT(*), SUM(n) FROM numbers").path("rows"))
                    .hasToString("[[" + ROWS + "," + sum + "]]");
            service.awaitState("parity", "LIVE");
            service.await(
                    "the aggregation",
                    () -> service.sql("SELECT SUM(n), SUM(total) FROM parity")
                            .path("rows")
                            .toString()
                            .equals("[[" + ROWS + "," + sum + "]]"));
        }
    }

    /// A small cache and many commits, so that kills meet rows and offsets that are on disk.
    @Test
    void aTableOnDiskIsWholeHoweverOftenItsLoadIsKilled(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        try (var service = new BuiltService(folder)) {
            service.start();
            long sum = fill(service, "numbers");
            service.stop();
            Files.writeString(folder.resolve("config/alluvium.properties"), "alluvium.rocksdb.cache = 8MB\n");
            Files.writeString(folder.resolve("config/tables/t.sql"), """
                    CREATE TABLE numbers AS SELECT * FROM kafka_topic('numbers')
                    WITH ("table.storage" = "rocksdb", "kafka.commit.interval.ms" = "100");
                    """);
            killOften(service, "numbers");
            assertThat(service.sql("SELECT COUNT(*), SUM(n), COUNT(DISTINCT text) FROM numbers")
                            .path("rows"))
                    .hasToString("[[" + ROWS + "," + sum + "," + ROWS + "]]");
            assertThat(service.get("/api/tables/numbers").path("rows").asLong()).isEqualTo(ROWS);
            assertThat(Files.readString(folder.resolve("log"))).doesNotContain("cannot be used");
        }
    }

    @Test
    void aFileIsLoadedWholeHoweverOftenTheLoadIsKilled(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        Path file = folder.resolve("numbers.csv");
        long sum = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            // No column is the key: a line that is read twice would be a row too many.
            out.write("nr,n,text\n");
            for (int i = 0; i < ROWS; i++) {
                out.write(i + "," + n(i) + ",\"row " + i + "\"\n");
                sum += n(i);
            }
        }
        try (var service = new BuiltService(folder)) {
            Files.writeString(
                    folder.resolve("config/tables/t.sql"),
                    "CREATE TABLE numbers AS SELECT * FROM 'file://" + file + "' WITH (\"file.watch\" = 'true');\n");
            killOften(service, "numbers");
            assertThat(service.sql("SELECT COUNT(*), SUM(n), COUNT(DISTINCT text) FROM numbers")
                            .path("rows"))
                    .hasToString("[[" + ROWS + "," + sum + "," + ROWS + "]]");
        }
    }

    /// Snapshots follow each other without a pause while rows change all the time, so that kills cut them short.
    @Test
    void aTableEqualsItsTopicHoweverOftenItsSnapshotsAreCutShort(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        long seed = Long.getLong("kill.seed", System.nanoTime());
        System.out.println("kill.seed=" + seed);
        var random = new Random(seed);
        try (var service = new BuiltService(folder)) {
            service.with("ALLUVIUM_SNAPSHOT_INTERVAL", "50ms");
            service.start();
            fill(service, "numbers");
            var model = new Model(ROWS);
            Files.writeString(
                    folder.resolve("config/tables/t.sql"),
                    "CREATE TABLE numbers AS SELECT n FROM kafka_topic('numbers');\n");
            service.stop();
            service.start();
            service.awaitTable(
                    "numbers",
                    status -> status.path("snapshot")
                                    .path("positions")
                                    .path(0)
                                    .path("offset")
                                    .asLong()
                            == ROWS);
            // From now on a snapshot takes about as long as the changes that it contains were coming in.
            service.with("ALLUVIUM_SNAPSHOT_MAX_RATE", "2MB");
            service.stop();
            service.start();
            int cutShort = 0;
            long fewest = Long.MAX_VALUE;
            for (int i = 0; i < TIMES; i++) {
                try (var changes = new Changes(service, "numbers", model, random.nextLong())) {
                    Thread.sleep(random.nextInt(Math.max(1, PAUSE_MILLIS / 2)));
                    service.kill();
                    changes.stop();
                    cutShort += isCutShort(folder.resolve("data/snapshots")) ? 1 : 0;
                    service.start();
                    changes.send();
                }
                String right = "[[" + model.rows() + "," + model.sum() + "]]";
                service.await(
                        "seed " + seed + ", kill " + i + ": " + right,
                        () -> service.sql("SELECT COUNT(*), SUM(n) FROM numbers")
                                .path("rows")
                                .toString()
                                .equals(right));
                JsonNode snapshot = service.get("/api/tables/numbers").path("snapshot");
                fewest = Math.min(fewest, snapshot.path("restoredRecords").asLong());
            }
            System.out.println(cutShort + " of " + TIMES + " kills cut a snapshot short");
            assertThat(fewest).as("only the tail").isLessThan(ROWS);
            assertThat(service.log()).doesNotContain("was set aside");
        }
    }

    /// Whether blocks were written for which there is no manifest.
    private static boolean isCutShort(Path snapshots) throws IOException {
        try (Stream<Path> files = Files.walk(snapshots)) {
            for (Path manifest : files.filter(f -> f.endsWith("manifest")).toList()) {
                try (Stream<Path> beside = Files.list(manifest.resolveSibling("."))) {
                    for (Path other : beside.toList()) {
                        if (Files.getLastModifiedTime(other).compareTo(Files.getLastModifiedTime(manifest)) > 0) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /// The rows as they shall be: a number for each key, or -1 where there is none.
    private static final class Model {
        private final long[] numbers;

        Model(int rows) {
            numbers = new long[rows];
            Arrays.setAll(numbers, KillIT::n);
        }

        long rows() {
            return Arrays.stream(numbers).filter(n -> n >= 0).count();
        }

        long sum() {
            return Arrays.stream(numbers).filter(n -> n >= 0).sum();
        }
    }

    /// Changes and deletes rows of a topic and of its model until it is stopped, whether the broker is there or
    /// not.
    private static final class Changes implements AutoCloseable {
        private final KafkaProducer<String, @Nullable String> producer;
        private final CompletableFuture<?> made;
        private volatile boolean isEnding;

        Changes(BuiltService service, String topic, Model model, long seed) {
            var properties = Map.<String, Object>of(
                    "bootstrap.servers",
                    service.bootstrapServers(),
                    "linger.ms",
                    5,
                    "metadata.recovery.strategy",
                    "none");
            producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
            // Who knows the topic can go on sending when the broker is gone.
            producer.partitionsFor(topic);
            made = CompletableFuture.runAsync(() -> change(topic, model, new Random(seed)), Thread.ofPlatform()::start);
        }

        private void change(String topic, Model model, Random random) {
            while (!isEnding) {
                for (int i = 0; i < 100; i++) {
                    int row = random.nextInt(model.numbers.length);
                    long n = random.nextInt(4) == 0 ? -1 : random.nextInt(1_000_000);
                    model.numbers[row] = n;
                    var _ = producer.send(new ProducerRecord<>(topic, "k" + row, n < 0 ? null : "{\"n\":" + n + "}"));
                }
                LockSupport.parkNanos(2_000_000);
            }
        }

        void stop() {
            isEnding = true;
            made.join();
        }

        /// Returns when the topic has all that the model has.
        void send() {
            producer.flush();
        }

        @Override
        public void close() {
            stop();
            producer.close(Duration.ZERO);
        }
    }

    private static long n(int row) {
        return row * 7_919L % 1_000_003;
    }

    private static long fill(BuiltService service, String topic) {
        var properties = Map.<String, Object>of(
                "bootstrap.servers", service.bootstrapServers(), "linger.ms", 20, "batch.size", 256 << 10);
        long sum = 0;
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < ROWS; i++) {
                String json = "{\"n\":" + n(i) + ",\"even\":" + (n(i) % 2 == 0) + ",\"text\":\"row " + i + "\"}";
                var _ = producer.send(new ProducerRecord<>(topic, "k" + i, json));
                sum += n(i);
            }
        }
        return sum;
    }

    /// Starts, lets the load go on for a while, kills; the last start is left to finish.
    private static void killOften(BuiltService service, String table) throws Exception {
        long seed = Long.getLong("kill.seed", System.nanoTime());
        System.out.println("kill.seed=" + seed);
        var random = new Random(seed);
        for (int i = 0; i < TIMES; i++) {
            service.start();
            Thread.sleep(random.nextInt(PAUSE_MILLIS));
            JsonNode status = service.get("/api/tables/" + table);
            System.out.println("killed when " + status.path("state").asText() + " with "
                    + status.path("rows").asText() + " rows");
            service.kill();
        }
        service.start();
        service.awaitState(table, "LIVE");
    }
}

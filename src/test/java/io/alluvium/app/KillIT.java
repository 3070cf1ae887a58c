package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.testkit.BuiltService;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills the packaged service again and again in the middle of a load: after the last start the table equals its
/// source. `-Dkill.rows`, `-Dkill.times` and `-Dkill.pause.millis`, the longest time from an answer to the kill,
/// make it larger.
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

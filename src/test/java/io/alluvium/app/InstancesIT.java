package io.alluvium.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.testkit.BrokerProcess;
import io.alluvium.testkit.BuiltService;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances of the packaged service over one broker, of which one is killed again and again: the other goes on
/// with what it loaded, and both have every row once.
class InstancesIT {

    private static final int ROWS = 150_000;
    private static final int TIMES = Integer.getInteger("instances.times", 4);
    private static final long SEED = Long.getLong("instances.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    @TempDir
    private Path folder;

    private Path file = Path.of("numbers.csv");
    private int rows;
    private long sum;

    @Test
    void whatAKilledInstanceLoadedIsLoadedOnByTheOther() throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        System.out.println("instances.seed=" + SEED);
        file = folder.resolve(file);
        Files.writeString(file, "n,text\n");
        append(ROWS);
        try (var broker = BrokerProcess.start(folder.resolve("broker"));
                BuiltService one = service(folder.resolve("one"), broker);
                BuiltService two = service(folder.resolve("two"), broker)) {
            one.start();
            two.start();
            one.awaitTable("numbers", InstancesIT::isHalfLoaded);
            // Whichever of them loads: one is killed in the middle of the bulk part, and the other a while later.
            killed(one, two);
            killed(two, one);
            for (int i = 0; i < TIMES; i++) {
                append(1 + random.nextInt(500));
                BuiltService victim = random.nextBoolean() ? one : two;
                killed(victim, victim == one ? two : one);
            }
            awaitSame(one);
            awaitSame(two);
        }
    }

    private static boolean isHalfLoaded(JsonNode status) {
        return status.path("rows").asLong() > ROWS / 5;
    }

    private BuiltService service(Path folder, BrokerProcess broker) throws IOException {
        var service = new BuiltService(Files.createDirectory(folder))
                .with("ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers())
                .with("ALLUVIUM_DEFAULT_REPLICATION_FACTOR", "1");
        // No column is the key: a line that is read twice would be a row too many.
        Files.writeString(folder.resolve("config/tables/t.sql"), """
                CREATE TABLE numbers AS SELECT * FROM 'file://%s'
                WITH ("file.watch" = 'true', "load.rate.limit" = "15000");
                """.formatted(file));
        return service;
    }

    /// Kills one; when the other has the rows that came meanwhile, it is there again.
    private void killed(BuiltService victim, BuiltService other) throws Exception {
        Thread.sleep(random.nextInt(1_000));
        victim.kill();
        append(1 + random.nextInt(500));
        awaitSame(other);
        victim.start();
    }

    private void awaitSame(BuiltService service) throws Exception {
        String right = "[[" + rows + "," + sum + "," + rows + "]]";
        service.await(
                right + " in " + service.folder().getFileName() + ", seed " + SEED,
                () -> service.sql("SELECT COUNT(*), SUM(n), COUNT(DISTINCT text) FROM numbers")
                        .path("rows")
                        .toString()
                        .equals(right));
    }

    private void append(int more) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            for (int i = 0; i < more; i++, rows++) {
                int n = random.nextInt(1_000);
                sum += n;
                for (String part : List.of(Integer.toString(n), ",row ", Integer.toString(rows), "\n")) {
                    out.write(part);
                }
            }
        }
    }
}

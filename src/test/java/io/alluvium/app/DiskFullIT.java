package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.testkit.BuiltService;
import io.alluvium.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of the packaged service, with the embedded broker on it, is filled up to the last byte again and again:
/// the service goes on, ends and says why, or is killed; with room on the disk its tables equal their sources.
/// `-Ddisk.rounds`, nearly each with a start of the service, makes it longer.
class DiskFullIT {

    private static final int ROUNDS = Integer.getInteger("disk.rounds", 5);
    private static final long SEED = Long.getLong("fault.seed", System.nanoTime());
    private static final int MEGABYTES = 96;

    private final Random random = new Random(SEED);
    private final Map<Integer, Long> model = new HashMap<>();
    private long changes;

    @Test
    void theDiskOfTheDataDirectoryIsFull(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        System.out.println("fault.seed=" + SEED);
        Path file = folder.resolve("numbers.csv");
        Files.writeString(file, "id,n\n");
        append(file, 3_000);
        try (SmallDisk disk = SmallDisk.mounted(folder.resolve("data"), MEGABYTES);
                var service = new BuiltService(folder)) {
            Files.writeString(folder.resolve("config/tables/t.sql"), """
                    CREATE TABLE numbers (id BIGINT PRIMARY KEY, n BIGINT) AS SELECT * FROM 'file://%s'
                    WITH ("file.watch" = 'true', "file.watch.interval" = '100ms', "file.retry.interval" = '100ms');
                    CREATE TABLE parity AS SELECT n %% 2 AS odd, COUNT(*) AS amount, SUM(n) AS total FROM numbers
                    GROUP BY n %% 2;
                    """.formatted(file));
            service.with("ALLUVIUM_SNAPSHOT_INTERVAL", "200ms");
            service.start();
            awaitSame(service, "at first");
            createTopic(service);
            for (int round = 0; round < ROUNDS; round++) {
                disk.fill();
                append(file, 1 + random.nextInt(300));
                switch (round % 5) {
                    case 0 -> endsByItself(service, round, () -> append(file, 5_000));
                    case 3 -> endsByItself(service, round, () -> changeSettings(service));
                    case 1, 4 -> {
                        Thread.sleep(random.nextInt(1_000));
                        service.kill();
                    }
                    default -> Thread.sleep(random.nextInt(200));
                }
                disk.free();
                append(file, 10);
                awaitSame(service, "round " + round);
            }
        }
    }

    private static void createTopic(BuiltService service) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", service.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("other", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void endsByItself(BuiltService service, int round, Work work) throws Exception {
        int before = service.log().length();
        work.run();
        service.await("the end of the service, round " + round, () -> !service.isRunning());
        assertThat(service.log().substring(before))
                .contains("error: the embedded broker failed: no room is left on the disk of "
                        + service.folder().resolve("data"))
                .contains("hint: Make room there and start Alluvium again");
    }

    /// Writes into the metadata of the broker, and nowhere else, until that fails.
    private static void changeSettings(BuiltService service) throws InterruptedException {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "other");
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                service.bootstrapServers(),
                "default.api.timeout.ms",
                5_000,
                "request.timeout.ms",
                5_000);
        try (Admin admin = Admin.create(settings)) {
            for (int i = 1; service.isRunning(); i++) {
                var change = new AlterConfigOp(
                        new ConfigEntry("delete.retention.ms", Integer.toString(i)), AlterConfigOp.OpType.SET);
                admin.incrementalAlterConfigs(Map.of(topic, List.of(change)))
                        .all()
                        .get();
            }
        } catch (ExecutionException e) {
            // The broker has failed, and the service is to end.
            System.out.println("no setting can be changed any longer: " + e.getCause());
        }
    }

    /// Appends lines, each of which makes a row or changes one.
    private void append(Path file, int lines) throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            int id = random.nextInt(4_000);
            text.append(id).append(',').append(++changes).append('\n');
            model.put(id, changes);
        }
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    /// Waits until the tables have what the file says, and starts the service when it has ended.
    private void awaitSame(BuiltService service, String when) throws IOException, InterruptedException {
        long sum = model.values().stream().mapToLong(n -> n).sum();
        String right = "[[" + model.size() + "," + sum + "]]";
        if (!service.isRunning()) {
            service.start();
        }
        service.await("seed " + SEED + ", " + when + ": " + right, () -> {
            if (!service.isRunning()) {
                service.start();
            }
            return answers(service, "SELECT COUNT(*), SUM(n) FROM numbers", right)
                    && answers(service, "SELECT SUM(amount), SUM(total) FROM parity", right);
        });
    }

    private static boolean answers(BuiltService service, String sql, String right)
            throws IOException, InterruptedException {
        return service.sql(sql).path("rows").toString().equals(right);
    }
}

package io.alluvium.app;

import io.alluvium.source.kafka.KafkaCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what the tables of `./alluvium demo` read: the topic `orders`, whose orders change their status; the file
/// `prices.csv`, which grows; the database of [DemoShop]; the file `suppliers.csv`, one line of which is bad; and,
/// some seconds after the start, the topic `shipments`. On a thread of its own.
final class DemoGenerator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoGenerator.class);
    private static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "NVDA", "SAP", "ASML", "TSM");
    private static final List<String> STATUSES = List.of("NEW", "PAID", "SHIPPED", "CANCELLED");
    private static final String SUPPLIERS = """
            id,name,since
            1,Acme,2019-04-01
            2,Borealis,2020-13-45
            3,Cirrus,2022-11-30
            """;
    private static final int FIRST_ORDERS = 2_000;
    private static final Duration STEP = Duration.ofMillis(250);
    private static final int STEPS_UNTIL_SHIPMENTS = 40;

    private final KafkaCluster cluster;
    private final Path folder;
    private final Path prices;
    private final Thread thread;
    private final Random random = new Random(42);
    private int orders;

    DemoGenerator(KafkaCluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
        this.prices = folder.resolve("prices.csv");
        this.thread = Thread.ofPlatform().daemon().name("demo-generator").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        var properties = new HashMap<>(cluster.clientProperties());
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            cluster.ensureTopic("orders", 1, 1, Map.of("cleanup.policy", "compact"));
            startFiles();
            while (orders < FIRST_ORDERS) {
                sendOrder(producer, orders++);
            }
            follow(producer);
        } catch (InterruptedException e) {
            LOG.debug("the demo's generator stopped");
        } catch (KafkaException | SQLException | UncheckedIOException e) {
            LOG.warn("the demo's generator ended: {}", e.toString());
        }
    }

    private void follow(KafkaProducer<String, String> producer) throws InterruptedException, SQLException {
        try (var shop = new DemoShop(folder, random)) {
            for (int step = 0; !Thread.interrupted(); step++) {
                sendOrder(producer, orders++);
                sendOrder(producer, random.nextInt(orders));
                appendPrice();
                shop.step();
                if (step == STEPS_UNTIL_SHIPMENTS) {
                    cluster.ensureTopic("shipments", 1, 1, Map.of());
                }
                if (step >= STEPS_UNTIL_SHIPMENTS) {
                    sendShipment(producer, step);
                }
                Thread.sleep(STEP);
            }
        }
    }

    private void sendOrder(KafkaProducer<String, String> producer, int number) {
        int quantity = 1 + random.nextInt(20);
        String json = String.format(
                Locale.ROOT,
                "{\"customer\":%d,\"symbol\":\"%s\",\"quantity\":%d,\"amount\":%d.%02d,\"status\":\"%s\"}",
                1 + random.nextInt(DemoShop.CUSTOMERS),
                SYMBOLS.get(random.nextInt(SYMBOLS.size())),
                quantity,
                quantity * (10 + random.nextInt(90)),
                random.nextInt(100),
                STATUSES.get(random.nextInt(STATUSES.size())));
        send(producer, "orders", "o-" + number, json);
    }

    private void sendShipment(KafkaProducer<String, String> producer, int number) {
        String json = "{\"order\":\"o-" + random.nextInt(orders) + "\",\"carrier\":\""
                + List.of("DHL", "UPS", "FedEx").get(random.nextInt(3)) + "\"}";
        send(producer, "shipments", "s-" + number, json);
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String key, String json) {
        var _ = producer.send(new ProducerRecord<>(topic, key, json), (at, failure) -> {
            if (failure != null) {
                LOG.warn("the demo could not write to the topic {}: {}", topic, failure.toString());
            }
        });
    }

    private void startFiles() {
        try {
            Files.createDirectories(folder);
            Path suppliers = folder.resolve("suppliers.csv");
            if (Files.notExists(suppliers)) {
                Files.writeString(suppliers, SUPPLIERS);
            }
            var first = new StringBuilder("symbol,price,at\n");
            SYMBOLS.forEach(symbol -> first.append(priceOf(symbol)));
            Files.writeString(prices, first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String priceOf(String symbol) {
        return String.format(
                Locale.ROOT,
                "%s,%d.%04d,%s\n",
                symbol,
                50 + random.nextInt(800),
                random.nextInt(10_000),
                LocalDateTime.now(java.time.ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS));
    }

    private void appendPrice() {
        String line = priceOf(SYMBOLS.get(random.nextInt(SYMBOLS.size())));
        try {
            Files.writeString(prices, line, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

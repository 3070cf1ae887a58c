package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.AvroRecords;
import io.alluvium.testkit.ProtobufBytes;
import io.alluvium.testkit.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Topics of values that are written with schemas, against a real broker and a registry that is a fake of the
/// documented interface ([SchemaRegistry] says how much of it there is).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaTopicsTest {

    private static final String KEY = "_key";
    private static final String ORDER = record("{'name':'id','type':'int'},{'name':'customer','type':'string'},"
            + "{'name':'price','type':{'type':'bytes','logicalType':'decimal','precision':10,'scale':2}},"
            + "{'name':'day','type':['null',{'type':'int','logicalType':'date'}]}");
    /// The same with an id of more bits and two more fields.
    private static final String WIDER_ORDER =
            record("{'name':'id','type':'long'},{'name':'customer','type':['null','string']},"
                    + "{'name':'price','type':{'type':'bytes','logicalType':'decimal','precision':10,'scale':2}},"
                    + "{'name':'due','type':['null',{'type':'int','logicalType':'date'}],'default':null},"
                    + "{'name':'tags','type':{'type':'array','items':'string'},'default':[]}");

    private TestCluster cluster;
    private SchemaRegistry registry;

    @BeforeAll
    void startCluster(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void startRegistry() {
        registry = new SchemaRegistry();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    private static String record(String fields) {
        return "{'type':'record','name':'Order','namespace':'shop','fields':[".replace('\'', '"')
                + fields.replace('\'', '"') + "]}";
    }

    private static ByteBuffer decimal(long unscaled) {
        return ByteBuffer.wrap(java.math.BigInteger.valueOf(unscaled).toByteArray());
    }

    private static byte[] order(int schemaId, int id, String customer, long cents, @Nullable Object day) {
        return SchemaRegistry.framed(schemaId, AvroRecords.bytes(ORDER, id, customer, decimal(cents), day));
    }

    private static byte[] widerOrder(
            int schemaId, long id, @Nullable String customer, long cents, @Nullable Object due, String... tags) {
        return SchemaRegistry.framed(
                schemaId, AvroRecords.bytes(WIDER_ORDER, id, customer, decimal(cents), due, List.of(tags)));
    }

    private void send(String topic, String key, byte @Nullable [] value) {
        cluster.sendBytes(topic, key, value);
        cluster.flush();
    }

    private String from(String topic, String... options) {
        var with = new StringBuilder(" FROM kafka_topic('" + topic + "') WITH (\"value.format\" = 'avro'"
                + ", \"schema.registry.url\" = '" + registry.url() + "'");
        for (String option : options) {
            with.append(", ").append(option);
        }
        return with.append(")").toString();
    }

    private static String columns(TableStatus status) {
        return status.schema().columns().stream()
                .map(c -> c.name() + " " + c.type() + (c.nullable() ? "" : " NOT NULL"))
                .toList()
                .toString();
    }

    @Test
    void columnsComeFromTheSchemaAndLaterSchemasWidenThem() {
        cluster.createTopic("orders");
        int id = registry.register("orders-value", ORDER);
        send("orders", "a", order(id, 1, "Ann", 1250, 0));
        send("orders", "b", order(id, 2, "B\"ob", -5, null));
        cluster.create("CREATE TABLE orders AS SELECT *" + from("orders"));
        cluster.create("CREATE TABLE spent AS SELECT customer, SUM(price) AS total FROM orders GROUP BY customer");
        cluster.create("CREATE TABLE by_id AS SELECT id PRIMARY KEY, price" + from("orders"));

        assertThat(columns(cluster.awaitLive("orders")))
                .isEqualTo("[_key VARCHAR NOT NULL, id INTEGER NOT NULL, customer VARCHAR NOT NULL,"
                        + " price DECIMAL(10,2) NOT NULL, day DATE]");
        assertThat(cluster.rows("orders", KEY, "id", "customer", "price", "day"))
                .isEqualTo(Map.of("a", List.of(1L, "Ann", "12.50", 0L), "b", List.of(2L, "B\"ob", "-0.05", "NULL")));
        cluster.awaitLive("spent");
        cluster.awaitRows("spent", Map.of("Ann", List.of("12.50"), "B\"ob", List.of("-0.05")), "customer", "total");
        cluster.awaitLive("by_id");
        cluster.awaitRows("by_id", Map.of("1", List.of("12.50"), "2", List.of("-0.05")), "id", "price");

        int wider = registry.register("orders-value", WIDER_ORDER);
        long large = 1L << 40;
        send("orders", "c", widerOrder(wider, large, null, 100, 20_000, "x", "y"));
        send("orders", "b", null);

        cluster.awaitRows(
                "orders",
                Map.of("a", List.of(1L, 0L, "NULL", "NULL"), "c", List.of(large, "NULL", 20_000L, "[\"x\",\"y\"]")),
                KEY,
                "id",
                "day",
                "due",
                "tags");
        assertThat(columns(cluster.status("orders")))
                .isEqualTo("[_key VARCHAR NOT NULL, id BIGINT NOT NULL, customer VARCHAR,"
                        + " price DECIMAL(10,2) NOT NULL, day DATE, due DATE, tags JSON]");
        cluster.awaitRows("spent", Map.of("Ann", List.of("12.50"), "NULL", List.of("1.00")), "customer", "total");
        cluster.awaitRows("by_id", Map.of("1", List.of("12.50"), Long.toString(large), List.of("1.00")), "id", "price");
        assertThat(cluster.status("orders").badRecords()).isZero();

        String before = columns(cluster.status("orders"));
        cluster.restart();
        assertThat(columns(cluster.awaitLive("orders"))).isEqualTo(before);
        cluster.awaitRows("orders", Map.of("a", List.of(1L), "c", List.of(large)), KEY, "id");
        assertThat(registry.asked("/schemas/ids/" + id)).isPositive().isLessThan(20);
    }

    @Test
    void aTopicWithoutRecordsHasTheColumnsOfItsSubject() {
        cluster.createTopic("empty");
        int id = registry.register("empty-value", ORDER);
        cluster.create("CREATE TABLE empty AS SELECT _key, id, price" + from("empty"));

        assertThat(columns(cluster.awaitLive("empty")))
                .isEqualTo("[_key VARCHAR NOT NULL, id INTEGER NOT NULL, price DECIMAL(10,2) NOT NULL]");
        send("empty", "a", order(id, 7, "Ann", 100, null));
        cluster.awaitRows("empty", Map.of("a", List.of(7L)), KEY, "id");
    }

    @Test
    void aTableWaitsForARegistryThatIsDownAtItsStart() {
        cluster.createTopic("early");
        int id = registry.register("early-value", ORDER);
        send("early", "a", order(id, 1, "Ann", 100, null));
        registry.stop();
        cluster.create("CREATE TABLE early AS SELECT *"
                + from("early", "\"topic.wait.timeout\" = '5m'", "\"topic.retry.interval\" = '50ms'"));

        TableStatus waiting = cluster.awaitStatus(
                "early",
                status -> status.state() == TableState.WAITING && status.retry().isPresent());
        assertThat(waiting.retry().orElseThrow().category()).isEqualTo(FaultCategory.NETWORK);
        assertThat(waiting.retry().orElseThrow().message()).contains("schema registry at " + registry.url());

        registry.start();
        cluster.awaitLive("early");
        cluster.awaitRows("early", Map.of("a", List.of(1L)), KEY, "id");
    }

    @Test
    void aTableStallsWhileTheRegistryIsDownAndLosesNothing() {
        cluster.createTopic("outage");
        int first = registry.register("outage-value", ORDER);
        send("outage", "a", order(first, 1, "Ann", 100, null));
        cluster.create("CREATE TABLE outage AS SELECT *" + from("outage"));
        cluster.create("CREATE TABLE outages AS SELECT customer, COUNT(*) AS n FROM outage GROUP BY customer");
        cluster.create("CREATE TABLE outage_by_id AS SELECT id PRIMARY KEY, customer" + from("outage"));
        cluster.awaitLive("outage");
        cluster.awaitLive("outages");
        cluster.awaitLive("outage_by_id");

        int second = registry.register("outage-value", WIDER_ORDER);
        registry.stop();
        send("outage", "b", widerOrder(second, 2, "Bob", 200, null));
        send("outage", "c", order(first, 3, "Ann", 300, null));

        TableStatus stalled = cluster.awaitState("outage", TableState.STALLED);
        assertThat(stalled.retry().orElseThrow().category()).isEqualTo(FaultCategory.NETWORK);
        assertThat(stalled.badRecords()).isZero();
        assertThat(cluster.rows("outage", KEY, "id")).containsEntry("a", List.of(1L));
        cluster.awaitState("outages", TableState.STALLED);
        cluster.awaitState("outage_by_id", TableState.STALLED);

        registry.start();
        cluster.awaitRows("outage", Map.of("a", List.of(1L), "b", List.of(2L), "c", List.of(3L)), KEY, "id");
        cluster.awaitRows("outages", Map.of("Ann", List.of(2L), "Bob", List.of(1L)), "customer", "n");
        cluster.awaitRows(
                "outage_by_id",
                Map.of("1", List.of("Ann"), "2", List.of("Bob"), "3", List.of("Ann")),
                "id",
                "customer");
        for (String table : List.of("outage", "outages", "outage_by_id")) {
            assertThat(cluster.awaitLive(table).badRecords()).as(table).isZero();
        }
    }

    @Test
    void whatTheRegistryDoesNotKnowIsABadRecord() {
        cluster.createTopic("odd");
        int id = registry.register("odd-value", ORDER);
        int other = registry.register("odd-other", "PROTOBUF", "syntax = \"proto3\"; message M { int32 a = 1; }");
        send("odd", "a", order(id, 1, "Ann", 100, null));
        send("odd", "b", order(99_999, 2, "Bob", 100, null));
        send("odd", "c", "{\"id\":3}".getBytes(StandardCharsets.UTF_8));
        send("odd", "d", SchemaRegistry.framed(other, new byte[] {0, 8, 1}));
        send("odd", "e", SchemaRegistry.framed(id, new byte[] {2, 8}));
        cluster.create("CREATE TABLE odd AS SELECT *" + from("odd"));

        assertThat(cluster.awaitLive("odd").badRecords()).isEqualTo(4);
        assertThat(cluster.rows("odd", KEY, "id")).isEqualTo(Map.of("a", List.of(1L)));
    }

    @Test
    void theRegistryAsksForALoginWhichIsNeverShown() {
        cluster.createTopic("login");
        registry.demand("app", "open sesame");
        registry.register("login-value", ORDER);
        cluster.create("CREATE TABLE login AS SELECT *"
                + from("login", "\"schema.registry.user\" = 'app'", "\"schema.registry.password\" = 'open sesame'"));
        assertThat(cluster.awaitLive("login").options().toString())
                .contains("schema.registry.user")
                .doesNotContain("sesame");

        cluster.create("CREATE TABLE refused AS SELECT * FROM kafka_topic('login') WITH (\"value.format\" = 'avro',"
                + " \"schema.registry.url\" = '" + registry.url("app", "wrong-secret") + "')");
        TableStatus refused = cluster.awaitState("refused", TableState.FAILED);
        assertThat(refused.retry().orElseThrow().category()).isEqualTo(FaultCategory.AUTHENTICATION);
        assertThat(refused.retry().orElseThrow().toString())
                .contains(registry.url())
                .doesNotContain("wrong-secret");
        assertThat(refused.options().toString()).doesNotContain("wrong-secret");
    }

    @Test
    void aTopicWithoutARegistryNamesItsSchema(@TempDir Path directory) throws Exception {
        cluster.createTopic("bare");
        send("bare", "a", AvroRecords.bytes(ORDER, 1, "Ann", decimal(150), null));
        Path file = java.nio.file.Files.writeString(directory.resolve("order.avsc"), ORDER);
        for (String schema : List.of(ORDER, file.toString())) {
            cluster.create("CREATE OR REPLACE TABLE bare AS SELECT * FROM kafka_topic('bare')"
                    + " WITH (\"value.format\" = 'avro', \"value.schema\" = '" + schema + "')");
            cluster.awaitLive("bare");
            cluster.awaitRows("bare", Map.of("a", List.of("1.50")), KEY, "price");
        }
        send("bare", "b", SchemaRegistry.framed(1, AvroRecords.bytes(ORDER, 1, "Ann", decimal(150), null)));
        TestCluster.await("the bad record", () -> cluster.status("bare").badRecords() == 1);
    }

    @Test
    void changeEventsOfDebeziumInAvro() {
        String row = "{'type':'record','name':'Value','fields':[{'name':'id','type':'long'},"
                + "{'name':'name','type':['null','string']},{'name':'born','type':{'type':'int',"
                + "'connect.name':'io.debezium.time.Date'}}]}";
        String event = "{'type':'record','name':'Envelope','fields':[{'name':'before','type':['null'," + row
                + "]},{'name':'after','type':['null','Value']},{'name':'op','type':'string'}]}";
        Schema schema = new Schema.Parser().parse(event.replace('\'', '"'));
        Schema value = schema.getField("after").schema().getTypes().get(1);
        Object ann = AvroRecords.record(value, 1L, "Ann", 10);
        Object bob = AvroRecords.record(value, 2L, null, 20);
        String keySchema = "{'type':'record','name':'Key','fields':[{'name':'id','type':'long'}]}".replace('\'', '"');
        int id = registry.register("customers-value", schema.toString());
        int keyId = registry.register("customers-key", keySchema);
        cluster.createTopic("customers");
        String options = " FROM kafka_topic('customers') WITH (\"value.format\" = 'debezium', \"key.format\" = 'avro',"
                + " \"schema.registry.url\" = '" + registry.url() + "')";
        cluster.sendBytes("customers", key(keyId, keySchema, 1L), event(id, schema, null, ann, "c"));
        cluster.sendBytes("customers", key(keyId, keySchema, 2L), event(id, schema, null, bob, "r"));
        cluster.flush();
        cluster.create("CREATE TABLE customers AS SELECT *" + options);
        cluster.create("CREATE TABLE customers_by_id AS SELECT id PRIMARY KEY, name" + options);

        assertThat(columns(cluster.awaitLive("customers")))
                .isEqualTo("[_key BIGINT NOT NULL, id BIGINT NOT NULL, name VARCHAR, born DATE NOT NULL]");
        cluster.awaitRows(
                "customers", Map.of("1", List.of("Ann", 10L), "2", List.of("NULL", 20L)), KEY, "name", "born");
        cluster.awaitLive("customers_by_id");

        cluster.sendBytes("customers", key(keyId, keySchema, 2L), event(id, schema, bob, null, "d"));
        cluster.sendBytes("customers", key(keyId, keySchema, 2L), null);
        cluster.flush();
        cluster.awaitRows("customers", Map.of("1", List.of("Ann")), KEY, "name");
        cluster.awaitRows("customers_by_id", Map.of("1", List.of("Ann")), "id", "name");
        assertThat(cluster.status("customers").badRecords()).isZero();
    }

    private static byte[] key(int id, String schema, Object... values) {
        return SchemaRegistry.framed(id, AvroRecords.bytes(schema, values));
    }

    private static byte[] event(int id, Schema schema, @Nullable Object before, @Nullable Object after, String op) {
        return SchemaRegistry.framed(id, AvroRecords.encode(schema, AvroRecords.record(schema, before, after, op)));
    }

    @Test
    void messagesOfProtobufWithARegistryAndWithASchemaOfTheirOwn(@TempDir Path directory) throws Exception {
        String text = "syntax = \"proto3\"; import \"google/protobuf/timestamp.proto\"; message Other { int32 x = 1; }"
                + " message Trade { string symbol = 1; int64 size = 2; google.protobuf.Timestamp at = 3; }";
        int id = registry.register("trades-value", "PROTOBUF", text);
        cluster.createTopic("trades");
        byte[] first = new ProtobufBytes()
                .text(1, "A")
                .varint(2, 5)
                .message(3, new ProtobufBytes().varint(1, 1))
                .toByteArray();
        byte[] place = {2, 2};
        send("trades", "1", SchemaRegistry.framed(id, concat(place, first)));
        cluster.create("CREATE TABLE trades AS SELECT * FROM kafka_topic('trades') WITH (\"value.format\" = 'protobuf',"
                + " \"schema.registry.url\" = '" + registry.url() + "')");

        assertThat(columns(cluster.awaitLive("trades")))
                .isEqualTo("[_key VARCHAR NOT NULL, symbol VARCHAR NOT NULL, size BIGINT NOT NULL, at TIMESTAMPTZ]");
        assertThat(cluster.rows("trades", KEY, "symbol", "size", "at"))
                .isEqualTo(Map.of("1", List.of("A", 5L, 1_000_000L)));

        int wider = registry.register("trades-value", "PROTOBUF", text.replace("at = 3;", "at = 3; bool late = 4;"));
        send("trades", "2", SchemaRegistry.framed(wider, concat(place, new byte[] {32, 1})));
        cluster.awaitRows("trades", Map.of("1", List.of("A", "NULL"), "2", List.of("", true)), KEY, "symbol", "late");

        cluster.createTopic("bare_trades");
        send("bare_trades", "1", first);
        Path file = java.nio.file.Files.writeString(directory.resolve("trade.proto"), text);
        cluster.create("CREATE TABLE bare_trades AS SELECT * FROM kafka_topic('bare_trades') WITH (\"value.format\" ="
                + " 'protobuf', \"value.schema\" = '" + file + "', \"value.message\" = 'Trade')");
        cluster.awaitLive("bare_trades");
        cluster.awaitRows("bare_trades", Map.of("1", List.of("A", 5L)), KEY, "symbol", "size");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}

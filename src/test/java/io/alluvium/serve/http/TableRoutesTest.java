package io.alluvium.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.TableRows;
import io.alluvium.testkit.TableStatuses;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableRoutesTest {

    private static final Schema ORDERS = Schema.of(
            new Column("_key", ColumnType.VARCHAR, false),
            Column.of("id", ColumnType.BIGINT),
            Column.of("status", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.decimal(18, 2)));
    private static final Schema STOCK = Schema.of(
            Column.of("place", ColumnType.VARCHAR),
            Column.of("day", ColumnType.DATE),
            Column.of("pieces", ColumnType.INTEGER));

    private final Api api = new Api();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void theTableHasTheShapeOfTheContract() throws Exception {
        api.tables.put(TableStatuses.of("orders", TableState.LOADING)
                .schema(ORDERS, "_key")
                .size(1_250_000, 181_403_648)
                .progress(new TableStatus.Progress(TableStatus.Phase.BULK, 1_250_000, 5_000_000, 812_000, 4.62))
                .lag(0, 3)
                .times(Instant.ofEpochSecond(0), Instant.ofEpochSecond(60), Instant.ofEpochMilli(61_500))
                .positions(new TableStatus.PartitionPosition(0, 1_250_000))
                .options(new TableStatus.EffectiveOption("auto.offset.reset", "earliest", "default"))
                .build());

        Api.Reply reply = api.get("/api/tables/orders");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.json()).isEqualTo(Api.tree("""
                {"name": "orders", "state": "LOADING",
                 "key": {"columns": ["_key"], "rule": "Kafka record key"},
                 "columns": [{"name": "_key", "type": "VARCHAR", "nullable": false},
                             {"name": "id", "type": "BIGINT", "nullable": true},
                             {"name": "status", "type": "VARCHAR", "nullable": true},
                             {"name": "amount", "type": "DECIMAL(18,2)", "nullable": true}],
                 "definition": "CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')",
                 "dependsOn": [], "source": {"kind": "kafka", "topic": "orders"},
                 "rows": 1250000, "bytes": 181403648, "indexes": [],
                 "progress": {"phase": "BULK", "loaded": 1250000, "total": 5000000, "percent": 25.0,
                              "rowsPerSecond": 812000, "secondsLeft": 4.6},
                 "lag": {"records": 0, "millis": 3}, "startedAt": "1970-01-01T00:00:00Z",
                 "finishedAt": "1970-01-01T00:01:00Z", "lastChangeAt": "1970-01-01T00:01:01.500Z", "badRecords": 0,
                 "positions": [{"partition": 0, "offset": 1250000}],
                 "options": [{"name": "auto.offset.reset", "value": "earliest", "origin": "default"}]}
                """));
    }

    @Test
    void theListLeavesOutColumnsDefinitionAndOptionsAndTellsWhyATableWaits() throws Exception {
        api.tables.put(waiting("orders"));
        api.tables.put(TableStatuses.of("joined", TableState.LIVE)
                .sources(
                        new SourceDefinition.OtherTable(new TableName("orders")),
                        new SourceDefinition.Files("/data/a.csv"))
                .build());

        JsonNode tables = api.get("/api/tables").json().path("tables");

        assertThat(tables).hasSize(2);
        JsonNode joined = tables.get(0);
        assertThat(joined.path("dependsOn")).isEqualTo(Api.tree("[\"orders\"]"));
        assertThat(joined.path("sources"))
                .isEqualTo(Api.tree(
                        "[{\"kind\":\"table\",\"table\":\"orders\"},{\"kind\":\"file\",\"path\":\"/data/a.csv\"}]"));
        JsonNode orders = tables.get(1);
        assertThat(orders.has("columns") || orders.has("definition") || orders.has("options"))
                .isFalse();
        assertThat(orders.has("progress") || orders.has("lag") || orders.has("sources"))
                .isFalse();
        assertThat(orders.path("retry")).isEqualTo(Api.tree("""
                {"category": "TOPIC_MISSING", "attempts": 3, "firstFailureAt": "2026-01-31T10:00:00Z",
                 "nextAttemptAt": "2026-01-31T10:00:05Z", "message": "topic orders does not exist",
                 "hint": "create it", "originalError": "UnknownTopicOrPartitionException"}
                """));
    }

    @Test
    void secretsInDefinitionsSourcesAndMessagesAreMasked() throws Exception {
        api.tables.put(TableStatuses.of("customers", TableState.LIVE)
                .sql(
                        "CREATE TABLE customers AS SELECT * FROM jdbc('postgresql://app:hunter2@db/shop?password=hunter2', 't')"
                                + " WITH (\"jdbc.password\" = 'hunter2', \"jdbc.mode\" = 'snapshot')")
                .build());

        String body = api.get("/api/tables/customers").body();

        assertThat(body).doesNotContain("hunter2").contains("jdbc.mode").contains("'snapshot'");
    }

    @Test
    void anUnknownTableIsNamedWithTheNearestAndTheStatementThatMakesIt() throws Exception {
        api.tables.put(waiting("orders"));

        Api.Reply reply = api.get("/api/tables/order");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error().path("code").asText()).isEqualTo("42P01");
        assertThat(reply.error().path("category").asText()).isEqualTo("USER");
        assertThat(reply.error().path("hint").asText())
                .contains("Perhaps you meant orders")
                .contains("CREATE TABLE");
        assertThat(reply.error().has("position")).isFalse();
        assertThat(api.get("/api/tables/order/rows/1").status()).isEqualTo(404);
        assertThat(api.get("/api/tables/").error().path("code").asText()).isEqualTo("42P01");
        assertThat(api.get("/api/tables/" + "x".repeat(500) + "/rows").status()).isEqualTo(404);
    }

    @Test
    void aRowIsFoundByItsKey() throws Exception {
        orders(new Object[] {"o-1", 9_007_199_254_740_993L, "NEW", new BigDecimal("12.50")});

        Api.Reply reply = api.get("/api/tables/orders/rows/o-1");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo("{\"_key\":\"o-1\",\"id\":9007199254740993,\"status\":\"NEW\",\"amount\":12.50}");
    }

    @Test
    void aMissingRowIs404WithTheKeyInTheMessage() throws Exception {
        orders(new Object[] {"o-1", 1L, null, null});

        Api.Reply reply = api.get("/api/tables/orders/rows/nope");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error().path("code").asText()).isEqualTo("02000");
        assertThat(reply.error().path("message").asText()).contains("nope").contains("orders");
    }

    @Test
    void aTextKeyMayHoldSlashesDotsPercentSignsAndAnythingElse() throws Exception {
        orders(
                new Object[] {"a/b", 1L, "slash", null},
                new Object[] {"..", 2L, "dots", null},
                new Object[] {"100%", 3L, "percent", null},
                new Object[] {"a+b c", 4L, "plus", null},
                new Object[] {"grün €", 5L, "unicode", null},
                new Object[] {"", 6L, "empty", null},
                new Object[] {"a//b", 7L, "slashes", null});

        assertThat(statusOf("a%2Fb")).isEqualTo("slash");
        assertThat(statusOf("%2E%2E")).isEqualTo("dots");
        assertThat(statusOf("100%25")).isEqualTo("percent");
        assertThat(statusOf("a+b%20c")).isEqualTo("plus");
        assertThat(statusOf("gr%C3%BCn%20%E2%82%AC")).isEqualTo("unicode");
        assertThat(statusOf("")).isEqualTo("empty");
        assertThat(statusOf("a%2f%2Fb")).isEqualTo("slashes");
        Api.Reply unencoded = api.get("/api/tables/orders/rows/a/b");
        assertThat(unencoded.status()).isEqualTo(400);
        assertThat(unencoded.error().path("code").asText()).isEqualTo("22P02");
        assertThat(unencoded.error().path("hint").asText()).contains("%2F");
        assertThat(api.get("/api/tables/orders/rows/%FF").error().path("code").asText())
                .isEqualTo("22023");
    }

    @Test
    void aCompositeKeyIsDividedBeforeItsPartsAreDecoded() throws Exception {
        stock(new Object[] {"a/b", 20_484, 7}, new Object[] {"a", 20_484, 8});

        assertThat(api.get("/api/tables/stock/rows/a%2Fb/2026-01-31").body())
                .isEqualTo("{\"place\":\"a/b\",\"day\":\"2026-01-31\",\"pieces\":7}");
        assertThat(api.get("/api/tables/stock/rows/a/2026-01-31")
                        .json()
                        .path("pieces")
                        .asInt())
                .isEqualTo(8);
        Api.Reply tooFew = api.get("/api/tables/stock/rows/a");
        assertThat(tooFew.status()).isEqualTo(400);
        assertThat(tooFew.error().path("message").asText()).contains("2 parts (place, day)");
        Api.Reply wrongType = api.get("/api/tables/stock/rows/a/tomorrow");
        assertThat(wrongType.status()).isEqualTo(400);
        assertThat(wrongType.error().path("message").asText())
                .contains("tomorrow")
                .contains("DATE");
        assertThat(wrongType.error().path("hint").asText()).contains("2026-01-31");
    }

    @Test
    void aKeyOfAnyTypeIsReadFromItsText() throws Exception {
        UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        Instant time = Instant.parse("2026-01-31T13:45:00.000123Z");
        long micros = time.getEpochSecond() * 1_000_000 + 123;
        findsByKey(ColumnType.INTEGER, -7, "-7");
        findsByKey(ColumnType.BIGINT, Long.MIN_VALUE, "-9223372036854775808");
        findsByKey(ColumnType.BOOLEAN, true, "TRUE");
        findsByKey(ColumnType.decimal(18, 2), new BigDecimal("12.50"), "12.5");
        findsByKey(ColumnType.decimal(38, 3), new BigDecimal("12345678901234567890.500"), "12345678901234567890.5");
        findsByKey(ColumnType.DOUBLE, -0.25, "-0.25");
        findsByKey(ColumnType.REAL, (double) 0.1f, "0.1");
        findsByKey(ColumnType.UUID, uuid, uuid.toString());
        findsByKey(ColumnType.BYTEA, new byte[] {1, 0, -1}, "AQD%2F");
        findsByKey(ColumnType.TIME, 49_500_000_000L, "13:45:00");
        findsByKey(ColumnType.TIMESTAMP, micros, "2026-01-31T13:45:00.000123");
        findsByKey(ColumnType.TIMESTAMPTZ, micros, "2026-01-31T14:45:00.000123%2B01:00");
        findsByKey(ColumnType.TIMESTAMPTZ, micros, "2026-01-31T13:45:00.000123Z");
    }

    @Test
    void aKeyThatDoesNotFitItsTypeIsRefused() throws Exception {
        refusesKey(ColumnType.INTEGER, 1, "2147483648");
        refusesKey(ColumnType.INTEGER, 1, "1.5");
        refusesKey(ColumnType.decimal(18, 2), BigDecimal.ONE, "1.005");
        refusesKey(ColumnType.decimal(18, 2), BigDecimal.ONE, "1e999999999");
        refusesKey(ColumnType.decimal(4, 2), BigDecimal.ONE, "1234");
        refusesKey(ColumnType.UUID, UUID.randomUUID(), "1-2");
        refusesKey(ColumnType.BOOLEAN, true, "yes");
        refusesKey(ColumnType.BYTEA, new byte[] {1}, "%3F%3F");
        refusesKey(ColumnType.TIMESTAMP, 0L, "yesterday");
    }

    @Test
    void manyRowsAreLookedUpInOneRequestInTheOrderAsked() throws Exception {
        orders(new Object[] {"o-1", 1L, "NEW", null}, new Object[] {"o-2", 2L, "DONE", null});
        stock(new Object[] {"a", 20_484, 8});

        Api.Reply reply = api.post("/api/tables/orders/lookup", "{\"keys\": [\"o-2\", \"nope\", \"o-1\"]}");
        Api.Reply composite =
                api.post("/api/tables/stock/lookup", "{\"keys\": [[\"a\", \"2026-01-31\"], [\"a\", \"2026-02-01\"]]}");

        assertThat(reply.body())
                .isEqualTo("{\"rows\":[{\"_key\":\"o-2\",\"id\":2,\"status\":\"DONE\",\"amount\":null},null,"
                        + "{\"_key\":\"o-1\",\"id\":1,\"status\":\"NEW\",\"amount\":null}]}");
        assertThat(composite.json().path("rows").get(0).path("pieces").asInt()).isEqualTo(8);
        assertThat(composite.json().path("rows").get(1).isNull()).isTrue();
        assertThat(api.post("/api/tables/stock/lookup", "{\"keys\": [\"a\"]}")
                        .error()
                        .path("hint")
                        .asText())
                .contains("array");
        assertThat(api.post("/api/tables/orders/lookup", "{\"keys\": \"o-1\"}").status())
                .isEqualTo(400);
        assertThat(api.post("/api/tables/orders/lookup", "{\"kyes\": []}")
                        .error()
                        .path("hint")
                        .asText())
                .contains("keys");
    }

    @Test
    void pagesGiveEveryRowExactlyOnceInKeyOrder() throws Exception {
        List<@Nullable Object[]> rows = new ArrayList<>();
        Set<String> keys = new TreeSet<>();
        for (int i = 0; i < 5_003; i++) {
            String key = i == 0 ? "" : Integer.toString(i * 7919 % 100_003, 36);
            keys.add(key);
            rows.add(new Object[] {key, (long) i, "NEW", null});
        }
        put("orders", ORDERS, new int[] {0}, rows);

        List<String> seen = new ArrayList<>();
        String next = "";
        int pages = 0;
        do {
            JsonNode page =
                    api.get("/api/tables/orders/rows?limit=1000&after=" + next).json();
            page.path("rows").forEach(row -> seen.add(row.path("_key").asText()));
            next = page.path("next").asText("");
            pages++;
        } while (!next.isEmpty());

        assertThat(pages).isEqualTo(6);
        assertThat(seen).containsExactlyElementsOf(keys);
    }

    @Test
    void aPageThatEndsWithTheEmptyKeyOrWithTheLastRowIsFollowedRightly() throws Exception {
        orders(new Object[] {"", 1L, null, null}, new Object[] {"z", 2L, null, null});

        JsonNode first = api.get("/api/tables/orders/rows?limit=1").json();
        JsonNode second = api.get("/api/tables/orders/rows?limit=1&after="
                        + first.path("next").asText())
                .json();

        assertThat(first.path("rows").get(0).path("_key").asText()).isEmpty();
        assertThat(second.path("rows").get(0).path("_key").asText()).isEqualTo("z");
        assertThat(second.has("next")).isFalse();
        assertThat(api.get("/api/tables/orders/rows").json().path("rows")).hasSize(2);
    }

    @Test
    void aNumberedKeyIsPagedInTheOrderOfTheNumbers() throws Exception {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (long i = -50; i < 50; i++) {
            rows.add(new Object[] {i});
        }
        put("numbers", Schema.of(Column.of("n", ColumnType.BIGINT)), new int[] {0}, rows);

        JsonNode page = api.get("/api/tables/numbers/rows?limit=60").json();

        List<Long> seen = new ArrayList<>();
        page.path("rows").forEach(row -> seen.add(row.path("n").asLong()));
        assertThat(seen).hasSize(60).isSorted().startsWith(-50L);
    }

    @Test
    void limitAndAfterAreChecked() throws Exception {
        orders(new Object[] {"a", 1L, null, null});

        for (String query : List.of("limit=0", "limit=10001", "limit=x", "after=x", "after=1!", "limit=-1")) {
            Api.Reply reply = api.get("/api/tables/orders/rows?" + query);
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.error().path("code").asText()).as(query).isEqualTo("22023");
        }
    }

    @Test
    void aTableThatIsNotReadableYetIs503() throws Exception {
        api.tables.put(waiting("orders"));

        assertThat(api.get("/api/tables/orders/rows/1").status()).isEqualTo(503);
        assertThat(api.get("/api/tables/orders/rows").error().path("code").asText())
                .isEqualTo("55000");
    }

    @Test
    void manyClientsAtOnceGetTheirOwnRows() throws Exception {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(new Object[] {"k" + i, (long) i, "s" + i, null});
        }
        put("orders", ORDERS, new int[] {0}, rows);

        List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            replies.add(api.client.sendAsync(
                    api.request("/api/tables/orders/rows/k" + i).build(), HttpResponse.BodyHandlers.ofString()));
        }

        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            JsonNode row = Api.tree(replies.get(i).join().body());
            assertThat(row.path("status").asText()).isEqualTo("s" + i);
            seen.add(row.path("id").asLong());
        }
        assertThat(seen).hasSize(2_000);
    }

    private static TableStatus waiting(String name) {
        return TableStatuses.of(name, TableState.WAITING)
                .retry(new TableStatus.Retry(
                        FaultCategory.TOPIC_MISSING,
                        3,
                        Instant.parse("2026-01-31T10:00:00Z"),
                        Optional.of(Instant.parse("2026-01-31T10:00:05Z")),
                        Optional.empty(),
                        "topic orders does not exist",
                        "create it",
                        "UnknownTopicOrPartitionException"))
                .build();
    }

    private void orders(@Nullable Object[]... rows) {
        put("orders", ORDERS, new int[] {0}, List.of(rows));
    }

    private void stock(@Nullable Object[]... rows) {
        put("stock", STOCK, new int[] {0, 1}, List.of(rows));
    }

    private void put(String name, Schema schema, int[] key, List<@Nullable Object[]> rows) {
        api.tables.put(
                TableStatuses.of(name, TableState.LIVE).schema(schema).build(),
                TableRows.store(name, schema, key, rows));
    }

    private String statusOf(String key) throws IOException, InterruptedException {
        return api.get("/api/tables/orders/rows/" + key).json().path("status").asText();
    }

    private void findsByKey(ColumnType type, Object value, String text) throws IOException, InterruptedException {
        put("typed", Schema.of(Column.of("k", type)), new int[] {0}, List.<@Nullable Object[]>of(new Object[] {value}));
        Api.Reply reply = api.get("/api/tables/typed/rows/" + text);
        assertThat(reply.status()).as(type + " " + text + ": " + reply.body()).isEqualTo(200);
    }

    private void refusesKey(ColumnType type, Object value, String text) throws IOException, InterruptedException {
        put("typed", Schema.of(Column.of("k", type)), new int[] {0}, List.<@Nullable Object[]>of(new Object[] {value}));
        Api.Reply reply = api.get("/api/tables/typed/rows/" + text);
        assertThat(reply.status()).as(type + " " + text + ": " + reply.body()).isEqualTo(400);
        assertThat(reply.error().path("code").asText()).isEqualTo("22P02");
    }
}

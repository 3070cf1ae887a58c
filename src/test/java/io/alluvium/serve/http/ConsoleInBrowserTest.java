package io.alluvium.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import io.alluvium.serve.FakeParser;
import io.alluvium.serve.Session;
import io.alluvium.testkit.Browser;
import io.alluvium.testkit.TableRows;
import io.alluvium.testkit.TableStatuses;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The console as a user has it. Needs a Chromium; is skipped where there is none.
class ConsoleInBrowserTest {

    private static final String MARKUP = "<img src=x onerror=alert(1)>";
    private static final Schema ORDERS = Schema.of(
            new Column("id", ColumnType.BIGINT, false),
            Column.of("note", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.decimal(38, 4)));

    private static @Nullable Browser started;

    private final Api api = new Api();

    @BeforeAll
    static void start() throws Exception {
        started = Browser.start().orElse(null);
    }

    @AfterAll
    static void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Browser open(String path) {
        return open(api.uri(path));
    }

    private static Browser open(URI page) {
        assumeTrue(started != null, "needs chromium on the PATH");
        Browser browser = Objects.requireNonNull(started);
        browser.open(page);
        browser.awaitText("#link", "connected");
        return browser;
    }

    private void putOrders(int rows) {
        var values = new ArrayList<@Nullable Object[]>();
        values.add(
                new @Nullable Object[] {9_007_199_254_740_993L, MARKUP, new BigDecimal("12345678901234567890.1200")});
        for (long id = 1; id < rows; id++) {
            values.add(new @Nullable Object[] {id, null, new BigDecimal("0.5000")});
        }
        api.tables.put(
                TableStatuses.of("orders", TableState.LIVE)
                        .schema(ORDERS, "id")
                        .rule("PRIMARY KEY")
                        .size(rows, 4_200_000)
                        .options(new TableStatus.EffectiveOption("error.handling", "skip", "WITH"))
                        .build(),
                TableRows.store("orders", ORDERS, new int[] {0}, values));
    }

    @Test
    void theListFollowsTheTables() {
        putOrders(1);
        api.tables.put(TableStatuses.of("bulk", TableState.LOADING)
                .progress(new TableStatus.Progress(TableStatus.Phase.BULK, 1_250_000, 5_000_000, 812_000, 4.62))
                .build());
        api.tables.put(TableStatuses.of("late", TableState.WAITING)
                .retry(new TableStatus.Retry(
                        FaultCategory.TOPIC_MISSING,
                        3,
                        Instant.now(),
                        Optional.of(Instant.now().plusSeconds(90)),
                        Optional.empty(),
                        "Kafka topic 'late' does not exist",
                        "1. Create it",
                        "UnknownTopicOrPartitionException"))
                .build());

        Browser browser = open("/");

        browser.awaitText("#table-list", "LIVE");
        browser.awaitText("#table-list", "4.2 MB");
        browser.awaitText("#table-list", "25.0 % · 812,000/s · 4.6 s left");
        browser.awaitText("#table-list", "TOPIC_MISSING: Kafka topic 'late' does not exist · attempt 3, next in 1 min");
        api.tables.put(TableStatuses.of("bulk", TableState.FAILED).build());
        browser.awaitText("#table-list tbody:first-of-type", "FAILED");
        api.tables.drop(new TableName("bulk"), false);
        browser.awaitText("#table-list tbody:first-of-type", "late");
        browser.awaitText("#summary", "1 of 2 tables live");
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void aSelectedTableShowsItsDetailsAndItsRowsWithAllTheirDigits() {
        putOrders(120);

        Browser browser = open("/#table=orders");

        browser.awaitText("#detail-facts", "id (PRIMARY KEY)");
        browser.awaitText("#detail-columns", "DECIMAL(38,4)");
        browser.awaitText("#detail-definition", "CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')");
        assertThat(browser.evaluate("document.querySelector('#detail-options').textContent"))
                .contains("error.handlingskipWITH");
        browser.awaitText("#page", "1–50");
        browser.click("#next");
        browser.awaitText("#page", "51–100");
        browser.click("#next");
        browser.awaitText("#page", "101–120");
        browser.awaitText("#rows", "9007199254740993");
        browser.awaitText("#rows", "12345678901234567890.1200");
        browser.awaitText("#rows", MARKUP);
        assertThat(browser.evaluate("document.querySelectorAll('#rows img').length + ' ' + next.disabled"))
                .isEqualTo("0 true");
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void aRowIsFoundByItsKey() {
        putOrders(10);
        Browser browser = open("/#table=orders");
        browser.awaitText("#detail-keys", "id BIGINT");

        browser.type("#detail-keys input", "9007199254740993");
        browser.click("#lookup button");
        browser.awaitText("#found", "12345678901234567890.1200");
        browser.type("#detail-keys input", "77");
        browser.click("#lookup button");
        browser.awaitText("#found", "No row has the key 77");
        browser.type("#detail-keys input", "x");
        browser.click("#lookup button");

        browser.awaitText("#found", "\"x\" is not a value of the key column id");
    }

    @Test
    void aMissingTableAndAFailureAreExplained() {
        api.tables.put(TableStatuses.of("broken", TableState.FAILED)
                .retry(new TableStatus.Retry(
                        FaultCategory.AUTHENTICATION,
                        1,
                        Instant.now(),
                        Optional.empty(),
                        Optional.empty(),
                        "not authorized",
                        "1. grant it\n2. or not",
                        "TopicAuthorizationException"))
                .build());
        Browser browser = open("/#table=broken");

        browser.awaitText("#detail-trouble", "AUTHENTICATION: not authorized");
        browser.awaitText("#detail-trouble", "1. grant it\n2. or not");
        browser.awaitText("#detail-trouble", "Original error: TopicAuthorizationException");
        browser.awaitText("#rows", "broken is FAILED");
        browser.evaluate("location.hash = 'table=nope'");
        browser.awaitText("#detail-trouble", "42P01");
    }

    @Test
    void aStatementIsAnsweredAsATable() {
        var row = new @Nullable Object[] {9_007_199_254_740_993L, null, new BigDecimal("0.1000")};
        api.queries.answer("SELECT 1", ORDERS, List.<@Nullable Object[]>of(row));
        Browser browser = open("/");

        browser.type("#text", "SELECT 1");
        browser.click("#run");

        browser.awaitText("#outcome", "1 row · ");
        assertThat(browser.evaluate("[...document.querySelectorAll('#answer td')].map(cell => cell.className"
                        + " + ':' + cell.innerText).join()"))
                .isEqualTo("number:9007199254740993,:NULL,number:0.1000");
        assertThat(browser.evaluate("document.querySelectorAll('#answer .null').length"))
                .isEqualTo("1");
        assertThat(browser.evaluate("document.querySelector('#past').textContent"))
                .isEqualTo("SELECT 1");
        browser.click("#examples button");
        browser.awaitText("#answer", "source");
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void aLongAnswerIsCutAndSaysSo() {
        var rows = new ArrayList<@Nullable Object[]>();
        for (long id = 0; id < 1001; id++) {
            rows.add(new @Nullable Object[] {id, "a \"]] \\", new BigDecimal("1.0000")});
        }
        api.queries.answer("SELECT 1000", ORDERS, rows.subList(0, 1000));
        api.queries.answer("SELECT 1001", ORDERS, rows);
        Browser browser = open("/");

        browser.type("#text", "SELECT 1000");
        browser.click("#run");
        browser.awaitText("#outcome", "1,000 rows · ");
        assertThat(browser.evaluate("outcome.innerText")).doesNotContain("more");
        browser.type("#text", "SELECT 1001");
        browser.click("#run");

        browser.awaitText("#outcome", "the first 1,000 rows, there are more");
        assertThat(browser.evaluate("document.querySelectorAll('#answer tbody tr').length"))
                .isEqualTo("1000");
    }

    @Test
    void anErrorShowsItsPlaceInTheStatement() {
        Browser browser = open("/");

        browser.type("#text", "SELECT\nnope");
        browser.evaluate("text.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true}))");

        browser.awaitText("#error", "42703 USER: column nope does not exist");
        browser.awaitText("#error", "Perhaps you meant note");
        browser.awaitText("#error .place", "nope\n^");
        assertThat(browser.evaluate("text.selectionStart")).isEqualTo("7");
    }

    @Test
    void itSaysThatTheServiceIsSilentAndGoesOnWhenItIsBack() {
        putOrders(1);
        var session = new Session(FakeParser::parse, api.queries, api.tables, List::of, List::of);
        var services = new HttpServices(session, api.tables, api.tables, List::of, api.meters);
        Browser browser;
        int port;
        try (HttpServer first = HttpServer.start("127.0.0.1", 0, services, Api.LIMITS)) {
            port = first.port();
            browser = open(URI.create("http://127.0.0.1:" + port + "/"));
        }

        browser.awaitText("#link", "the service has not answered since");
        browser.awaitText("#table-list", "orders");
        try (HttpServer again = HttpServer.start("127.0.0.1", port, services, Api.LIMITS)) {
            assertThat(again.port()).isEqualTo(port);
            browser.awaitText("#link", "connected");
        }
    }
}

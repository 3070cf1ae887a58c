package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlCommandTest {

    private static final String ORDERS = """
            {"columns": [{"name": "id", "type": "BIGINT"}, {"name": "status", "type": "VARCHAR"},
                         {"name": "amount", "type": "DECIMAL(38,2)"}, {"name": "rate", "type": "DOUBLE"}],
             "rows": [[1, "NEW", 12.50, 0.1], [20, null, 12345678901234567890123456789.10, 1e300],
                      [9223372036854775807, "", 0.00, 2.0]],
             "rowCount": 3, "elapsedMs": 0.42}
            """;

    private final FakeService service = new FakeService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void rowsArePrintedInColumnsWithAllDigits() {
        service.answer("SELECT * FROM orders", ORDERS);

        Run run = Run.of("sql", "--url", service.url(), "-c", "SELECT * FROM orders;");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .containsExactly(
                        "                  id | status |                           amount |    rate",
                        "---------------------+--------+----------------------------------+---------",
                        "                   1 | NEW    |                            12.50 |     0.1",
                        "                  20 | NULL   | 12345678901234567890123456789.10 | 1.0E300",
                        " 9223372036854775807 |        |                             0.00 |     2.0",
                        "(3 rows, 0.4 ms)");
    }

    @Test
    void csvTellsNullFromAnEmptyText() {
        service.answer("SELECT * FROM orders", ORDERS);

        Run run = Run.of("sql", "--format", "csv", "--url", service.url(), "-c", "SELECT * FROM orders");

        assertThat(run.out()).isEqualTo("""
                id,status,amount,rate
                1,NEW,12.50,0.1
                20,,12345678901234567890123456789.10,1.0E300
                9223372036854775807,"",0.00,2.0
                """);
    }

    @Test
    void csvQuotesWhatNeedsQuotes() {
        service.answer("SELECT a", """
                {"columns": [{"name": "a,b", "type": "VARCHAR"}], "rows": [["x\\"y"], ["two\\nlines"], [" z"]],
                 "rowCount": 3, "elapsedMs": 1}""");

        Run run = Run.of("sql", "--format=CSV", "--url", service.url(), "-c", "SELECT a");

        assertThat(run.out()).isEqualTo("\"a,b\"\n\"x\"\"y\"\n\"two\nlines\"\n\" z\"\n");
    }

    @Test
    void jsonKeepsNumbersAsTheyCame() {
        service.answer("SELECT * FROM orders", ORDERS);

        Run run = Run.of("sql", "--format", "json", "--url", service.url(), "-c", "SELECT * FROM orders");

        assertThat(run.out()).isEqualTo("""
                [
                {"id":1,"status":"NEW","amount":12.50,"rate":0.1},
                {"id":20,"status":null,"amount":12345678901234567890123456789.10,"rate":1E+300},
                {"id":9223372036854775807,"status":"","amount":0.00,"rate":2.0}
                ]
                """);
    }

    @Test
    void controlCharactersInDataDoNotReachTheTerminal() {
        service.answer("SELECT a", """
                {"columns": [{"name": "a", "type": "VARCHAR"}], "rows": [["\\u001b[2J\\n"]],
                 "rowCount": 1, "elapsedMs": 1}""");

        Run run = Run.of("sql", "--url", service.url(), "-c", "SELECT a");

        assertThat(run.out()).contains("\\u001b[2J\\n").doesNotContain("\u001b");
    }

    @Test
    void statementsRunInOrderUntilTheFirstError() {
        service.answer("CREATE TABLE t AS SELECT * FROM a", """
                        {"columns": [], "rows": [], "rowCount": 0, "elapsedMs": 1, "message": "table t created"}""").refuse("SELECT *\n  FROM ordrs", 404, """
                        {"error": {"code": "42P01", "category": "USER", "message": "no table \\"ordrs\\"",
                         "hint": "did you mean orders?", "position": 17}}""");

        Run run = Run.of(
                "sql",
                "--url",
                service.url(),
                "-c",
                "CREATE TABLE t AS SELECT * FROM a; SELECT *\n  FROM ordrs; SELECT 1",
                "-c",
                "SELECT 2");

        assertThat(run).isEqualTo(new Run(1, "table t created\n", """
                error 42P01: no table "ordrs"
                  line 2:   FROM ordrs
                                 ^
                  hint: did you mean orders?
                """));
        assertThat(service.received())
                .isEqualTo(List.of("CREATE TABLE t AS SELECT * FROM a", "SELECT *\n  FROM ordrs"));
    }

    @Test
    void theExitCodeTellsWhoseFaultItIs() {
        service.refuse("a", 503, error("NETWORK"))
                .refuse("b", 500, error("INTERNAL"))
                .refuse("c", 400, error("USER"))
                .refuse("d", 503, error("A_CATEGORY_OF_TOMORROW"));

        assertThat(Run.of("sql", "--url", service.url(), "-c", "a").code()).isEqualTo(3);
        assertThat(Run.of("sql", "--url", service.url(), "-c", "b").code()).isEqualTo(4);
        assertThat(Run.of("sql", "--url", service.url(), "-c", "c").code()).isEqualTo(1);
        assertThat(Run.of("sql", "--url", service.url(), "-c", "d").code()).isEqualTo(3);
    }

    private static String error(String category) {
        return "{\"error\": {\"code\": \"XX000\", \"category\": \"" + category + "\", \"message\": \"no\"}}";
    }

    @Test
    void withoutAServiceTheErrorSaysHowToStartOne() {
        String nowhere = service.url();
        service.close();

        Run run = Run.of("sql", "--url", nowhere, "-c", "SELECT 1");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).startsWith("error: no answer from " + nowhere).contains("./alluvium start");
    }

    @Test
    void anotherServerIsNotTakenForAlluvium() {
        Run run = Run.of("sql", "--url", service.url(), "-c", "unprepared");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("is not Alluvium (HTTP status 500)");
    }

    @Test
    void anAddressThatIsNoneIsWrongUsage() {
        assertThat(Run.of("sql", "--url", "localhost:8080", "-c", "SELECT 1").code())
                .isEqualTo(2);
        assertThat(Run.of("sql", "--url", "http://me:secret@127.0.0.1", "-c", "SELECT 1")
                        .code())
                .isEqualTo(2);
        assertThat(Run.of("sql", "--format", "xml", "-c", "SELECT 1").code()).isEqualTo(2);
    }

    @Test
    void tableNamesAreThereToComplete() throws Exception {
        try (SqlClient client = new SqlClient(java.net.URI.create(service.url()))) {
            assertThat(client.tables()).containsExactly("orders", "prices");
        }
    }
}

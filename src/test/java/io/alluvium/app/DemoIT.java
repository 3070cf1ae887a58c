package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.testkit.BuiltService;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What README says of `./alluvium demo`.
class DemoIT {

    @Test
    void everyKindOfSourceBecomesATableAndTheBadLineComesInWhenItIsMended(@TempDir Path folder) throws Exception {
        assumeTrue(BuiltService.isThere("curl"), "needs curl");
        try (var service = new BuiltService(folder).startDemo()) {
            for (String table :
                    new String[] {"orders", "prices", "customers", "suppliers", "orders_by_status", "shipments"}) {
                service.awaitState(table, "LIVE");
            }
            assertThat(service.sql("SELECT COUNT(*) FROM customers").path("rows"))
                    .hasToString("[[60]]");
            assertThat(service.sql("SELECT COUNT(*) > 0 FROM orders o JOIN customers c ON o.customer = c.id")
                            .path("rows"))
                    .hasToString("[[true]]");
            assertThat(service.sql("SELECT column_name, reason FROM suppliers__errors")
                            .path("rows"))
                    .hasToString("[[\"since\",\"'2020-13-45' does not fit DATE\"]]");

            Path file = folder.resolve("data/files/suppliers.csv");
            Files.writeString(file, Files.readString(file).replace("2020-13-45", "2020-12-31"));
            assertThat(service.sql("REPLAY ERRORS FOR TABLE suppliers")
                            .path("message")
                            .asText())
                    .contains("(1)");

            service.awaitTable("suppliers", status -> status.path("rows").asInt() == 3);
            service.await(
                    "no errors",
                    () -> service.get("/api/tables/suppliers__errors")
                                    .path("rows")
                                    .asInt()
                            == 0);
            assertThat(service.log()).doesNotContain("the demo's generator ended");
        }
    }
}

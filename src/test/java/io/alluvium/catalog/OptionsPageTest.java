package io.alluvium.catalog;

import io.alluvium.testkit.ReferencePage;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OptionsPageTest {

    private static final String INTRODUCTION = """
            # Options of a table

            Options stand in `WITH ("name" = "value", …)`, after the source that they belong to or at the end of the
            statement. An option that is not given takes its value from the environment, then from `alluvium.properties`
            (the same name in lower case with dots), then its default. An unknown option, or a value that is not allowed,
            is an error at `CREATE TABLE`. `DESCRIBE` and `GET /api/tables/{t}` show the value in force and where it came
            from.
            """;

    @Test
    void theReferencePageIsWhatTheCodeSays() throws IOException {
        var page = new StringBuilder(INTRODUCTION);
        section(page, "Kafka topics", "kafka");
        page.append("""

            `"kafka.<client property>"` is passed to the Kafka clients of the table: `"kafka.max.poll.records" = "100"`.
            Properties that Alluvium needs for itself are refused: `%s`.
            """.formatted(String.join(
                "`, `", OptionCatalog.OWN_KAFKA_PROPERTIES.stream().sorted().toList())));
        section(page, "Files", "file");
        section(page, "Databases", "jdbc");
        section(page, "A history and the topic that follows it", "history");
        section(page, "Tables made of tables", "table");

        ReferencePage.check("options.md", page.toString());
    }

    private static void section(StringBuilder page, String title, String kind) {
        page.append("\n## ").append(title).append("\n\n");
        page.append("| option | default | allowed | variable | meaning |\n|---|---|---|---|---|\n");
        List<OptionKey> options = OptionCatalog.OPTIONS.stream()
                .filter(o -> o.kinds().contains(kind))
                .toList();
        for (OptionKey option : options) {
            page.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            option.name(),
                            ReferencePage.cell(option.shownDefault()),
                            ReferencePage.cell(option.type().allowed()),
                            option.variables().stream().map(v -> "`" + v + "`").collect(Collectors.joining(", ")),
                            ReferencePage.cell(option.meaning())));
        }
    }
}

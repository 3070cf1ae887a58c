package io.alluvium.config;

import io.alluvium.testkit.ReferencePage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

    private static final String INTRODUCTION = """
            # Settings

            Settings stand in `alluvium.properties` in the config folder, or in the environment. The environment wins over
            the file, and `WITH` on a table wins over both. An unknown key or variable stops the start and names the
            nearest one. A value that is not allowed stops the start too, except a duration in the environment, which
            falls back to the default with a warning. `SHOW CONFIG` and `GET /api/config` show each value with where it
            came from; secrets are masked.

            Durations are a number and a unit of `ms`, `s`, `m`, `h` or `d`, such as `500ms`, `2.5s` or `5m`; without a
            unit they are seconds.

            | key | variable | default | allowed | meaning |
            |---|---|---|---|---|
            """;

    @Test
    void theReferencePageIsWhatTheCodeSays() throws IOException {
        var page = new StringBuilder(INTRODUCTION);
        for (SettingKey<?> key : SettingKey.ALL) {
            String variables = "`" + key.variable() + "`"
                    + key.variableInSeconds().map(v -> ", `" + v + "`").orElse("");
            page.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            key.name(),
                            variables,
                            ReferencePage.cell(key.shownDefault()),
                            ReferencePage.cell(key.type().allowed()),
                            ReferencePage.cell(key.meaning())));
        }
        page.append("""

            Every other `alluvium.kafka.<client property>`, or `ALLUVIUM_KAFKA_…` with underscores for dots, is passed to
            Kafka's clients: `alluvium.kafka.security.protocol`, `ALLUVIUM_KAFKA_SASL_JAAS_CONFIG`. Properties that
            Alluvium needs for itself are refused: `%s`.

            These variables are no settings: `%s`, and what Kubernetes adds for services.
            """.formatted(
                String.join(
                        "`, `",
                        SettingsReader.OWN_KAFKA_PROPERTIES.stream().sorted().toList()),
                String.join(
                        "`, `", SettingsReader.OF_THE_LAUNCHER.stream().sorted().toList())));

        ReferencePage.check("settings.md", page.toString());
    }
}

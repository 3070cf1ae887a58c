package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LoggingTest {

    @Test
    void theEnvironmentWinsOverTheFile_andWhatIsUnknownIsLeftOut() {
        Properties file = new Properties();
        file.setProperty("alluvium.log.format", " JSON ");
        Set<String> known = Set.of("text", "json");

        assertThat(Logging.choose("alluvium.log.format", known, file, Map.of())).contains("json");
        assertThat(Logging.choose("alluvium.log.format", known, file, Map.of("ALLUVIUM_LOG_FORMAT", "text")))
                .contains("text");
        assertThat(Logging.choose("alluvium.log.format", known, file, Map.of("ALLUVIUM_LOG_FORMAT", "xml")))
                .isEmpty();
        assertThat(Logging.choose("alluvium.log.level", known, file, Map.of())).isEmpty();
    }

    @Test
    void textIsOneReadableLine() throws Exception {
        assertThat(logged("text", "info")).matches("[0-9:.]{12} INFO  a table is live {2}\\[Test\\]\n");
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        var line = SqlClient.JSON.readTree(logged("json", "info"));

        assertThat(line.path("level").asText()).isEqualTo("INFO");
        assertThat(line.path("formattedMessage").asText()).isEqualTo("a table is live");
        assertThat(line.path("loggerName").asText()).isEqualTo("io.alluvium.Test");
    }

    @Test
    void theLevelIsThatOfTheSetting() throws Exception {
        assertThat(logged("text", "warn")).isEmpty();
    }

    /// What the product's own configuration prints when Alluvium and its libraries log at INFO.
    private static String logged(String format, String level) throws JoranException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.err;
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        System.setErr(new PrintStream(printed, true, UTF_8));
        try {
            context.putProperty("alluvium.log.format", format);
            context.putProperty("alluvium.log.level", level);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Objects.requireNonNull(LoggingTest.class.getResource("/logback.xml")));
            context.getLogger("org.apache.kafka.clients.NetworkClient").warn("noise");
            context.getLogger("io.alluvium.Test").info("a {} is live", "table");
        } finally {
            System.setErr(before);
            context.stop();
        }
        return printed.toString(UTF_8);
    }
}

package io.alluvium.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import io.alluvium.data.Setting;
import io.alluvium.data.Setting.Origin;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionCatalogTest {

    private static final SourceDefinition TOPIC = new SourceDefinition.KafkaTopic("orders");
    private static final SourceDefinition FILES = new SourceDefinition.Files("/data/prices-*.csv");
    private static final SourceDefinition TABLE = new SourceDefinition.OtherTable(new TableName("orders"));

    @Test
    void aTopicHasItsDefaults() {
        EffectiveOptions options = resolve(TOPIC, Map.of());

        assertThat(options.duration("topic.wait.timeout")).isZero();
        assertThat(options.duration("topic.retry.interval")).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.text("topic.retry.strategy")).isEqualTo("exponential");
        assertThat(options.number("topic.retry.multiplier")).isEqualTo(1.5);
        assertThat(options.duration("topic.retry.max.delay")).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.findDuration("topic.retry.increment")).isEmpty();
        assertThat(options.number("topic.retry.jitter")).isEqualTo(0.1);
        assertThat(options.text("auto.offset.reset")).isEqualTo("earliest");
        assertThat(options.text("value.format")).isEqualTo("json");
        assertThat(options.text("key.format")).isEqualTo("string");
        assertThat(options.text("error.handling")).isEqualTo("dead_letter");
        assertThat(options.duration("table.wait.timeout")).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.list())
                .contains(new TableStatus.EffectiveOption("auto.offset.reset", "earliest", "default"))
                .noneMatch(o -> o.name().startsWith("file."));
    }

    @Test
    void filesHaveTheirDefaults() {
        EffectiveOptions options = resolve(FILES, Map.of());

        assertThat(options.duration("file.wait.timeout")).isZero();
        assertThat(options.duration("file.retry.interval")).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.bool("file.watch")).isFalse();
        assertThat(options.duration("file.watch.interval")).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.bool("file.header")).isTrue();
        assertThat(options.integer("file.skip.lines")).isZero();
        assertThat(options.encoding("file.encoding")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(options.character("file.quote")).contains('"');
        assertThat(options.character("file.delimiter")).isEmpty();
        assertThat(options.find("file.format")).isEmpty();
        assertThat(options.find("key")).isEmpty();
    }

    @Test
    void withIsStrongerThanEnvironmentThanFileThanDefault() {
        Setting environment = new Setting("alluvium.retry.interval", "3s", Origin.ENVIRONMENT);
        Setting file = new Setting("alluvium.retry.max.delay", "10m", Origin.FILE);

        EffectiveOptions options = resolve(TOPIC, Map.of("topic.retry.jitter", "0"), environment, file);

        assertThat(options.list())
                .contains(
                        new TableStatus.EffectiveOption("topic.retry.jitter", "0", "WITH"),
                        new TableStatus.EffectiveOption("topic.retry.interval", "3s", "environment"),
                        new TableStatus.EffectiveOption("topic.retry.max.delay", "10m", "file"),
                        new TableStatus.EffectiveOption("topic.retry.multiplier", "1.5", "default"));
        assertThat(resolve(TOPIC, Map.of("topic.retry.interval", "7s"), environment)
                        .duration("topic.retry.interval"))
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aSettingForFilesIsStrongerThanTheGeneralOneOfTheSameOrigin() {
        var general = new Setting("alluvium.retry.interval", "3s", Origin.ENVIRONMENT);
        var ofFiles = new Setting("alluvium.file.retry.interval", "7s", Origin.ENVIRONMENT);
        var inTheFile = new Setting("alluvium.file.retry.interval", "9s", Origin.FILE);

        assertThat(resolve(FILES, Map.of(), general, ofFiles).duration("file.retry.interval"))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(resolve(FILES, Map.of(), general, inTheFile).duration("file.retry.interval"))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(resolve(TOPIC, Map.of(), ofFiles).duration("topic.retry.interval"))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void wordsMayBeInAnyCaseAndAreShownInOneSpelling() {
        EffectiveOptions options = resolve(TOPIC, Map.of("topic.retry.strategy", "EXP", "auto.offset.reset", "Latest"));

        assertThat(options.text("topic.retry.strategy")).isEqualTo("exponential");
        assertThat(options.list())
                .contains(
                        new TableStatus.EffectiveOption("topic.retry.strategy", "exponential", "WITH"),
                        new TableStatus.EffectiveOption("auto.offset.reset", "latest", "WITH"));
    }

    @Test
    void anyOtherOffsetResetIsEarliestWithAWarning() {
        try (var log = new CapturedLog(OptionCatalog.class.getName())) {
            EffectiveOptions options = resolve(TOPIC, Map.of("auto.offset.reset", "middle"));

            assertThat(options.text("auto.offset.reset")).isEqualTo("earliest");
            assertThat(log.lines(Level.WARN)).singleElement().asString().contains("'middle'", "earliest");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "topic.wait.timout, topic.wait.timeout",
        "topic.retry.intervall, topic.retry.interval",
        "auto.offset.rest, auto.offset.reset",
        "valueformat, value.format"
    })
    void anUnknownOptionNamesTheNearest(String option, String nearest) {
        assertRefused(TOPIC, Map.of(option, "1"), ErrorCode.CONFIGURATION, "'" + option + "'", "\"" + nearest + "\"");
    }

    @Test
    void anOptionOfAnotherKindOfSourceSaysSo() {
        assertRefused(
                TOPIC, Map.of("file.watch", "true"), ErrorCode.CONFIGURATION, "belongs to file sources", "topic.wait");
        assertRefused(
                TABLE, Map.of("kafka.max.poll.records", "1"), ErrorCode.CONFIGURATION, "belongs to kafka sources", "");
    }

    @Test
    void aTableOfTablesWaitsForThem() {
        assertThat(resolve(TABLE, Map.of("table.wait.timeout", "5m")).duration("table.wait.timeout"))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aTableOfTwoKindsOfSourceHasTheOptionsOfBoth() {
        EffectiveOptions options = OptionCatalog.resolve(
                List.of(TOPIC, TABLE), Map.of("topic.wait.timeout", "5m"), key -> Optional.empty());

        assertThat(options.duration("topic.wait.timeout")).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({
        "topic.wait.timeout, soon, duration",
        "topic.wait.timeout, -5s, duration",
        "topic.wait.timeout, '', duration",
        "topic.wait.timeout, 366d, 365",
        "topic.retry.interval, 0s, from 1ms",
        "topic.retry.strategy, quadratic, 'exponential, linear, fixed'",
        "topic.retry.strategy, liner, Did you mean linear?",
        "topic.retry.multiplier, 0.9, from 1",
        "topic.retry.multiplier, NaN, from 1",
        "topic.retry.jitter, 1.5, from 0 to 1",
        "error.handling, explode, 'skip, fail'"
    })
    void aValueOfATopicThatIsNotAllowedIsNamedWithWhatIs(String option, String value, String allowed) {
        assertRefused(
                TOPIC,
                Map.of(option, value),
                ErrorCode.CONFIGURATION,
                option + " = '" + value + "' (from WITH)",
                allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "file.delimiter, ;;, exactly one character",
        "file.delimiter, '', exactly one character",
        "file.quote, '\"\"', exactly one character",
        "file.header, yes, true or false",
        "file.skip.lines, -1, whole number",
        "file.encoding, UTF-9, character set",
        "file.encoding, '?', character set",
        "file.watch.interval, 0s, to 1h",
        "file.watch.interval, 61m, to 1h",
        "file.retry.interval, 0, to 1h",
        "file.retry.interval, 2h, to 1h",
        "file.format, excel, csv"
    })
    void aValueOfAFileThatIsNotAllowedIsNamedWithWhatIs(String option, String value, String allowed) {
        assertRefused(FILES, Map.of(option, value), ErrorCode.CONFIGURATION, option, allowed);
    }

    @Test
    void aDelimiterMayNotBeTheQuote() {
        assertRefused(FILES, Map.of("file.delimiter", "\""), ErrorCode.CONFIGURATION, "are both '\"'", "different");
        assertRefused(FILES, Map.of("file.quote", ","), ErrorCode.CONFIGURATION, "are both ','", "different");
        assertThat(resolve(FILES, Map.of("file.quote", ",", "file.delimiter", "\\t"))
                        .character("file.delimiter"))
                .contains('\t');
    }

    @ParameterizedTest
    @CsvSource({"key.format, csv"})
    void whatThisVersionDoesNotHaveIsRefusedByName(String option, String value) {
        assertRefused(TOPIC, Map.of(option, value), ErrorCode.FEATURE_NOT_SUPPORTED, value, "Allowed is");
    }

    @Test
    void optionsOfOtherVersionsAreRefusedByName() {
        assertRefused(TOPIC, Map.of("s3.region", "eu-1"), ErrorCode.FEATURE_NOT_SUPPORTED, "s3.region", "");
    }

    @Test
    void modesOfDatabasesHaveTheOptionsThatTheyNeed() {
        var table = new SourceDefinition.Jdbc("postgresql://h/d", "t");
        assertRefused(table, Map.of("jdbc.mode", "incremental"), ErrorCode.CONFIGURATION, "needs a column", "Name it");
        assertRefused(
                table,
                Map.of("jdbc.mode", "snapshot", "jdbc.incremental.column", "c"),
                ErrorCode.CONFIGURATION,
                "jdbc.incremental.column",
                "Take one");
        assertRefused(
                table,
                Map.of("jdbc.mode", "cdc", "jdbc.incremental.column", "c"),
                ErrorCode.CONFIGURATION,
                "jdbc.mode = 'cdc' has no use",
                "Take one");
        assertRefused(
                table, Map.of("jdbc.overlap", "5s"), ErrorCode.CONFIGURATION, "jdbc.overlap", "other modes every");
        assertRefused(
                TOPIC, Map.of("jdbc.poll.interval", "5s"), ErrorCode.CONFIGURATION, "belongs to jdbc sources", "");
    }

    @Test
    void clientPropertiesArePassedThroughWithSecretsMasked() {
        EffectiveOptions options =
                resolve(TOPIC, Map.of("kafka.max.poll.records", "50", "kafka.ssl.key.password", "hunter2"));

        assertThat(options.kafkaProperties())
                .containsOnly(Map.entry("max.poll.records", "50"), Map.entry("ssl.key.password", "hunter2"));
        assertThat(options.list())
                .contains(
                        new TableStatus.EffectiveOption("kafka.max.poll.records", "50", "WITH"),
                        new TableStatus.EffectiveOption("kafka.ssl.key.password", "********", "WITH"));
    }

    @Test
    void clientPropertiesThatBelongToTheServiceAreRefused() {
        assertRefused(TOPIC, Map.of("kafka.group.id", "x"), ErrorCode.CONFIGURATION, "kafka.group.id", "Take it out");
        assertRefused(
                TOPIC,
                Map.of("kafka.auto.offset.reset", "latest"),
                ErrorCode.CONFIGURATION,
                "unknown",
                "auto.offset.reset");
        assertRefused(
                TOPIC,
                Map.of("kafka.bootstrap.servers", "a:1"),
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "Kafka of its own",
                "");
    }

    @Test
    void aSettingThatDoesNotFitTheOptionIsNamed() {
        var setting = new Setting("alluvium.retry.interval", "2h", Origin.FILE);

        assertThatThrownBy(() -> resolve(FILES, Map.of(), setting))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("alluvium.retry.interval = '2h' (from file)");
    }

    private static EffectiveOptions resolve(SourceDefinition source, Map<String, String> with, Setting... settings) {
        return OptionCatalog.resolve(
                source,
                with,
                key -> Arrays.stream(settings).filter(s -> s.key().equals(key)).findFirst());
    }

    private static void assertRefused(
            SourceDefinition source, Map<String, String> with, ErrorCode code, String message, String hint) {
        assertThatThrownBy(() -> resolve(source, with)).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message);
            assertThat(e.hint().orElse("")).contains(hint);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "value.format=avro | value.format = 'avro' needs a schema",
                "key.format=avro | key.format = 'avro' needs a schema",
                "value.format=json_sr | value.format = 'json_sr' needs a schema",
                "schema.registry.url=http://r | schema.registry.url has no effect",
                "value.message=x | value.message has no effect without a schema of Protobuf",
                "value.schema=x | value.schema has no effect with value.format = 'json'",
                "key.schema=x | key.schema has no effect with key.format = 'string'",
                "schema.registry.user=a | schema.registry.user has no effect without schema.registry.url",
                "value.format=avro;schema.registry.url=http://r;schema.registry.password=x"
                        + " | schema.registry.password has no effect without schema.registry.user",
            })
    void optionsOfSchemasGoTogether(String with, String message) {
        var options = new java.util.HashMap<String, String>();
        for (String option : with.split(";", -1)) {
            options.put(option.split("=", 2)[0], option.split("=", 2)[1]);
        }

        AlluviumException refused = catchThrowableOfType(
                AlluviumException.class,
                () -> OptionCatalog.resolve(new SourceDefinition.KafkaTopic("t"), options, key -> Optional.empty()));

        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(refused).hasMessageContaining(message);
    }

    @Test
    void thePasswordOfARegistryIsNotShown() {
        EffectiveOptions options = OptionCatalog.resolve(
                new SourceDefinition.KafkaTopic("t"),
                Map.of(
                        "value.format", "avro",
                        "schema.registry.url", "http://app:tell@r:8081, http://app:it@s",
                        "schema.registry.user", "app",
                        "schema.registry.password", "sesame"),
                key -> Optional.empty());

        assertThat(options.list().toString())
                .contains("http://app:********@r:8081, http://app:********@s")
                .doesNotContain("tell")
                .doesNotContain("it@")
                .doesNotContain("sesame");
        assertThat(options.text("schema.registry.url")).contains("tell");
    }
}

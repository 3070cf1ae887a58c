package io.alluvium.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableStatus;
import io.alluvium.config.ServiceConfig;
import io.alluvium.retry.BackoffPolicy;
import io.alluvium.retry.RetryPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the options of a wait, from `WITH` and from variables, make a source do.
class SourceRetryTest {

    private static final SourceDefinition TOPIC = new SourceDefinition.KafkaTopic("orders");
    private static final SourceDefinition FILES = new SourceDefinition.Files("/data/*.csv");
    private static final SourceDefinition DATABASE = new SourceDefinition.Jdbc("postgresql://h/d", "t");

    @TempDir
    private Path folder;

    @Test
    void aTopicIsAskedForByItsDefaults() {
        assertThat(SourceRetry.policy(TOPIC, options(TOPIC, Map.of(), Map.of())))
                .isEqualTo(RetryPolicy.upTo(
                        Duration.ZERO,
                        new BackoffPolicy.Exponential(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(2), 0.1)));
    }

    @Test
    void filesAndDatabasesHaveTheSameShapeWithIntervalsOfTheirOwn() {
        assertThat(SourceRetry.policy(FILES, options(FILES, Map.of(), Map.of())))
                .isEqualTo(RetryPolicy.upTo(
                        Duration.ZERO,
                        new BackoffPolicy.Exponential(Duration.ofSeconds(5), 1.5, Duration.ofMinutes(2), 0.1)));
        assertThat(SourceRetry.policy(DATABASE, options(DATABASE, Map.of(), Map.of())))
                .isEqualTo(RetryPolicy.upTo(
                        Duration.ZERO,
                        new BackoffPolicy.Exponential(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(2), 0.1)));
    }

    @Test
    void everyOptionOfTheWaitCounts() {
        for (SourceDefinition source : List.of(TOPIC, FILES, DATABASE)) {
            String prefix = source.optionPrefix();
            Map<String, String> with = Map.of(
                    prefix + ".wait.timeout", "5m",
                    prefix + ".retry.interval", "250ms",
                    prefix + ".retry.strategy", "linear",
                    prefix + ".retry.increment", "3s",
                    prefix + ".retry.max.delay", "30s",
                    prefix + ".retry.jitter", "0");

            assertThat(SourceRetry.policy(source, options(source, with, Map.of())))
                    .isEqualTo(RetryPolicy.upTo(
                            Duration.ofMinutes(5),
                            new BackoffPolicy.Linear(
                                    Duration.ofMillis(250), Duration.ofSeconds(3), Duration.ofSeconds(30), 0)));
        }
    }

    @Test
    void withoutAnIncrementALinearDelayGrowsByTheInterval() {
        Map<String, String> with = Map.of("topic.retry.strategy", "Linear", "topic.retry.interval", "4s");

        assertThat(SourceRetry.policy(TOPIC, options(TOPIC, with, Map.of())).backoff())
                .isEqualTo(new BackoffPolicy.Linear(
                        Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofMinutes(2), 0.1));
    }

    @ParameterizedTest
    @CsvSource({
        "ALLUVIUM_TOPIC_WAIT_TIMEOUT, 5m, topic.wait.timeout, 5m",
        "ALLUVIUM_RETRY_INTERVAL, 3s, topic.retry.interval, 3s",
        "ALLUVIUM_RETRY_INTERVAL_SECS, 3, topic.retry.interval, 3",
        "ALLUVIUM_RETRY_STRATEGY, fixed, topic.retry.strategy, fixed",
        "ALLUVIUM_RETRY_MULTIPLIER, 1.1, topic.retry.multiplier, 1.1",
        "ALLUVIUM_RETRY_MAX_DELAY, 10m, topic.retry.max.delay, 10m",
        "ALLUVIUM_RETRY_MAX_DELAY_SECS, 600, topic.retry.max.delay, 600",
        "ALLUVIUM_RETRY_INCREMENT, 3s, topic.retry.increment, 3s",
        "ALLUVIUM_RETRY_JITTER, 0.5, topic.retry.jitter, 0.5",
        "ALLUVIUM_FILE_WAIT_TIMEOUT, 5m, file.wait.timeout, 5m",
        "ALLUVIUM_FILE_RETRY_INTERVAL, 7s, file.retry.interval, 7s",
        "ALLUVIUM_RETRY_INTERVAL, 7s, file.retry.interval, 7s",
        "ALLUVIUM_RETRY_STRATEGY, LINEAR, file.retry.strategy, linear",
        "ALLUVIUM_JDBC_WAIT_TIMEOUT, 5m, jdbc.wait.timeout, 5m",
        "ALLUVIUM_JDBC_RETRY_INTERVAL, 7s, jdbc.retry.interval, 7s",
        "ALLUVIUM_RETRY_JITTER, 0, jdbc.retry.jitter, 0",
    })
    void everyVariableIsTheOptionOfTablesThatDoNotNameIt(String variable, String text, String option, String value) {
        SourceDefinition source = option.startsWith("topic") ? TOPIC : option.startsWith("file") ? FILES : DATABASE;

        assertThat(shown(options(source, Map.of(), Map.of(variable, text)), option))
                .isEqualTo(value + " from environment");
        assertThat(shown(options(source, Map.of(option, inWith(option)), Map.of(variable, text)), option))
                .endsWith(" from WITH");
    }

    private static String inWith(String option) {
        return option.endsWith("strategy") ? "exp" : option.endsWith("jitter") ? "1" : "2";
    }

    private static String shown(EffectiveOptions options, String name) {
        return options.list().stream()
                .filter(option -> option.name().equals(name))
                .map(SourceRetryTest::shown)
                .findFirst()
                .orElse("not there");
    }

    private static String shown(TableStatus.EffectiveOption option) {
        return option.value() + " from " + option.origin();
    }

    private EffectiveOptions options(SourceDefinition source, Map<String, String> with, Map<String, String> variables) {
        ServiceConfig config = ServiceConfig.load(folder, variables);
        return OptionCatalog.resolve(
                source, with, key -> variables.isEmpty() ? Optional.empty() : config.explicit(key));
    }
}

package io.alluvium.config;

import io.alluvium.data.Durations;
import io.alluvium.data.ValueType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One setting that the service knows.
///
/// @param defaultText the default as it would be written; empty when there is none or it depends on other
///     things
/// @param shownDefault the default in words
/// @param <T> the type of its value
record SettingKey<T>(
        String name, ValueType<T> type, Optional<String> defaultText, String shownDefault, String meaning) {

    static final String KAFKA_PREFIX = "alluvium.kafka.";

    private static final ValueType.Whole PORT = new ValueType.Whole(0, 65_535);
    private static final ValueType.Time DELAY = new ValueType.Time(Duration.ofMillis(1), Durations.MAX);
    private static final ValueType.Choice STRATEGY =
            new ValueType.Choice(List.of("exponential", "linear", "fixed"), Map.of("exp", "exponential"), List.of());
    private static final ValueType.Text HOST = new ValueType.Text("an address or the name of this machine");

    static final SettingKey<String> CLUSTER = key(
            "alluvium.cluster",
            new ValueType.Form(
                    Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}"),
                    "up to 40 of the characters a-z 0-9 _ -, the first a letter or digit"),
            "local",
            "The name of this installation; the internal topics are called `alluvium.<cluster>.…`.");
    static final SettingKey<String> KAFKA_BOOTSTRAP = unset(
            "alluvium.kafka.bootstrap.servers",
            new ValueType.Form(
                    Pattern.compile("[^,\\s:][^,\\s]*:[0-9]{1,5}(\\s*,\\s*[^,\\s:][^,\\s]*:[0-9]{1,5})*"),
                    "host:port, or several with commas between them"),
            "none: the embedded broker",
            "The Kafka to use.");
    static final SettingKey<Integer> KAFKA_EMBEDDED_PORT = key(
            "alluvium.kafka.embedded.port",
            PORT,
            "9092",
            "The loopback port of the embedded broker; 0 picks a free one.");
    static final SettingKey<String> HTTP_HOST =
            key("alluvium.http.host", HOST, "127.0.0.1", "Where HTTP API, console and metrics listen.");
    static final SettingKey<Integer> HTTP_PORT =
            key("alluvium.http.port", PORT, "8080", "The port for them; 0 picks a free one.");
    static final SettingKey<String> PG_HOST = key(
            "alluvium.pg.host",
            HOST,
            "127.0.0.1",
            "Where the PostgreSQL protocol will listen; this version has no such listener yet.");
    static final SettingKey<Integer> PG_PORT = key("alluvium.pg.port", PORT, "5433", "The port for it.");
    static final SettingKey<String> AUTH = unset(
            "alluvium.auth",
            ValueType.Choice.of("none"),
            "none given",
            "`none` says that listeners which are not on loopback may serve without authentication."
                    + " Without it they refuse to start.");
    static final SettingKey<String> RETRY_STRATEGY = key(
            "alluvium.retry.strategy",
            STRATEGY,
            "exponential",
            "How the delay between attempts to reach a source grows; `exp` is short for `exponential`.");
    static final SettingKey<Duration> RETRY_INTERVAL =
            unset("alluvium.retry.interval", DELAY, "`2s` for topics, `5s` for files", "The first delay.");
    static final SettingKey<Double> RETRY_MULTIPLIER = key(
            "alluvium.retry.multiplier",
            new ValueType.Real(1, 1000),
            "1.5",
            "What the delay is multiplied with after each attempt (`exponential`).");
    static final SettingKey<Duration> RETRY_MAX_DELAY =
            key("alluvium.retry.max.delay", DELAY, "120s", "The longest delay (`exponential`, `linear`).");
    static final SettingKey<Duration> RETRY_INCREMENT = unset(
            "alluvium.retry.increment",
            ValueType.Time.ANY,
            "the interval",
            "What is added to the delay after each attempt (`linear`).");
    static final SettingKey<Double> RETRY_JITTER = key(
            "alluvium.retry.jitter",
            new ValueType.Real(0, 1),
            "0.1",
            "The share of a delay by which it is moved at random, both ways; 0 for none.");
    static final SettingKey<Duration> TOPIC_WAIT = key(
            "alluvium.topic.wait.timeout",
            ValueType.Time.ANY,
            "0s",
            "How long a new table waits for a topic that is missing; 0s fails at once.");
    static final SettingKey<Duration> FILE_WAIT = key(
            "alluvium.file.wait.timeout",
            ValueType.Time.ANY,
            "0s",
            "How long a new table waits for a file that is missing; 0s fails at once.");
    static final SettingKey<Duration> JDBC_WAIT = key(
            "alluvium.jdbc.wait.timeout",
            ValueType.Time.ANY,
            "0s",
            "How long a new table waits for a database, or a table in it, that is missing; 0s fails at once.");
    static final SettingKey<Integer> DEFAULT_PARTITIONS = unset(
            "alluvium.default.partitions",
            new ValueType.Whole(1, 10_000),
            "6 (1 on the embedded broker)",
            "The partitions of topics that the service creates, and in hints.");
    static final SettingKey<Integer> DEFAULT_REPLICATION = unset(
            "alluvium.default.replication.factor",
            new ValueType.Whole(1, 32),
            "3 (1 on the embedded broker)",
            "Their replication factor.");
    static final SettingKey<Duration> TABLE_WAIT = key(
            "alluvium.table.wait.timeout",
            ValueType.Time.ANY,
            "60s",
            "How long a query waits for a table to be ready.");
    static final SettingKey<Integer> TABLES_MAX =
            key("alluvium.tables.max", new ValueType.Whole(1, 10_000), "300", "The most tables that there may be.");
    static final SettingKey<Long> MEMORY_LIMIT = key(
            "alluvium.memory.limit",
            new ValueType.Memory(Runtime.getRuntime().maxMemory()),
            "60%",
            "The memory that tables and queries may take, as a share of the heap or an amount such as `2GB`. At the"
                    + " limit new tables are refused and loads stand still until there is room.");
    static final SettingKey<Long> VIEW_MEMORY_LIMIT = key(
            "alluvium.view.memory.limit",
            new ValueType.Memory(Runtime.getRuntime().maxMemory()),
            "6%",
            "How much of what tables have given up running statements may keep, as a share of the heap or an amount."
                    + " Beyond it the oldest one is ended with SQLSTATE 72000.");
    static final SettingKey<Duration> VIEW_WARN_AFTER = key(
            "alluvium.view.warn.after",
            ValueType.Time.ANY,
            "60s",
            "How long a statement may hold the rows of a table as they were at its start before the log names it.");
    static final SettingKey<Long> ROCKSDB_CACHE = key(
            "alluvium.rocksdb.cache",
            new ValueType.Memory(Runtime.getRuntime().maxMemory()),
            "128MB",
            "The memory outside the heap for all tables with `table.storage` = `rocksdb` together: cached blocks,"
                    + " indexes and filters, and rows that are not on disk yet. It counts towards the limit.");
    static final SettingKey<String> SNAPSHOT_ENABLED = key(
            "alluvium.snapshot.enabled",
            ValueType.Choice.of("true", "false"),
            "true",
            "Whether the rows of tables are written to disk, so that a restart reads from Kafka only what came later.");
    static final SettingKey<Duration> SNAPSHOT_INTERVAL = key(
            "alluvium.snapshot.interval",
            new ValueType.Time(Duration.ofMillis(50), Duration.ofDays(1)),
            "60s",
            "How long after a snapshot of a table the next one is taken, if something has changed.");
    static final SettingKey<Long> SNAPSHOT_MAX_RATE = key(
            "alluvium.snapshot.max.rate",
            new ValueType.Memory(Runtime.getRuntime().maxMemory()),
            "100MB",
            "The most that snapshots write in a second, all tables together; a stop writes as fast as it can.");
    static final SettingKey<String> FILE_ROOTS = unset(
            "alluvium.file.roots",
            new ValueType.Text("directories with commas between them"),
            "none: any path",
            "The directories that file sources, and databases in files, may read.");
    static final SettingKey<String> LOG_FORMAT =
            key("alluvium.log.format", ValueType.Choice.of("text", "json"), "text", "How log lines are written.");
    static final SettingKey<String> LOG_LEVEL = key(
            "alluvium.log.level",
            ValueType.Choice.of("off", "error", "warn", "info", "debug", "trace"),
            "info",
            "The least severe level that is logged.");

    private static final Set<String> IN_SECONDS = Set.of("alluvium.retry.interval", "alluvium.retry.max.delay");

    /// For files alone, stronger than the same key without `file`.
    private static final List<SettingKey<?>> FILE_RETRY = List.of(
            ofFiles(RETRY_STRATEGY),
            ofFiles(RETRY_INTERVAL, new ValueType.Time(Duration.ofMillis(1), Duration.ofHours(1))),
            ofFiles(RETRY_MULTIPLIER),
            ofFiles(RETRY_MAX_DELAY),
            ofFiles(RETRY_INCREMENT),
            ofFiles(RETRY_JITTER));

    /// The same for databases.
    private static final List<SettingKey<?>> JDBC_RETRY = Stream.of(
                    RETRY_STRATEGY, RETRY_INTERVAL, RETRY_MULTIPLIER, RETRY_MAX_DELAY, RETRY_INCREMENT, RETRY_JITTER)
            .<SettingKey<?>>map(key -> ofSource(key, key.type, "jdbc", "databases"))
            .toList();

    /// Every setting, in the order of the reference page.
    static final List<SettingKey<?>> ALL = List.of(
            CLUSTER,
            KAFKA_BOOTSTRAP,
            KAFKA_EMBEDDED_PORT,
            DEFAULT_PARTITIONS,
            DEFAULT_REPLICATION,
            HTTP_HOST,
            HTTP_PORT,
            PG_HOST,
            PG_PORT,
            AUTH,
            TOPIC_WAIT,
            FILE_WAIT,
            JDBC_WAIT,
            RETRY_STRATEGY,
            RETRY_INTERVAL,
            RETRY_MULTIPLIER,
            RETRY_MAX_DELAY,
            RETRY_INCREMENT,
            RETRY_JITTER,
            FILE_RETRY.get(0),
            FILE_RETRY.get(1),
            FILE_RETRY.get(2),
            FILE_RETRY.get(3),
            FILE_RETRY.get(4),
            FILE_RETRY.get(5),
            JDBC_RETRY.get(0),
            JDBC_RETRY.get(1),
            JDBC_RETRY.get(2),
            JDBC_RETRY.get(3),
            JDBC_RETRY.get(4),
            JDBC_RETRY.get(5),
            TABLE_WAIT,
            TABLES_MAX,
            MEMORY_LIMIT,
            VIEW_MEMORY_LIMIT,
            VIEW_WARN_AFTER,
            ROCKSDB_CACHE,
            SNAPSHOT_ENABLED,
            SNAPSHOT_INTERVAL,
            SNAPSHOT_MAX_RATE,
            FILE_ROOTS,
            LOG_FORMAT,
            LOG_LEVEL);

    /// The variable that sets it: `ALLUVIUM_HTTP_PORT` for `alluvium.http.port`.
    String variable() {
        return name.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /// The variable that also sets it, with the unit in its name.
    Optional<String> variableInSeconds() {
        return IN_SECONDS.contains(name) ? Optional.of(variable() + "_SECS") : Optional.empty();
    }

    private static <T> SettingKey<T> key(String name, ValueType<T> type, String text, String meaning) {
        return new SettingKey<>(name, type, Optional.of(text), "`" + text + "`", meaning);
    }

    private static <T> SettingKey<T> unset(String name, ValueType<T> type, String shown, String meaning) {
        return new SettingKey<>(name, type, Optional.empty(), shown, meaning);
    }

    private static <T> SettingKey<T> ofFiles(SettingKey<T> key) {
        return ofFiles(key, key.type);
    }

    private static <T> SettingKey<T> ofFiles(SettingKey<T> key, ValueType<T> type) {
        return ofSource(key, type, "file", "files");
    }

    private static <T> SettingKey<T> ofSource(SettingKey<?> key, ValueType<T> type, String prefix, String sources) {
        return new SettingKey<>(
                key.name.replace("alluvium.retry.", "alluvium." + prefix + ".retry."),
                type,
                Optional.empty(),
                "that of `" + key.name + "`",
                "The same for " + sources + " alone.");
    }
}

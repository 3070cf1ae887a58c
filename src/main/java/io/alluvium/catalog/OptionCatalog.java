package io.alluvium.catalog;

import io.alluvium.data.Durations;
import io.alluvium.data.Setting;
import io.alluvium.data.Setting.Origin;
import io.alluvium.data.ValueType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every option that `WITH` takes, and how the options of one table are checked and completed from the
/// settings. In this order: how they are checked, then the options themselves, one kind of source after the other.
public final class OptionCatalog {

    /// What options of Kafka's client begin with: `kafka.max.poll.records`.
    public static final String KAFKA_PREFIX = "kafka.";

    private static final Logger LOG = LoggerFactory.getLogger(OptionCatalog.class);

    private static final Set<String> KAFKA = Set.of("kafka");
    private static final Set<String> FILE = Set.of("file");
    private static final Set<String> SOURCES = Set.of("kafka", "file");
    private static final Set<String> OUTSIDE = Set.of("kafka", "file", "jdbc");
    private static final Set<String> ALL = Set.of("kafka", "file", "jdbc", "table");

    private static final String OFFSET_RESET = "auto.offset.reset";
    private static final ValueType.Time DELAY = new ValueType.Time(Duration.ofMillis(1), Durations.MAX);
    private static final ValueType.Time FILE_DELAY = new ValueType.Time(Duration.ofMillis(1), Duration.ofHours(1));

    static final List<OptionKey> OPTIONS = Stream.of(
                    retry("topic", KAFKA, DELAY, "2s"),
                    retry("file", FILE, FILE_DELAY, "5s"),
                    retry("jdbc", JdbcOptions.JDBC, DELAY, "2s"),
                    kafkaOptions(),
                    fileOptions(),
                    JdbcOptions.OPTIONS,
                    HistoryOptions.OPTIONS,
                    commonOptions())
            .flatMap(List::stream)
            .toList();

    /// What other versions know and this one refuses by name: a prefix with a dot at its end, or a whole
    /// name.
    private static final List<String> REFUSED = List.of("delta.", "http.", "lake.", "s3.");

    /// Client properties that belong to the service: with other values tables would lose or double records.
    static final Set<String> OWN_KAFKA_PROPERTIES = Set.of(
            "application.id",
            "enable.auto.commit",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "isolation.level",
            "key.deserializer",
            "transactional.id",
            "value.deserializer");
    private static final Pattern KAFKA_PROPERTY = Pattern.compile("kafka\\.[a-z0-9][a-z0-9._-]*");

    private OptionCatalog() {}

    /// Checks the options of a table and completes them: `WITH` over environment over file over default.
    ///
    /// @param with what stands in `WITH`, names in lower case
    /// @param settings what file or environment say for a setting such as `alluvium.retry.interval`
    /// @throws AlluviumException CONFIGURATION for an option that is unknown or belongs to another kind of
    ///     source, or a value that is not allowed; FEATURE_NOT_SUPPORTED for one that this version does not
    ///     have
    public static EffectiveOptions resolve(
            Collection<SourceDefinition> sources,
            Map<String, String> with,
            Function<String, Optional<Setting>> settings) {
        Set<String> kinds = sources.stream()
                .flatMap(source -> source.optionKinds().stream())
                .collect(Collectors.toSet());
        Map<String, EffectiveOptions.Value> values = new TreeMap<>();
        Map<String, String> kafka = new TreeMap<>();
        with.forEach((name, text) -> {
            if (name.startsWith(KAFKA_PREFIX)) {
                kafka.put(name.substring(KAFKA_PREFIX.length()), kafkaProperty(name, text, kinds));
                values.put(name, new EffectiveOptions.Value(text, text, Origin.WITH));
            } else {
                known(name, kinds);
            }
        });
        for (OptionKey key : OPTIONS) {
            if (key.kinds().stream().anyMatch(kinds::contains)) {
                value(key, with, settings).ifPresent(value -> values.put(key.name(), value));
            }
        }
        var options = new EffectiveOptions(values, kafka);
        checkTogether(options);
        return options;
    }

    /// The same for a table with one source.
    public static EffectiveOptions resolve(
            SourceDefinition source, Map<String, String> with, Function<String, Optional<Setting>> settings) {
        return resolve(List.of(source), with, settings);
    }

    private static void known(String name, Set<String> kinds) {
        Set<String> owners = OPTIONS.stream()
                .filter(o -> o.name().equals(name))
                .flatMap(o -> o.kinds().stream())
                .collect(Collectors.toSet());
        if (owners.isEmpty()) {
            throw unknown(name, kinds);
        }
        if (owners.stream().noneMatch(kinds::contains)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the option '" + name + "' belongs to " + sorted(owners) + " sources, and this table has "
                            + (kinds.isEmpty() ? "none" : "only " + sorted(kinds)),
                    "Take it out, or see which options there are: " + names(kinds));
        }
    }

    private static AlluviumException unknown(String name, Set<String> kinds) {
        for (String refused : REFUSED) {
            if (refused.endsWith(".") ? name.startsWith(refused) : name.equals(refused)) {
                return new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "the option '" + name + "' is not available in this version",
                        "Options of this table's sources are: " + names(kinds));
            }
        }
        List<String> candidates = OPTIONS.stream().map(OptionKey::name).toList();
        List<String> nearest = Nearest.to(name, candidates, 1);
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "unknown option '" + name + "'",
                nearest.isEmpty()
                        ? "Options of this table's sources are: " + names(kinds)
                        : "Did you mean \"" + nearest.getFirst() + "\"?");
    }

    private static Optional<EffectiveOptions.Value> value(
            OptionKey key, Map<String, String> with, Function<String, Optional<Setting>> settings) {
        String text = with.get(key.name());
        if (text != null) {
            if (key.name().equals(OFFSET_RESET) && !isAllowed(key, text)) {
                LOG.warn("{}='{}' is neither earliest nor latest; earliest is used", OFFSET_RESET, text);
                return Optional.of(parsed(key, "earliest", Origin.DEFAULT, key.name()));
            }
            return Optional.of(parsed(key, text, Origin.WITH, key.name()));
        }
        Optional<Setting> setting = strongest(key, settings);
        if (setting.isPresent()) {
            return Optional.of(parsed(
                    key,
                    setting.get().value(),
                    setting.get().origin(),
                    setting.get().key()));
        }
        return key.defaultText().map(d -> parsed(key, d, Origin.DEFAULT, key.name()));
    }

    /// The environment before the file, and within each the setting that is nearer to the option.
    private static Optional<Setting> strongest(OptionKey key, Function<String, Optional<Setting>> settings) {
        List<Setting> given = key.settings().stream()
                .flatMap(name -> settings.apply(name).stream())
                .toList();
        return Stream.of(Origin.ENVIRONMENT, Origin.FILE)
                .flatMap(origin -> given.stream().filter(s -> s.origin() == origin))
                .findFirst();
    }

    private static boolean isAllowed(OptionKey key, String text) {
        return key.type() instanceof ValueType.Choice choice && choice.values().contains(choice.shown(text));
    }

    private static EffectiveOptions.Value parsed(OptionKey key, String text, Origin origin, String name) {
        if (key.type() instanceof ValueType.Choice choice && choice.isRefused(text)) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    name + " = '" + text + "' is not available in this version",
                    "Allowed is " + choice.allowed() + "; the default is " + key.shownDefault() + ".");
        }
        try {
            return new EffectiveOptions.Value(key.type().parse(text), key.type().shown(text), origin);
        } catch (IllegalArgumentException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    name + " = '" + text + "' (from " + origin.text() + ") is not allowed",
                    hint(key, text),
                    e);
        }
    }

    private static String hint(OptionKey key, String text) {
        String allowed = "Allowed is " + key.type().allowed() + "; the default is "
                + key.shownDefault().replace("`", "") + ".";
        if (key.type() instanceof ValueType.Choice choice) {
            List<String> nearest = Nearest.to(text, choice.values(), 1);
            return nearest.isEmpty() ? allowed : "Did you mean " + nearest.getFirst() + "? " + allowed;
        }
        return allowed;
    }

    private static String kafkaProperty(String name, String text, Set<String> kinds) {
        if (!kinds.contains("kafka")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the option '" + name + "' belongs to kafka sources, and this table has none",
                    "Take it out, or see which options there are: " + names(kinds));
        }
        if (!KAFKA_PROPERTY.matcher(name).matches()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the option '" + name + "' is not a Kafka client property",
                    "Write kafka. and the client's own name: \"kafka.max.poll.records\".");
        }
        String property = name.substring(KAFKA_PREFIX.length());
        if (property.equals("bootstrap.servers")) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "a table cannot read from a Kafka of its own",
                    "All tables read from the Kafka of alluvium.kafka.bootstrap.servers.");
        }
        if (property.equals(OFFSET_RESET)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION, "unknown option '" + name + "'", "Did you mean \"" + OFFSET_RESET + "\"?");
        }
        if (OWN_KAFKA_PROPERTIES.contains(property)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the option '" + name + "' cannot be set: Alluvium sets this client property itself",
                    "Take it out; each table has its own group and offsets.");
        }
        return text;
    }

    private static void checkTogether(EffectiveOptions options) {
        options.indexes();
        TopicOptions.check(options);
        JdbcOptions.checkTogether(options);
        HistoryOptions.checkTogether(options);
        options.character("file.quote").ifPresent(quote -> {
            char delimiter = options.character("file.delimiter")
                    .orElse(options.find("file.format").orElse("").equals("tsv") ? '\t' : ',');
            if (quote == delimiter) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "file.delimiter and file.quote are both '" + quote + "'",
                        "Give them different characters, such as \"file.delimiter\" = \";\", \"file.quote\" = \"'\".");
            }
        });
    }

    private static String names(Set<String> kinds) {
        return OPTIONS.stream()
                .filter(o -> o.kinds().stream().anyMatch(kinds::contains))
                .map(OptionKey::name)
                .collect(Collectors.joining(", "));
    }

    private static String sorted(Set<String> kinds) {
        return kinds.stream().sorted().collect(Collectors.joining(" and "));
    }

    private static List<OptionKey> retry(String prefix, Set<String> kinds, ValueType.Time delay, String interval) {
        List<OptionKey> keys = new ArrayList<>();
        keys.add(OptionKey.of(
                        kinds,
                        prefix + ".wait.timeout",
                        ValueType.Time.ANY,
                        "0s",
                        "How long a new table waits for its source when that is missing; `0s` fails at once.")
                .orSettings("alluvium." + prefix + ".wait.timeout"));
        keys.add(retryKey(prefix, kinds, "interval", delay, interval, "The first delay between two attempts."));
        keys.add(retryKey(
                prefix,
                kinds,
                "strategy",
                new ValueType.Choice(
                        List.of("exponential", "linear", "fixed"), Map.of("exp", "exponential"), List.of()),
                "exponential",
                "How the delay grows; `exp` is short for `exponential`."));
        keys.add(retryKey(
                prefix,
                kinds,
                "multiplier",
                new ValueType.Real(1, 1000),
                "1.5",
                "What the delay is multiplied with after each attempt (`exponential`)."));
        keys.add(
                retryKey(prefix, kinds, "max.delay", DELAY, "120s", "The longest delay (`exponential` and `linear`)."));
        keys.add(retryKey(
                prefix,
                kinds,
                "jitter",
                new ValueType.Real(0, 1),
                "0.1",
                "The share of a delay by which it is moved at random, both ways; `0` for none."));
        keys.add(OptionKey.unset(
                        kinds,
                        prefix + ".retry.increment",
                        ValueType.Time.ANY,
                        "the interval",
                        "What is added to the delay after each attempt (`linear`).")
                .orSettings(settingsOf(prefix, "increment")));
        return keys;
    }

    private static OptionKey retryKey(
            String prefix, Set<String> kinds, String name, ValueType<?> type, String defaultText, String meaning) {
        return OptionKey.of(kinds, prefix + ".retry." + name, type, defaultText, meaning)
                .orSettings(settingsOf(prefix, name));
    }

    private static String[] settingsOf(String prefix, String name) {
        String general = "alluvium.retry." + name;
        return prefix.equals("topic")
                ? new String[] {general}
                : new String[] {"alluvium." + prefix + ".retry." + name, general};
    }

    private static List<OptionKey> kafkaOptions() {
        return List.of(
                OptionKey.of(
                        KAFKA,
                        OFFSET_RESET,
                        ValueType.Choice.of("earliest", "latest"),
                        "earliest",
                        "Where a new table starts: `earliest` takes all that the topic holds, `latest` only what is"
                                + " written from now on. Any other value is `earliest`, with a warning in the log."),
                OptionKey.of(
                        KAFKA,
                        "topic.recreated",
                        new ValueType.Choice(List.of("reload", "fail"), Map.of(), List.of("ignore")),
                        "reload",
                        "What becomes of the table when its topic was deleted and made again: `reload` loads the new"
                                + " topic beside the rows that are served, and swaps; `fail` ends the table."),
                OptionKey.of(
                        KAFKA,
                        "value.format",
                        new ValueType.Choice(
                                List.of("json", "json_sr", "avro", "protobuf", "csv", "string", "bytes", "debezium"),
                                Map.of(),
                                List.of()),
                        "json",
                        "What the record values are: JSON objects (`json_sr`: behind the id of a registry's schema),"
                                + " Avro, Protobuf, a CSV record each, text or bytes for one column `value`, or"
                                + " Debezium's change events, in Avro with a registry, else in JSON."),
                OptionKey.of(
                        KAFKA,
                        "key.format",
                        new ValueType.Choice(
                                List.of("string", "json", "json_sr", "avro", "protobuf", "int", "long", "bytes"),
                                Map.of("integer", "int", "bigint", "long"),
                                List.of("csv")),
                        "string",
                        "What the record keys are: text; JSON, Avro or Protobuf with a column for each field; a whole"
                                + " number of 4 (`int`) or 8 (`long`) bytes, or bytes."),
                OptionKey.unset(
                        KAFKA,
                        TopicOptions.REGISTRY_URL,
                        new ValueType.Url(),
                        "none",
                        "The schema registry, by Confluent's interface; several places of it with commas between"
                                + " them. A user and password may stand before the host."),
                OptionKey.unset(
                        KAFKA,
                        TopicOptions.REGISTRY_USER,
                        new ValueType.Text("text that is not empty"),
                        "the URL's",
                        "Who asks the schema registry."),
                OptionKey.unset(
                        KAFKA,
                        TopicOptions.REGISTRY_PASSWORD,
                        new ValueType.Text("text that is not empty"),
                        "the URL's",
                        "The password for it."),
                schema("value"),
                schema("key"),
                message("value"),
                message("key"));
    }

    private static OptionKey schema(String side) {
        return OptionKey.unset(
                KAFKA,
                side + ".schema",
                new ValueType.Text("a schema, or the path of a file that has it"),
                "the registry's",
                "The schema that all " + side + "s were written with, without a registry's header before them.");
    }

    private static OptionKey message(String side) {
        return OptionKey.unset(
                KAFKA,
                side + ".message",
                new ValueType.Text("the full name of a message"),
                "the first in the schema",
                "Which message of a Protobuf schema in `" + side + ".schema` the " + side + "s are.");
    }

    private static List<OptionKey> fileOptions() {
        return List.of(
                OptionKey.unset(
                        FILE,
                        "file.format",
                        new ValueType.Choice(
                                List.of("csv", "tsv", "json", "jsonl", "ndjson", "parquet", "avro"),
                                Map.of(),
                                List.of("orc", "xml")),
                        "by the file's extension",
                        "What the file is: `json` is one array, `jsonl` and `ndjson` one object a line."),
                OptionKey.unset(
                        FILE,
                        "file.delimiter",
                        new ValueType.OneCharacter(),
                        "`,`; the tab for `tsv`",
                        "What stands between two fields; not the same as `file.quote`."),
                OptionKey.of(
                        FILE, "file.quote", new ValueType.OneCharacter(), "\"", "What a field may be enclosed in."),
                OptionKey.unset(
                        FILE,
                        "file.escape",
                        new ValueType.OneCharacter(),
                        "the quote, doubled",
                        "What makes a quote inside quotes part of the field."),
                OptionKey.of(
                        FILE, "file.header", new ValueType.Flag(), "true", "Whether the first line names the columns."),
                OptionKey.unset(
                        FILE,
                        "file.null",
                        new ValueType.Text("text that is not empty"),
                        "none",
                        "Text that is NULL, besides an empty field without quotes."),
                OptionKey.of(
                        FILE,
                        "file.skip.lines",
                        new ValueType.Whole(0, 1_000_000),
                        "0",
                        "Lines to leave out at the start of each file, before the header."),
                OptionKey.of(
                        FILE, "file.encoding", new ValueType.Encoding(), "UTF-8", "The character set of the text."),
                OptionKey.of(
                        FILE,
                        "file.watch",
                        new ValueType.Flag(),
                        "false",
                        "Whether lines that are appended and files that appear are followed."),
                OptionKey.of(
                        FILE,
                        "file.watch.interval",
                        FILE_DELAY,
                        "1s",
                        "How often watched files are looked at where the file system does not say that they have changed."),
                OptionKey.unset(
                        FILE,
                        "file.read.threads",
                        new ValueType.Whole(1, 32),
                        "the number of processors, at most 8",
                        "How many threads read files, and ranges of large ones, at the same time; the order of their"
                                + " rows stays that of the files."),
                OptionKey.unset(
                        FILE,
                        "key",
                        new ValueType.Text("column names with commas between them"),
                        "a column `id`, else the row's place",
                        "The key columns of the table, with commas between them."));
    }

    private static List<OptionKey> commonOptions() {
        return List.of(
                OptionKey.of(
                                ALL,
                                "table.wait.timeout",
                                ValueType.Time.ANY,
                                "60s",
                                "How long a query on this table waits for it to be ready.")
                        .orSettings("alluvium.table.wait.timeout"),
                OptionKey.of(
                        ALL,
                        "table.storage",
                        ValueType.Choice.of("memory", "rocksdb"),
                        "memory",
                        "Where the rows are: `memory`, or on disk in `rocksdb`, slower, for tables that are larger than"
                                + " memory."),
                OptionKey.of(
                        SOURCES,
                        "discover.columns.max",
                        new ValueType.Whole(1, 10_000),
                        "1000",
                        "The most columns that are discovered in JSON values. Further fields are left out; the table's"
                                + " note says which."),
                OptionKey.unset(
                        ALL,
                        IndexOption.NAME,
                        new ValueType.Text(IndexOption.MEANING),
                        "none",
                        "The indexes of the table beside its key, one for each item."),
                OptionKey.of(
                        ALL,
                        "error.handling",
                        ValueType.Choice.of("dead_letter", "skip", "fail"),
                        "dead_letter",
                        "What becomes of a record that cannot become a row: `dead_letter` leaves it out and sets it"
                                + " aside in the table `<name>__errors`, `skip` leaves it out and counts it, `fail`"
                                + " stops the table."),
                OptionKey.unset(
                        OUTSIDE,
                        "load.max.rows",
                        new ValueType.Whole(1, Integer.MAX_VALUE),
                        "none",
                        "The most rows that the table may have when it is loaded; with more it is FAILED."),
                OptionKey.unset(
                        OUTSIDE,
                        "load.rate.limit",
                        new ValueType.Whole(1, Integer.MAX_VALUE),
                        "none",
                        "How many records of the source a second are read at most until the table is LIVE."),
                OptionKey.of(
                        OUTSIDE,
                        "on.cast.error",
                        ValueType.Choice.of("error", "null"),
                        "error",
                        "What becomes of a value that its declared column cannot hold: `error` makes the record a bad"
                                + " one, `null` keeps the row with NULL in the column, and names the column in the"
                                + " column `_errors`."),
                OptionKey.of(
                        ALL,
                        "error.max.rows",
                        new ValueType.Whole(1, 1_000_000),
                        "10000",
                        "The most bad records that are set aside, the newest."),
                OptionKey.of(
                        ALL,
                        "error.retention",
                        new ValueType.Time(Duration.ofMinutes(1), Durations.MAX),
                        "7d",
                        "How long bad records are kept."));
    }
}

package io.alluvium.config;

import io.alluvium.data.Setting;
import io.alluvium.data.Setting.Origin;
import io.alluvium.data.ValueType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and checks the settings, once, at the start.
final class SettingsReader {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsReader.class);
    private static final String ENVIRONMENT = "environment";
    private static final String PREFIX = "ALLUVIUM_";
    private static final String KAFKA_VARIABLE = "ALLUVIUM_KAFKA_";

    /// Variables for the launcher and the shell, which are no settings.
    static final Set<String> OF_THE_LAUNCHER =
            Set.of("ALLUVIUM_AOT", "ALLUVIUM_DEBUG", "ALLUVIUM_HEAP", "ALLUVIUM_JAVA_HOME", "ALLUVIUM_JAVA_OPTS");
    /// What Kubernetes adds to the environment when a service is called `alluvium…`.
    private static final Pattern OF_KUBERNETES =
            Pattern.compile("ALLUVIUM_(.+_)?(SERVICE_(HOST|PORT)(_.+)?|PORT_[0-9]+_(TCP|UDP)(_.+)?)|ALLUVIUM_PORT");
    /// Client properties that belong to the service: with other values tables would lose or double records.
    static final Set<String> OWN_KAFKA_PROPERTIES = Set.of(
            "application.id",
            "auto.offset.reset",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "processing.guarantee",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private final SmallRyeConfig config;
    private final Map<String, String> environment;
    private final Map<String, Setting> settings = new TreeMap<>();
    private final Set<String> read = new HashSet<>();

    private SettingsReader(SmallRyeConfig config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    static ServiceConfig read(Path folder, Map<String, String> environment) {
        Path path = folder.resolve(ServiceConfig.FILE_NAME);
        Map<String, String> file = readFile(path);
        Map<String, String> variables = ownVariables(environment);
        file.keySet().forEach(key -> checkFileKey(key, path));
        variables.keySet().forEach(SettingsReader::checkVariable);
        return new SettingsReader(layered(file, variables, path), variables).config(kafkaProperties(file, variables));
    }

    private ServiceConfig config(Map<String, Setting> kafkaProperties) {
        Optional<String> bootstrap = optional(SettingKey.KAFKA_BOOTSTRAP);
        boolean embedded = bootstrap.isEmpty();
        var kafka = new ServiceConfig.Kafka(
                bootstrap,
                value(SettingKey.KAFKA_EMBEDDED_PORT),
                clientProperties(kafkaProperties),
                optional(SettingKey.DEFAULT_PARTITIONS, embedded ? "1" : "6"),
                optional(SettingKey.DEFAULT_REPLICATION, embedded ? "1" : "3"));
        var http = new ServiceConfig.Listener(value(SettingKey.HTTP_HOST), value(SettingKey.HTTP_PORT));
        var pg = new ServiceConfig.Listener(value(SettingKey.PG_HOST), value(SettingKey.PG_PORT));
        Optional<String> auth = auth();
        checkListener("alluvium.http.host", http, auth);
        checkListener("alluvium.pg.host", pg, auth);
        checkPorts(http, pg);
        var retry = new ServiceConfig.Retry(
                value(SettingKey.RETRY_STRATEGY),
                optional(SettingKey.RETRY_INTERVAL),
                value(SettingKey.RETRY_MULTIPLIER),
                value(SettingKey.RETRY_MAX_DELAY),
                optional(SettingKey.RETRY_INCREMENT),
                value(SettingKey.RETRY_JITTER));
        var tables = new ServiceConfig.Tables(value(SettingKey.TABLES_MAX), value(SettingKey.TABLE_WAIT));
        var memory = new ServiceConfig.Memory(
                value(SettingKey.MEMORY_LIMIT),
                value(SettingKey.VIEW_MEMORY_LIMIT),
                value(SettingKey.VIEW_WARN_AFTER),
                value(SettingKey.ROCKSDB_CACHE));
        var snapshots = new ServiceConfig.Snapshots(
                Boolean.parseBoolean(value(SettingKey.SNAPSHOT_ENABLED)),
                value(SettingKey.SNAPSHOT_INTERVAL),
                value(SettingKey.SNAPSHOT_MAX_RATE));
        var files = new ServiceConfig.Files(roots());
        var log = new ServiceConfig.Log(value(SettingKey.LOG_FORMAT), value(SettingKey.LOG_LEVEL));
        SettingKey.ALL.stream().filter(key -> !read.contains(key.name())).forEach(this::optional);
        kafkaProperties.forEach(settings::putIfAbsent);
        List<Setting> shown = settings.values().stream().map(Setting::masked).toList();
        return new ServiceConfig(cluster(), kafka, http, pg, auth, retry, tables, memory, snapshots, files, log, shown);
    }

    private String cluster() {
        return value(SettingKey.CLUSTER);
    }

    private Optional<String> auth() {
        Optional<Setting> given = given(SettingKey.AUTH);
        if (given.isPresent() && !given.get().value().strip().equalsIgnoreCase("none")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "alluvium.auth = '" + given.get().value() + "' is not available in this version",
                    "Allowed is none: listeners that are not on loopback then serve without authentication.");
        }
        return optional(SettingKey.AUTH);
    }

    private List<Path> roots() {
        return optional(SettingKey.FILE_ROOTS).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .map(text -> Path.of(text).toAbsolutePath().normalize())
                .toList();
    }

    private <T> T value(SettingKey<T> key) {
        return optional(key, key.defaultText().orElseThrow());
    }

    private <T> T optional(SettingKey<T> key, String defaultText) {
        return optional(key).orElseGet(() -> {
            settings.put(key.name(), new Setting(key.name(), defaultText, Origin.DEFAULT));
            return key.type().parse(defaultText);
        });
    }

    private <T> Optional<T> optional(SettingKey<T> key) {
        read.add(key.name());
        Optional<Setting> given = given(key);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Setting setting = given.get();
        try {
            T value = key.type().parse(setting.value());
            settings.put(key.name(), new Setting(key.name(), key.type().shown(setting.value()), setting.origin()));
            return Optional.of(value);
        } catch (IllegalArgumentException e) {
            if (key.type() instanceof ValueType.Time && setting.origin() == Origin.ENVIRONMENT) {
                LOG.warn(
                        "{}='{}' is not {}; the default is used: {}",
                        variable(key),
                        setting.value(),
                        key.type().allowed(),
                        key.shownDefault().replace("`", ""));
                return Optional.empty();
            }
            throw notAllowed(key, setting, e);
        }
    }

    /// What the file or the environment says.
    private Optional<Setting> given(SettingKey<?> key) {
        ConfigValue value = config.getConfigValue(key.name());
        String text = value.getRawValue();
        boolean fromEnvironment = ENVIRONMENT.equals(value.getConfigSourceName());
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(new Setting(key.name(), text, fromEnvironment ? Origin.ENVIRONMENT : Origin.FILE));
    }

    private AlluviumException notAllowed(SettingKey<?> key, Setting setting, IllegalArgumentException cause) {
        String where =
                setting.origin() == Origin.ENVIRONMENT ? "the environment, " + variable(key) : ServiceConfig.FILE_NAME;
        String shown = Setting.mask(key.name(), setting.value());
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                key.name() + " = '" + shown + "' (from " + where + ") is not allowed",
                "Allowed is " + key.type().allowed() + "; the default is "
                        + key.shownDefault().replace("`", "") + ".",
                cause);
    }

    private static void checkListener(String key, ServiceConfig.Listener listener, Optional<String> auth) {
        if (listener.isLoopback()) {
            return;
        }
        if (auth.isEmpty()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    key + " = '" + listener.host() + "' is open to other machines, and there is no authentication",
                    "Use " + key + "=127.0.0.1, or say alluvium.auth=none (ALLUVIUM_AUTH=none) to let everyone who can"
                            + " reach the port read and change every table.");
        }
        LOG.warn("{}={} is open to other machines without authentication (alluvium.auth=none)", key, listener.host());
    }

    private static void checkPorts(ServiceConfig.Listener http, ServiceConfig.Listener pg) {
        if (http.port() != 0 && http.port() == pg.port()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "alluvium.http.port and alluvium.pg.port are both " + http.port(),
                    "Give each its own port, or 0 for a free one.");
        }
    }

    /// The variable that gives the setting.
    private String variable(SettingKey<?> key) {
        return environment.containsKey(key.variable())
                ? key.variable()
                : key.variableInSeconds().orElse(key.variable());
    }

    private static SmallRyeConfig layered(Map<String, String> file, Map<String, String> variables, Path path) {
        Map<String, String> canonical = new HashMap<>(variables);
        for (SettingKey<?> key : SettingKey.ALL) {
            key.variableInSeconds().map(variables::get).ifPresent(text -> canonical.putIfAbsent(key.variable(), text));
        }
        return new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(file, path.toString(), 250), new EnvConfigSource(canonical, 300) {
                            private static final long serialVersionUID = 1L;

                            @Override
                            public String getName() {
                                return ENVIRONMENT;
                            }
                        })
                .build();
    }

    private static Map<String, String> readFile(Path path) {
        var properties = new Properties();
        if (Files.exists(path)) {
            try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "cannot read the settings in " + path.toAbsolutePath(),
                        "It has to be a readable Java properties file in UTF-8: " + e.getMessage(),
                        e);
            }
        }
        Map<String, String> result = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> result.put(key, properties.getProperty(key)));
        return result;
    }

    /// The variables that are for settings. A blank one says nothing, except where a duration is expected.
    private static Map<String, String> ownVariables(Map<String, String> environment) {
        Map<String, String> result = new TreeMap<>();
        environment.forEach((name, text) -> {
            boolean ours = name.startsWith(PREFIX) && !OF_THE_LAUNCHER.contains(name);
            boolean says = !text.isBlank() || isDuration(name);
            if (ours && says && (isSetting(name) || !OF_KUBERNETES.matcher(name).matches())) {
                result.put(name, text);
            }
        });
        return result;
    }

    private static boolean isDuration(String variable) {
        return SettingKey.ALL.stream().anyMatch(key -> key.type() instanceof ValueType.Time && isSetBy(key, variable));
    }

    private static boolean isSetBy(SettingKey<?> key, String variable) {
        return key.variable().equals(variable)
                || key.variableInSeconds().filter(variable::equals).isPresent();
    }

    private static boolean isSetting(String variable) {
        return SettingKey.ALL.stream().anyMatch(key -> isSetBy(key, variable));
    }

    private static void checkFileKey(String key, Path path) {
        boolean known = SettingKey.ALL.stream().anyMatch(k -> k.name().equals(key));
        if (known || isKafkaProperty(key)) {
            return;
        }
        List<String> names = SettingKey.ALL.stream().map(SettingKey::name).toList();
        throw unknown("setting '" + key + "' in " + path, Nearest.to(key, names, 1), names);
    }

    private static void checkVariable(String variable) {
        if (isSetting(variable) || isKafkaVariable(variable)) {
            return;
        }
        List<String> names = SettingKey.ALL.stream()
                .flatMap(key -> Stream.concat(Stream.of(key.variable()), key.variableInSeconds().stream()))
                .toList();
        throw unknown("variable '" + variable + "' in the environment", Nearest.to(variable, names, 1), names);
    }

    private static AlluviumException unknown(String what, List<String> nearest, List<String> all) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                "unknown " + what,
                nearest.isEmpty()
                        ? "Known are: " + String.join(", ", all)
                        : "Did you mean " + nearest.getFirst() + "?");
    }

    private static Map<String, Setting> kafkaProperties(Map<String, String> file, Map<String, String> variables) {
        Map<String, Setting> result = new TreeMap<>();
        file.forEach((key, text) -> {
            if (isKafkaProperty(key)) {
                result.put(key, new Setting(key, text, Origin.FILE));
            }
        });
        variables.forEach((variable, text) -> {
            if (isKafkaVariable(variable)) {
                String key = variable.toLowerCase(Locale.ROOT).replace('_', '.');
                result.put(key, new Setting(key, text, Origin.ENVIRONMENT));
            }
        });
        for (String key : result.keySet()) {
            if (OWN_KAFKA_PROPERTIES.contains(clientName(key))) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        key + " cannot be set: Alluvium sets this client property itself",
                        "Take it out. Each table has its own group and offsets; \"auto.offset.reset\" is an option of"
                                + " a table: WITH (\"auto.offset.reset\" = \"latest\").");
            }
        }
        return result;
    }

    private static Map<String, String> clientProperties(Map<String, Setting> settings) {
        Map<String, String> result = new TreeMap<>();
        settings.values().forEach(s -> result.put(clientName(s.key()), s.value()));
        return result;
    }

    private static String clientName(String key) {
        return key.substring(SettingKey.KAFKA_PREFIX.length());
    }

    private static boolean isKafkaProperty(String key) {
        return key.startsWith(SettingKey.KAFKA_PREFIX)
                && key.length() > SettingKey.KAFKA_PREFIX.length()
                && SettingKey.ALL.stream().noneMatch(k -> k.name().equals(key));
    }

    private static boolean isKafkaVariable(String variable) {
        return variable.startsWith(KAFKA_VARIABLE)
                && variable.length() > KAFKA_VARIABLE.length()
                && !isSetting(variable);
    }
}

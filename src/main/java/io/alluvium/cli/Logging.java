package io.alluvium.cli;

import io.alluvium.config.ServiceConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Chooses how the log looks before the first logger is made: `logback.xml` reads the system properties
/// `alluvium.log.format` and `alluvium.log.level` when that happens, and reading the settings properly makes
/// loggers. So the two are looked up by hand here, and whatever is wrong with them is left for the settings to say.
final class Logging {

    private static final Set<String> FORMATS = Set.of("text", "json");
    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    private Logging() {}

    static void configure(Path config) {
        Properties file = read(config.resolve(ServiceConfig.FILE_NAME));
        set("alluvium.log.format", FORMATS, file, System.getenv());
        set("alluvium.log.level", LEVELS, file, System.getenv());
        // The few libraries that log through the JDK.
        Logger.getLogger("").setLevel(Level.SEVERE);
    }

    private static void set(String key, Set<String> known, Properties file, Map<String, String> environment) {
        choose(key, known, file, environment).ifPresent(value -> System.setProperty(key, value));
    }

    /// The environment's value, else the file's, if it is one of those known.
    static Optional<String> choose(String key, Set<String> known, Properties file, Map<String, String> environment) {
        String variable = key.replace('.', '_').toUpperCase(Locale.ROOT);
        return Optional.ofNullable(environment.get(variable))
                .or(() -> Optional.ofNullable(file.getProperty(key)))
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .filter(known::contains);
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.isReadable(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                return new Properties();
            }
        }
        return properties;
    }
}

package io.alluvium.cli;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Chooses how the log looks before the first logger is made, because `logback.xml` reads these two settings
/// when that
/// happens: `alluvium.log.format` (`text` or `json`) and `alluvium.log.level`. As for every setting, the
/// environment
/// wins over `alluvium.properties`.
final class Logging {

    private static final Set<String> FORMATS = Set.of("text", "json");
    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace", "off");

    private Logging() {}

    static void configure(Path config) {
        Properties file = read(config.resolve("alluvium.properties"));
        set("alluvium.log.format", "text", FORMATS, file);
        set("alluvium.log.level", "info", LEVELS, file);
        // The few libraries that log through the JDK.
        Logger.getLogger("").setLevel(Level.SEVERE);
    }

    private static void set(String key, String otherwise, Set<String> allowed, Properties file) {
        String value = firstOf(
                System.getProperty(key),
                System.getenv(key.replace('.', '_').toUpperCase(java.util.Locale.ROOT)),
                file.getProperty(key),
                otherwise);
        if (!allowed.contains(value)) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    key + " is " + value,
                    "it can be " + String.join(", ", allowed.stream().sorted().toList()));
        }
        System.setProperty(key, value);
    }

    private static String firstOf(@Nullable String... values) {
        for (String value : values) {
            if (value != null) {
                return value.strip();
            }
        }
        throw new IllegalArgumentException("no value");
    }

    /// Empty when there is no such file; what is wrong in it is for the settings to say.
    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.isReadable(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new AlluviumException(ErrorCode.CONFIGURATION, "cannot read " + file + ": " + e, null, e);
            }
        }
        return properties;
    }
}

package io.alluvium.config;

import io.alluvium.data.Setting;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// All settings of the service, checked.
///
/// @param auth what `alluvium.auth` says; empty when it says nothing
/// @param settings each setting that has a value, and where it came from, with secrets masked, in key order
public record ServiceConfig(
        String cluster,
        Kafka kafka,
        Listener http,
        Listener pg,
        Optional<String> auth,
        Retry retry,
        Tables tables,
        Memory memory,
        Snapshots snapshots,
        Files files,
        Log log,
        List<Setting> settings) {

    /// The file of the config folder that settings stand in.
    public static final String FILE_NAME = "alluvium.properties";

    public ServiceConfig {
        settings = List.copyOf(settings);
    }

    /// Reads `alluvium.properties` in the folder, if it is there, and the variables that begin with `ALLUVIUM_`. A
    /// variable is stronger than the file.
    ///
    /// @throws io.alluvium.fault.AlluviumException CONFIGURATION for an unknown key, a value that is not allowed, a
    ///     file that cannot be read, or a listener that would be open to others without `alluvium.auth`
    public static ServiceConfig load(Path folder, Map<String, String> environment) {
        return SettingsReader.read(folder, environment);
    }

    /// A setting that the file or the environment gives; empty when its default is in force.
    public Optional<Setting> explicit(String key) {
        return settings.stream()
                .filter(s -> s.key().equals(key) && s.origin() != Setting.Origin.DEFAULT)
                .findFirst();
    }

    /// @param bootstrapServers empty for the embedded broker
    /// @param properties what is passed on to every Kafka client, by the client's own names, without
    ///     `bootstrap.servers`
    /// @param partitions of topics that the service creates
    /// @param replicationFactor of topics that the service creates
    public record Kafka(
            Optional<String> bootstrapServers,
            int embeddedPort,
            Map<String, String> properties,
            int partitions,
            int replicationFactor) {
        public Kafka {
            properties = Map.copyOf(properties);
        }

        public boolean isEmbedded() {
            return bootstrapServers.isEmpty();
        }

        /// Names the properties but not their values: they hold passwords.
        @Override
        public String toString() {
            return "Kafka[bootstrapServers=" + bootstrapServers.orElse("embedded") + ", properties="
                    + properties.keySet() + "]";
        }
    }

    /// @param port 0 picks a free one
    public record Listener(String host, int port) {

        /// Whether only this machine can connect. A name other than `localhost` counts as open to others.
        public boolean isLoopback() {
            String name = host.toLowerCase(Locale.ROOT);
            if (name.equals("localhost") || name.endsWith(".localhost")) {
                return true;
            }
            try {
                return InetAddress.ofLiteral(host).isLoopbackAddress();
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /// @param interval empty when it depends on the kind of source
    /// @param increment empty for that of the interval
    public record Retry(
            String strategy,
            Optional<Duration> interval,
            double multiplier,
            Duration maxDelay,
            Optional<Duration> increment,
            double jitter) {}

    public record Tables(int max, Duration waitTimeout) {}

    /// @param viewBytes how much of what tables have given up views may keep
    /// @param viewWarnAfter how old a view is when the log names it
    /// @param rocksdbCacheBytes for all tables on disk together
    public record Memory(long limitBytes, long viewBytes, Duration viewWarnAfter, long rocksdbCacheBytes) {}

    /// @param maxBytesPerSecond the most that is written in a second
    public record Snapshots(boolean enabled, Duration interval, long maxBytesPerSecond) {}

    /// @param roots absolute, normalized; empty when any path may be read
    public record Files(List<Path> roots) {
        public Files {
            roots = List.copyOf(roots);
        }
    }

    /// @param format `text` or `json`
    /// @param level `error`, `warn`, `info`, `debug` or `trace`
    public record Log(String format, String level) {}
}

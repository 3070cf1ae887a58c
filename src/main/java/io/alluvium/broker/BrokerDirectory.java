package io.alluvium.broker;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/// The directory of the broker's logs. It is formatted under another name and renamed when complete, so that a
/// process killed half-way leaves nothing that looks formatted; the next start begins anew.
record BrokerDirectory(Path data) {

    private static final String META_PROPERTIES = "meta.properties";

    /// Where the logs are.
    Path path() {
        return data.resolve("kafka");
    }

    /// Formats the directory unless it is formatted.
    ///
    /// @throws AlluviumException CONFIGURATION when it holds logs but lacks Kafka's `meta.properties`, which says
    ///     whose logs they are
    void prepare() {
        Path path = path();
        Path unfinished = data.resolve("kafka.new");
        try {
            delete(unfinished);
            if (Files.exists(path.resolve(META_PROPERTIES))) {
                return;
            }
            refuseToOverwriteLogs(path);
            delete(path);
            Files.createDirectories(unfinished);
            format(unfinished);
            sync(unfinished);
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            sync(data);
        } catch (IOException | UncheckedIOException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "cannot prepare the embedded broker's directory " + path + ": " + e,
                    "check that this user can write to it and that the disk has room",
                    e);
        }
    }

    private static void refuseToOverwriteLogs(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return;
        }
        try (Stream<Path> logs = Files.walk(path)) {
            if (logs.anyMatch(file -> file.toString().endsWith(".log") && isNotEmpty(file))) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the embedded broker's directory " + path + " holds logs but no " + META_PROPERTIES,
                        "restore that file from a copy, or move the directory away to start with an empty broker");
            }
        }
    }

    private static boolean isNotEmpty(Path file) {
        try {
            return Files.size(file) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void format(Path directory) throws IOException {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("formatting failed: " + e, e);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.alluvium.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// The files of a snapshot's directory: data files, known by their numbers, and what is done to them.
final class DataFiles {

    static final String MANIFEST = "manifest";
    static final String NEW_MANIFEST = "manifest.new";
    static final String DAMAGED = ".damaged";
    private static final String DATA = ".data";

    private DataFiles() {}

    static Path path(Path directory, long number) {
        return directory.resolve(number + DATA);
    }

    private static boolean isData(Path file, Set<Long> numbers) {
        String name = String.valueOf(file.getFileName());
        return numbers.stream().anyMatch(number -> name.equals(number + DATA));
    }

    /// Deletes what a snapshot does not need: all but its manifest, its data files, and what was set aside.
    static void deleteOthers(Path directory, Set<Long> numbers) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals(MANIFEST) && !name.endsWith(DAMAGED) && !isData(file, numbers)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static void deleteAll(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    /// Writes a whole file and has it on the disk when it returns.
    static void write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    /// Has the directory's entries on the disk when it returns.
    static void force(Path directory) throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}

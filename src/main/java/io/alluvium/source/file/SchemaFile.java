package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A file that holds a schema.
public final class SchemaFile {

    private SchemaFile() {}

    /// The text of a file.
    ///
    /// @param roots the directories that may be read; empty for all
    /// @throws AlluviumException FILE_MISSING when it is not there, CONFIGURATION when it may not be read
    public static String read(String path, List<Path> roots) {
        try {
            return Files.readString(
                    new FilePattern(path, roots, () -> {}).match().getFirst(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileFaults.translate(e, path);
        }
    }
}

package io.alluvium.source.jdbc;

import io.alluvium.source.file.FileFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file of a database that a driver opens within this process. Drivers would make one that is missing, and read
/// any that they are told to.
final class EmbeddedFile {

    private static final Pattern SQLITE = Pattern.compile("jdbc:sqlite:(?:file:)?([^?]*).*");
    private static final Pattern DUCKDB = Pattern.compile("jdbc:duckdb:([^;?]*).*");
    private static final Pattern H2 = Pattern.compile("jdbc:h2:(?!mem:|tcp:|ssl:)(?:file:)?([^;]*).*");

    private EmbeddedFile() {}

    /// Checks the file before a driver sees it.
    ///
    /// @param roots the directories that may be read; empty for all
    /// @throws io.alluvium.fault.AlluviumException FILE_MISSING when it is not there; CONFIGURATION when it is
    ///     outside the roots
    static void check(JdbcUrl url, Dialect dialect, List<Path> roots, JdbcFaults faults) {
        Optional<Path> found = path(url.url(), dialect);
        if (found.isEmpty()) {
            return;
        }
        Path path = found.get();
        if (!roots.isEmpty() && roots.stream().noneMatch(root -> real(path).startsWith(real(root)))) {
            throw FileFaults.outsideRoots(path.toString(), roots);
        }
        if (!Files.exists(path)) {
            throw faults.missing(null);
        }
    }

    private static Optional<Path> path(String url, Dialect dialect) {
        Matcher matcher = switch (dialect) {
            case SQLITE -> SQLITE.matcher(url);
            case DUCKDB -> DUCKDB.matcher(url);
            case H2 -> H2.matcher(url);
            case POSTGRESQL, MARIADB, OTHER -> null;
        };
        if (matcher == null || !matcher.matches()) {
            return Optional.empty();
        }
        String file = matcher.group(1);
        if (file.isEmpty() || file.startsWith(":")) {
            return Optional.empty();
        }
        if (dialect == Dialect.H2) {
            String home = file.startsWith("~") ? System.getProperty("user.home") + file.substring(1) : file;
            return Optional.of(Path.of(home + ".mv.db"));
        }
        return Optional.of(Path.of(file));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}

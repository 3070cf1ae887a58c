package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which files a table reads: one path, or those that a glob matches, and only under the allowed directories.
final class FilePattern {

    /// More files than this make positions too large to be kept with every commit.
    private static final int MOST_FILES = 10_000;

    private final String text;
    private final List<Path> roots;
    private final Path path;
    private final boolean glob;
    private final Path folder;
    private final int depth;
    private final Pattern matcher;
    private final Runnable listing;
    private List<Path> folders = List.of();

    /// @param written a path, absolute or relative to the working directory, that may have wildcards
    /// @param roots the directories that may be read; empty for all
    /// @param listing called each time the directories are listed
    FilePattern(String written, List<Path> roots, Runnable listing) {
        this.listing = listing;
        if (written.isBlank()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the path of the file is empty",
                    "Write an absolute path, such as file:///data/prices-*.csv");
        }
        try {
            String absolute = written.startsWith("/") ? written : Path.of("").toAbsolutePath() + "/" + written;
            this.text = written;
            this.roots = List.copyOf(roots);
            this.path = Path.of(absolute).normalize();
            this.glob = Glob.isGlob(absolute) && !Files.exists(path);
            this.folder = glob ? Path.of(Glob.folder(absolute)).normalize() : path;
            this.depth = Glob.depth(absolute);
            this.matcher = glob
                    ? Glob.regex(folder + (folder.getNameCount() == 0 ? "" : "/") + Glob.rest(absolute))
                    : Pattern.compile("");
        } catch (InvalidPathException e) {
            throw FileFaults.translate(e, written);
        }
    }

    boolean isGlob() {
        return glob;
    }

    /// The path or glob as it was written.
    String text() {
        return text;
    }

    /// The path of the single file.
    Path path() {
        return path;
    }

    /// Whether a file is one of those that match, or a directory that could have some.
    boolean concerns(Path file) {
        return glob
                ? matcher.matcher(file.toString()).matches() || (depth > 1 && Files.isDirectory(file))
                : file.equals(path);
    }

    /// The directories in which the files of the last [#match()] were looked for.
    List<Path> folders() {
        return folders;
    }

    /// The files there are, in order. Directories are listed once for all files.
    ///
    /// @throws AlluviumException FILE_MISSING when there is none; CONFIGURATION when the path is a directory
    ///     or outside the allowed directories
    List<Path> match() throws IOException {
        Optional<AlluviumException> outside = outside(folder);
        if (outside.isPresent()) {
            throw outside.get();
        }
        if (glob) {
            return matches();
        }
        Path parent = path.getParent();
        folders = parent == null ? List.of() : List.of(parent);
        Optional<AlluviumException> fault = FileFaults.check(path);
        if (fault.isPresent()) {
            throw fault.get();
        }
        return List.of(path);
    }

    /// Why a file that was found may not be read: it lies outside the allowed directories, or its
    /// permissions.
    Optional<AlluviumException> refusal(Path file) {
        return outside(file).or(() -> FileFaults.check(file));
    }

    private List<Path> matches() throws IOException {
        Set<Path> found = new TreeSet<>();
        List<Path> visited = new ArrayList<>();
        listing.run();
        if (Files.isDirectory(folder)) {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Search(found, visited));
        }
        folders = List.copyOf(visited);
        if (found.isEmpty()) {
            throw FileFaults.missing(text, null);
        }
        if (found.size() > MOST_FILES) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "'" + text + "' matches " + found.size() + " files, and a table reads at the most " + MOST_FILES,
                    "Narrow the glob, or put the rows into fewer files.");
        }
        TreeMap<String, Path> ordered = new TreeMap<>();
        found.forEach(p -> ordered.put(p.toString(), p));
        return List.copyOf(ordered.values());
    }

    private Optional<AlluviumException> outside(Path file) {
        if (roots.isEmpty()) {
            return Optional.empty();
        }
        Path real = real(file);
        return roots.stream().anyMatch(root -> real.startsWith(real(root)))
                ? Optional.empty()
                : Optional.of(FileFaults.outsideRoots(file.toString(), roots));
    }

    /// Where a path leads; of one that does not exist, the part that does is followed.
    private static Path real(Path path) {
        Path there = path.toAbsolutePath();
        while (true) {
            try {
                return there.toRealPath()
                        .resolve(there.relativize(path.toAbsolutePath()))
                        .normalize();
            } catch (IOException e) {
                Path above = there.getParent();
                if (above == null) {
                    return path.toAbsolutePath().normalize();
                }
                there = above;
            }
        }
    }

    /// Collects what matches; directories that cannot be entered, and links in circles, have no files.
    private final class Search extends SimpleFileVisitor<Path> {
        private final Set<Path> found;
        private final List<Path> visited;

        Search(Set<Path> found, List<Path> visited) {
            this.found = found;
            this.visited = visited;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (visited.size() < FileEvents.MOST_DIRECTORIES) {
                visited.add(directory);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && matcher.matcher(file.toString()).matches()) {
                found.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException error) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error) {
            return FileVisitResult.CONTINUE;
        }
    }
}

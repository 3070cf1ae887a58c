package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.CategoryRules;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.fault.Nearest;
import io.alluvium.fault.WaysOut;
import io.alluvium.format.DamagedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// What an exception of the file system means for a table: its category by type, what happened in words, and the
/// ways out.
public final class FileFaults {

    private static final int MOST_NAMES = 10_000;

    private static final CategoryRules RULES = new CategoryRules()
            .cause(FaultCategory.FILE_MISSING, NoSuchFileException.class, FileNotFoundException.class)
            .cause(FaultCategory.AUTHENTICATION, AccessDeniedException.class)
            .cause(FaultCategory.CONFIGURATION, InvalidPathException.class, NotDirectoryException.class)
            .cause(FaultCategory.DATA, CharacterCodingException.class, ZipException.class, DamagedException.class);

    private FileFaults() {}

    /// The category of an exception, by the types in its chain of causes.
    public static FaultCategory categoryOf(Throwable error) {
        return RULES.match(error).category();
    }

    /// The error that a user sees for an exception met while reading a file.
    ///
    /// @param path the file or the pattern, as the table's definition has it
    public static AlluviumException translate(Throwable error, String path) {
        CategoryRules.Match match = RULES.match(error);
        Throwable decisive = match.decisive();
        if (decisive instanceof AlluviumException known) {
            return known;
        }
        return switch (match.category()) {
            case FILE_MISSING -> missing(path, decisive);
            case AUTHENTICATION -> notReadable(ErrorCode.AUTHENTICATION, path, decisive);
            case CONFIGURATION -> illegal(path, decisive);
            case DATA -> malformed(path, decisive);
            case TOPIC_MISSING, NETWORK, UNKNOWN, USER, LIMIT, INTERNAL -> unknown(path, error);
        };
    }

    /// Whether an error concerns a file alone, so that the others of a glob can be read.
    static boolean isOfOneFile(AlluviumException error) {
        return switch (error.code()) {
            case CONFIGURATION, DATA, FEATURE_NOT_SUPPORTED, AUTHENTICATION -> true;
            default -> false;
        };
    }

    /// Looks at a path before it is opened.
    ///
    /// @return FILE_MISSING when nothing is there; CONFIGURATION when it is a directory or may not be read
    public static Optional<AlluviumException> check(Path path) {
        if (!Files.exists(path)) {
            return Optional.of(missing(path.toString(), null));
        }
        if (Files.isDirectory(path)) {
            return Optional.of(directory(path));
        }
        return Files.isReadable(path)
                ? Optional.empty()
                : Optional.of(notReadable(ErrorCode.CONFIGURATION, path.toString(), null));
    }

    /// A file that is not there, or a glob that nothing matches.
    public static AlluviumException missing(String path, @Nullable Throwable cause) {
        String absolute = absolute(path);
        var ways = new WaysOut(FaultCategory.FILE_MISSING, "tried again as long as \"file.wait.timeout\" says.")
                .way("Check the path. " + neighbours(absolute))
                .way("Wait for it: WITH (\"file.wait.timeout\" = \"60s\"), for every file:"
                        + " ALLUVIUM_FILE_WAIT_TIMEOUT=60s")
                .way("Once it is there, take up lines and files that come later: WITH (\"file.watch\" = \"true\")");
        String message = isGlob(path) ? "No file matches '" + absolute + "'" : "File '" + absolute + "' does not exist";
        return new AlluviumException(ErrorCode.FILE_MISSING, message, ways.text(cause), cause);
    }

    /// A directory where a file was expected.
    public static AlluviumException directory(Path path) {
        String absolute = absolute(path.toString());
        String hint = new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                .way("Name the files in it with a glob: file://" + absolute + "/*.csv")
                .text(null);
        return new AlluviumException(ErrorCode.CONFIGURATION, "'" + absolute + "' is a directory, not a file", hint);
    }

    /// A path that no file source may read.
    public static AlluviumException outsideRoots(String path, Collection<Path> roots) {
        String hint = new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                .way("Use a path under "
                        + quoted(roots.stream().map(Path::toString).toList())
                        + "; links and .. are followed before it is checked.")
                .way("Allow its directory too: alluvium.file.roots in config/alluvium.properties")
                .text(null);
        return new AlluviumException(
                ErrorCode.CONFIGURATION, "'" + absolute(path) + "' is outside alluvium.file.roots", hint);
    }

    private static AlluviumException notReadable(ErrorCode code, String path, @Nullable Throwable cause) {
        String absolute = absolute(path);
        String hint = new WaysOut(code.category(), "will not cure itself by retrying.")
                .way("Let the user that runs Alluvium (" + System.getProperty("user.name") + ") read it: chmod a+r '"
                        + absolute + "'")
                .way("Let it enter the directories above: chmod a+x DIRECTORY")
                .text(cause);
        return new AlluviumException(code, "File '" + absolute + "' may not be read", hint, cause);
    }

    private static AlluviumException illegal(String path, Throwable cause) {
        String hint = new WaysOut(FaultCategory.CONFIGURATION, "will not cure itself by retrying.")
                .way("Write an absolute path, such as file:///data/prices-*.csv")
                .text(cause);
        return new AlluviumException(ErrorCode.CONFIGURATION, "'" + path + "' is not a path of a file", hint, cause);
    }

    private static AlluviumException malformed(String path, Throwable cause) {
        String hint = new WaysOut(FaultCategory.DATA, "not tried again: it would be read the same.")
                .way("Check that \"file.format\" is what the file holds.")
                .way("Name its character set: WITH (\"file.encoding\" = \"ISO-8859-1\")")
                .text(cause);
        return new AlluviumException(ErrorCode.DATA, "File '" + absolute(path) + "' is malformed", hint, cause);
    }

    private static AlluviumException unknown(String path, Throwable cause) {
        String hint = new WaysOut(FaultCategory.UNKNOWN, "tried again as long as \"file.wait.timeout\" says.")
                .way("Check the disk and the mount: ls -l '" + absolute(path) + "'")
                .way("See the whole error in the log: ALLUVIUM_LOG_LEVEL=debug")
                .text(cause);
        return new AlluviumException(
                ErrorCode.UNKNOWN,
                "Reading file '" + absolute(path) + "' failed for an unexpected reason",
                hint,
                cause);
    }

    /// What is there instead: the closest names of the directory, or the last directory of the path that
    /// exists.
    private static String neighbours(String absolute) {
        Path directory = parent(absolute);
        if (!Files.isDirectory(directory)) {
            Path there = directory;
            while (there.getParent() != null && !Files.isDirectory(there)) {
                there = there.getParent();
            }
            return "The directory '" + directory + "' does not exist; the last part of it that does is '" + there
                    + "'.";
        }
        String wanted = absolute.substring(absolute.lastIndexOf('/') + 1);
        List<String> names = names(directory);
        List<String> closest = Nearest.to(wanted, names, 3);
        if (!closest.isEmpty()) {
            return "Close to it in " + directory + ": " + quoted(closest);
        }
        return names.isEmpty()
                ? "The directory '" + directory + "' is empty."
                : "In " + directory + " there are: "
                        + quoted(names.stream().sorted().limit(5).toList());
    }

    /// The directory of a path, for a glob the one above its first wildcard.
    private static Path parent(String absolute) {
        int wildcard = firstWildcard(absolute);
        int slash = absolute.lastIndexOf('/', wildcard < 0 ? absolute.length() : wildcard);
        return Path.of(slash <= 0 ? "/" : absolute.substring(0, slash));
    }

    private static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name != null && names.size() < MOST_NAMES) {
                    names.add(name.toString());
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return names;
    }

    private static String absolute(String path) {
        if (path.startsWith("/") || path.isEmpty()) {
            return path;
        }
        return Path.of("").toAbsolutePath() + "/" + path;
    }

    private static boolean isGlob(String path) {
        return firstWildcard(path) >= 0;
    }

    private static int firstWildcard(String path) {
        for (int i = 0; i < path.length(); i++) {
            if ("*?[{".indexOf(path.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static String quoted(List<String> names) {
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    }
}

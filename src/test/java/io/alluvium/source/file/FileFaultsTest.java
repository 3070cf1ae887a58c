package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFaultsTest {

    @TempDir
    private Path folder;

    @Test
    void theTypeDecidesAlsoInsideOtherExceptions() {
        assertCategory(new NoSuchFileException("x"), FaultCategory.FILE_MISSING);
        assertCategory(new FileNotFoundException("x"), FaultCategory.FILE_MISSING);
        assertCategory(new AccessDeniedException("x"), FaultCategory.AUTHENTICATION);
        assertCategory(new MalformedInputException(1), FaultCategory.DATA);
        assertCategory(new IOException("no such file, access denied"), FaultCategory.UNKNOWN);
        assertThat(FileFaults.categoryOf(new InvalidPathException("x", "y"))).isEqualTo(FaultCategory.CONFIGURATION);
    }

    @Test
    void aMissingFileNamesTheAbsolutePathAndTheClosestNames() throws IOException {
        Files.createFile(folder.resolve("prices.csv"));
        Files.createFile(folder.resolve("price.csv"));
        Files.createFile(folder.resolve("readme.md"));
        Path wanted = folder.resolve("pirces.csv");

        AlluviumException error = FileFaults.translate(new NoSuchFileException(wanted.toString()), wanted.toString());

        assertThat(error.code()).isEqualTo(ErrorCode.FILE_MISSING);
        assertThat(error).hasMessage("File '" + wanted + "' does not exist");
        assertThat(error.hint().orElse(""))
                .startsWith("FILE_MISSING: ")
                .contains(
                        "1. Check the path. Close to it in " + folder + ": 'prices.csv', 'price.csv'",
                        "WITH (\"file.wait.timeout\" = \"60s\")",
                        "ALLUVIUM_FILE_WAIT_TIMEOUT=60s",
                        "\"file.watch\" = \"true\"",
                        "Original error: NoSuchFileException: " + wanted)
                .doesNotContain("readme");
    }

    @Test
    void aGlobWithoutAMatchSaysWhatThereIs() throws IOException {
        Files.createFile(folder.resolve("a.txt"));

        AlluviumException error = FileFaults.missing(folder + "/data/**/prices-*.csv", null);

        assertThat(error.getMessage()).startsWith("No file matches '" + folder + "/data/**/prices-*.csv'");
        assertThat(error.hint().orElse(""))
                .contains("The directory '" + folder + "/data' does not exist", "that does is '" + folder + "'");
        assertThat(FileFaults.missing(folder + "/*.csv", null).hint().orElse(""))
                .contains("In " + folder + " there are: 'a.txt'");
    }

    @Test
    void anEmptyDirectoryIsSaidToBeEmpty() {
        assertThat(FileFaults.missing(folder + "/*.csv", null).hint().orElse(""))
                .contains("is empty");
    }

    @Test
    void aRelativePathIsShownAsAnAbsoluteOne() {
        assertThat(FileFaults.missing("no/such.csv", null))
                .hasMessage("File '" + Path.of("no/such.csv").toAbsolutePath() + "' does not exist");
    }

    @Test
    void aPathIsLookedAtBeforeItIsOpened() throws IOException {
        Path file = Files.createFile(folder.resolve("a.csv"));

        assertThat(FileFaults.check(file)).isEmpty();
        assertThat(FileFaults.check(folder.resolve("b.csv")))
                .get()
                .extracting(AlluviumException::code)
                .isEqualTo(ErrorCode.FILE_MISSING);
        assertThat(FileFaults.check(folder)).get().satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessage("'" + folder + "' is a directory, not a file");
            assertThat(e.hint().orElse("")).contains("file://" + folder + "/*.csv");
        });
    }

    @Test
    void aFileThatMayNotBeReadHasItsOwnMessage() throws IOException {
        Path file = Files.createFile(folder.resolve("a.csv"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read every file");

        assertThat(FileFaults.check(file)).get().satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessage("File '" + file + "' may not be read");
            assertThat(e.hint().orElse("")).contains("will not cure itself by retrying", "chmod a+r '" + file + "'");
        });
    }

    @Test
    void aFileThatTheSystemRefusesSaysHowToAllowIt() {
        AlluviumException error = FileFaults.translate(new AccessDeniedException("/a.csv"), "/a.csv");

        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION);
        assertThat(error).hasMessage("File '/a.csv' may not be read");
        assertThat(error.hint().orElse("")).contains("chmod a+r '/a.csv'", System.getProperty("user.name"));
    }

    @Test
    void aPathOutsideTheRootsNamesThem() {
        AlluviumException error = FileFaults.outsideRoots("/etc/passwd", List.of(Path.of("/data")));

        assertThat(error.code()).isEqualTo(ErrorCode.CONFIGURATION);
        assertThat(error).hasMessageContaining("/etc/passwd");
        assertThat(error.hint().orElse("")).contains("'/data'", "alluvium.file.roots");
    }

    @Test
    void anErrorOfOursStaysWhatItIs() {
        var ours = new AlluviumException(ErrorCode.POSITION_LOST, "truncated");

        assertThat(FileFaults.translate(new IllegalStateException(ours), "/a.csv"))
                .isSameAs(ours);
    }

    private static void assertCategory(IOException error, FaultCategory category) {
        assertThat(FileFaults.categoryOf(error)).isEqualTo(category);
        assertThat(FileFaults.categoryOf(new UncheckedIOException(error))).isEqualTo(category);
        assertThat(FileFaults.translate(new UncheckedIOException(error), "/no/file.csv")
                        .category())
                .isEqualTo(category);
    }
}

package io.alluvium.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file system of a few megabytes in memory that can be filled up, mounted while a test runs.
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 1 << 20;

    private final Path path;
    private final Path filler;

    private SmallDisk(Path path) {
        this.path = path;
        this.filler = path.resolve("filler");
    }

    /// Mounts a disk, or skips the test where that is not permitted.
    ///
    /// @param at made when it is missing
    public static SmallDisk mounted(Path at, int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(at);
        boolean isMounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", at.toString());
        assumeTrue(isMounted, "no disk can be mounted here: it takes root and the right to mount");
        return new SmallDisk(at);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    public Path path() {
        return path;
    }

    /// Takes what is left, to the last byte.
    public void fill() throws IOException {
        try (var out = Files.newByteChannel(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int size = BLOCK; size > 0; ) {
                try {
                    int written = out.write(java.nio.ByteBuffer.wrap(new byte[size]));
                    size = written < size ? size / 2 : size;
                } catch (IOException e) {
                    size /= 2;
                }
            }
        }
    }

    /// Gives back what was taken.
    public void free() throws IOException {
        Files.deleteIfExists(filler);
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "--lazy", path.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

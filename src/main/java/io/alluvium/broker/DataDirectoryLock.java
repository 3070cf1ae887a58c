package io.alluvium.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The sole right to a data directory: the operating system's lock on the file `alluvium.lock` in it. It ends with
/// the process, however that ends, so that no stale lock ever needs to be removed. The file holds the owner's
/// process id and stays behind; only the lock on it counts.
public final class DataDirectoryLock implements AutoCloseable {

    private static final String FILE_NAME = "alluvium.lock";

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Creates the directory when it is missing, and locks it.
    ///
    /// @throws AlluviumException DATA_DIRECTORY_IN_USE when another service holds it, CONFIGURATION when the
    ///     directory cannot be made or written
    public static DataDirectoryLock acquire(Path dataDirectory) {
        Path directory = dataDirectory.toAbsolutePath().normalize();
        Path file = directory.resolve(FILE_NAME);
        try {
            Files.createDirectories(directory);
            // Closed by close(); when the lock is not had, below.
            FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String owner = read(channel);
                channel.close();
                throw inUse(directory, owner);
            }
            write(channel, Long.toString(ProcessHandle.current().pid()));
            return new DataDirectoryLock(channel);
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "cannot use the data directory " + directory + ": " + e,
                    "name a directory that this user can write to with --data",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static AlluviumException inUse(Path directory, String owner) {
        return new AlluviumException(
                ErrorCode.DATA_DIRECTORY_IN_USE,
                "the data directory " + directory + " is in use by another Alluvium"
                        + (owner.isEmpty() ? "" : ", process " + owner),
                "stop that one, or name another directory with --data");
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String owner = UTF_8.decode(text.flip()).toString().strip();
        return owner.chars().allMatch(c -> c >= '0' && c <= '9') ? owner : "";
    }

    private static void write(FileChannel channel, String owner) throws IOException {
        channel.truncate(0);
        channel.write(UTF_8.encode(owner + "\n"), 0);
    }

    /// Lets the next one have it. Closing again does nothing.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AlluviumException(ErrorCode.UNKNOWN, "cannot release the data directory: " + e, null, e);
        }
    }
}

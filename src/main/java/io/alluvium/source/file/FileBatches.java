package io.alluvium.source.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The records of a file, or of a part of it, in the order in which they stand there. Belongs to one thread.
interface FileBatches extends AutoCloseable {

    /// The next ones, which may be none; null behind the last.
    @Nullable
    FileBatch next() throws IOException, InterruptedException;

    @Override
    default void close() throws IOException {}

    /// Begins to read; called by the thread that then reads.
    @FunctionalInterface
    interface Opening {
        FileBatches open() throws IOException;
    }
}

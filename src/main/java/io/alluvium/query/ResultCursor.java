package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import org.jspecify.annotations.Nullable;

/// The rows of an answer, batch by batch. Used by one thread at a time.
public interface ResultCursor extends AutoCloseable {

    /// The names may repeat in an answer; they are made unique for this schema by a suffix `_1`, `_2`.
    Schema schema();

    /// The next rows, or null at the end. The batch is overwritten by the next call.
    @Nullable
    RowBatch next();

    @Override
    void close();
}

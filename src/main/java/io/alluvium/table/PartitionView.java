package io.alluvium.table;

import io.alluvium.data.Schema;
import org.jspecify.annotations.Nullable;

/// The rows of one partition as of the end of a batch. Immutable.
final class PartitionView {

    final Schema schema;
    final @Nullable ChunkView[] chunks;
    final long firstChunk;
    /// Row versions from this id on are later than the view.
    final long limit;

    final long rows;

    /// @param chunks by number from `firstChunk` on, null where a chunk was given up
    PartitionView(Schema schema, @Nullable ChunkView[] chunks, long firstChunk, long limit, long rows) {
        this.schema = schema;
        this.chunks = chunks;
        this.firstChunk = firstChunk;
        this.limit = limit;
        this.rows = rows;
    }

    static PartitionView empty(Schema schema) {
        return new PartitionView(schema, new ChunkView[0], 0, 0, 0);
    }

    @Nullable
    ChunkView chunk(long number) {
        long at = number - firstChunk;
        return at >= 0 && at < chunks.length ? chunks[(int) at] : null;
    }
}

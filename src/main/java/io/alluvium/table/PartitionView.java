package io.alluvium.table;

import io.alluvium.data.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rows of one partition as of the end of a batch. Immutable.
///
/// A key is found by the partition's index, which knows the latest version and can be ahead of the view; from there
/// the links lead back to the version that the view has. A link into a chunk that has been given up in the
/// meantime, and a key that has left the index since, are looked for in the view's chunks one by one: slow, rare,
/// and right.
final class PartitionView {

    static final long ABSENT = KeyIndex.ABSENT;

    final Schema schema;
    final @Nullable ChunkView[] chunks;
    final long firstChunk;
    /// Row versions from this id on are later than the view.
    final long limit;

    final long rows;

    private final PartitionStore store;
    private final KeyIndex index;

    /// @param chunks by number from `firstChunk` on, null where a chunk was given up
    PartitionView(
            PartitionStore store, Schema schema, @Nullable ChunkView[] chunks, long firstChunk, long limit, long rows) {
        this.store = store;
        this.index = store.index();
        this.schema = schema;
        this.chunks = chunks;
        this.firstChunk = firstChunk;
        this.limit = limit;
        this.rows = rows;
    }

    static PartitionView empty(PartitionStore store, Schema schema) {
        return new PartitionView(store, schema, new ChunkView[0], 0, 0, 0);
    }

    /// The chunk that holds a row version, null when this view does not have it.
    private @Nullable ChunkView chunkOf(long id) {
        int at = (int) ((id >>> Chunk.ROWS_LOG2) - firstChunk);
        return at >= 0 && at < chunks.length ? chunks[at] : null;
    }

    /// The chunk of a row that [#find] gave; what stands above the id in `id` has no part in it.
    ChunkView holder(long id) {
        return Objects.requireNonNull(chunks[(int) ((id >>> Chunk.ROWS_LOG2) - firstChunk)]);
    }

    /// The id of the row with a key, or [#ABSENT]. Only the usual case is here: the fewer instructions a look-up
    /// has, the more of the next one's waits for memory overlap with its own.
    long find(byte[] key, long hash) {
        long[] slots = index.slots();
        int at = KeyIndex.candidate(slots, hash, (int) hash);
        if (at < 0) {
            return searchUnlessComplete(key);
        }
        long id = KeyIndex.id(slots, at);
        int place = (int) id & Chunk.PLACE_MASK;
        ChunkView seen = id < limit ? chunkOf(id) : null;
        if (seen == null || !seen.hasKey(place, key)) {
            return findInAll(key, hash);
        }
        return seen.isAlive(place) ? id : ABSENT;
    }

    /// Looks at every place in the index that may be the key's: some are other keys', or ahead of this view.
    private long findInAll(byte[] key, long hash) {
        long[] slots = index.slots();
        int at = KeyIndex.candidate(slots, hash, (int) hash);
        while (at >= 0) {
            long id = KeyIndex.id(slots, at);
            if (id >= 0) {
                ChunkView seen = chunkOf(id);
                Chunk chunk = seen != null ? seen.chunk : store.directoryChunk(id >>> Chunk.ROWS_LOG2);
                if (chunk == null) {
                    return search(key);
                }
                if (chunk.keys.equal((int) id & Chunk.PLACE_MASK, key)) {
                    return versionOf(id, key);
                }
            }
            at = KeyIndex.candidate(slots, hash, at + 1);
        }
        return searchUnlessComplete(key);
    }

    /// The version that this view has of the key whose latest one is `id`.
    private long versionOf(long id, byte[] key) {
        long version = id;
        while (version >= limit) {
            Chunk later = store.directoryChunk(version >>> Chunk.ROWS_LOG2);
            if (later == null) {
                return search(key);
            }
            version = later.keys.earlier((int) version & Chunk.PLACE_MASK);
            if (version == Keys.NONE) {
                return searchUnlessComplete(key);
            }
        }
        ChunkView seen = chunkOf(version);
        if (seen == null) {
            return search(key);
        }
        return seen.isAlive((int) version & Chunk.PLACE_MASK) ? version : ABSENT;
    }

    /// The key came, or came back, after the view. Whether the view had it is certain unless a deletion that is
    /// later than the view has left the index.
    private long searchUnlessComplete(byte[] key) {
        return index.isCompleteFor(limit) ? ABSENT : search(key);
    }

    private long search(byte[] key) {
        for (int i = chunks.length - 1; i >= 0; i--) {
            ChunkView candidate = chunks[i];
            if (candidate == null) {
                continue;
            }
            for (int place = candidate.rows - 1; place >= 0; place--) {
                if (candidate.isAlive(place) && candidate.hasKey(place, key)) {
                    return candidate.chunk.id(place);
                }
            }
        }
        return ABSENT;
    }
}

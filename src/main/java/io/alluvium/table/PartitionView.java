package io.alluvium.table;

import io.alluvium.data.Schema;
import io.alluvium.metrics.HeapSizes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of one partition as of the end of a batch. Immutable, but for what makes later look-ups shorter.
///
/// A key is found by the partition's index, which knows the latest version and can be ahead of the view; from there
/// the links lead back to the version that the view has. The latest version of a key is alive in every view that
/// has it, unless it is a deletion, which the index says itself. A link into a chunk that has been given up in the
/// meantime, and a key that has left the index since, are looked for in the view's chunks one by one; a view that
/// has to do so often makes a [ViewIndex] of its own.
public final class PartitionView {

    static final long ABSENT = KeyIndex.ABSENT;

    private static final int RUN = 64;

    /// How often all rows are gone through before a [ViewIndex] is made: about what making it costs.
    private static final int SEARCHES = 8;

    final Schema schema;
    final @Nullable ChunkView[] chunks;
    final long firstChunk;
    /// Row versions from this id on are later than the view.
    final long limit;
    /// The number of the last batch that it has.
    final long batch;
    final long rows;

    private final PartitionStore store;
    private final KeyIndex index;
    private int searches;
    private volatile @Nullable ViewIndex own;
    /// What [#chunkBytes] has found; of two threads that look for it both find the same.
    private long chunkBytes;

    /// @param chunks by number from `firstChunk` on, null where a chunk was given up
    PartitionView(
            PartitionStore store,
            Schema schema,
            @Nullable ChunkView[] chunks,
            long firstChunk,
            long limit,
            long batch,
            long rows) {
        this.store = store;
        this.index = store.index();
        this.schema = schema;
        this.chunks = chunks;
        this.firstChunk = firstChunk;
        this.limit = limit;
        this.batch = batch;
        this.rows = rows;
    }

    /// The chunk that holds a row version, null when this view does not have it.
    private @Nullable ChunkView chunkOf(long id) {
        int at = (int) ((id >>> Chunk.ROWS_LOG2) - firstChunk);
        return at >= 0 && at < chunks.length ? chunks[at] : null;
    }

    /// The chunk of a number, null when this view does not have it.
    @Nullable
    ChunkView chunk(long number) {
        long at = number - firstChunk;
        return at >= 0 && at < chunks.length ? chunks[(int) at] : null;
    }

    /// The chunk of a row that [#find] gave; what stands above the id in `id` has no part in it.
    ChunkView holder(long id) {
        return Objects.requireNonNull(chunks[(int) ((id >>> Chunk.ROWS_LOG2) - firstChunk)]);
    }

    /// What the chunks take with what is known of their versions.
    long chunkBytes() {
        long known = chunkBytes;
        if (known == 0) {
            for (ChunkView chunk : chunks) {
                known += chunk == null ? 0 : chunk.bytes();
            }
            chunkBytes = known;
        }
        return known;
    }

    PartitionStore store() {
        return store;
    }

    /// What this view takes that a later one of the partition does not have.
    ///
    /// @param counted the objects that were counted before, which are not counted again
    long bytesBeside(PartitionView later, Set<Object> counted) {
        if (this == later) {
            return 0;
        }
        long sum = HeapSizes.object(5, 5 * Long.BYTES + Integer.BYTES) + HeapSizes.references(chunks.length);
        ViewIndex made = own;
        sum += made == null ? 0 : made.heapBytes();
        for (int i = 0; i < chunks.length; i++) {
            ChunkView chunk = chunks[i];
            if (chunk != null) {
                long at = firstChunk + i - later.firstChunk;
                ChunkView present = at >= 0 && at < later.chunks.length ? later.chunks[(int) at] : null;
                sum += chunk.bytesBeside(present, counted);
            }
        }
        return sum;
    }

    boolean isAlive(ChunkView chunk, int place) {
        return chunk.isAlive(place, batch);
    }

    /// The id of the row with a key, or [#ABSENT]. Only the usual case is here: the fewer instructions a look-up
    /// has, the more of the next one's waits for memory overlap with its own.
    long find(byte[] key, long hash) {
        long[] slots = index.slots(hash);
        int at = KeyIndex.candidate(slots, hash);
        if (at < 0) {
            return searchUnlessComplete(key, hash);
        }
        return resolve(key, hash, KeyIndex.slot(slots, at));
    }

    /// @param slot what a place that may be the key's has; the key may have left the index since it was found there
    long resolve(byte[] key, long hash, long slot) {
        long id = KeyIndex.id(slot, limit);
        int place = (int) id & Chunk.PLACE_MASK;
        ChunkView seen = id < limit ? chunkOf(id) : null;
        if (seen == null
                || !KeyIndex.isTaken(slot)
                || !seen.hasKey(place, key)
                || KeyIndex.isDeletion(slot)
                || store.isBeyond(limit)) {
            return findInAll(key, hash);
        }
        return id;
    }

    /// Looks keys up together. What must be waited for is asked for in loops without a branch that depends on it,
    /// and used in the next loop: a processor that guessed such a branch wrong would have waited in vain for what
    /// came after.
    void find(byte[][] keys, int count, long[] ids) {
        int room = Math.min(RUN, count);
        long[] hashes = new long[room];
        long[] slots = new long[room];
        byte[] firstBytes = new byte[room];
        for (int from = 0; from < count; from += RUN) {
            int run = Math.min(RUN, count - from);
            for (int i = 0; i < run; i++) {
                hashes[i] = KeyIndex.hash(keys[from + i]);
            }
            for (int i = 0; i < run; i++) {
                slots[i] = KeyIndex.firstSlot(index.slots(hashes[i]), hashes[i]);
            }
            for (int i = 0; i < run; i++) {
                slots[i] = index.candidateSlot(slots[i], hashes[i]);
                long id = KeyIndex.id(slots[i], limit);
                ChunkView seen = id < limit ? chunkOf(id) : null;
                firstBytes[i] = seen == null ? 0 : seen.firstKeyByte((int) id & Chunk.PLACE_MASK);
            }
            for (int i = 0; i < run; i++) {
                byte[] key = keys[from + i];
                boolean mayMatch = key.length > 0 && key[0] == firstBytes[i];
                ids[from + i] = mayMatch ? resolve(key, hashes[i], slots[i]) : findInAll(key, hashes[i]);
            }
        }
    }

    /// Looks at every place in the index that may be the key's: some are other keys', or ahead of this view.
    private long findInAll(byte[] key, long hash) {
        if (store.isBeyond(limit)) {
            return search(key, hash);
        }
        long[] slots = index.slots(hash);
        int at = KeyIndex.candidate(slots, hash);
        while (at >= 0) {
            long slot = KeyIndex.slot(slots, at);
            if (KeyIndex.isTaken(slot)) {
                long id = KeyIndex.id(slot, limit);
                ChunkView seen = chunkOf(id);
                Chunk chunk = seen != null ? seen.chunk : store.directoryChunk(id >>> Chunk.ROWS_LOG2);
                if (chunk == null) {
                    return search(key, hash);
                }
                if (chunk.keys.equal((int) id & Chunk.PLACE_MASK, key)) {
                    return versionOf(id, KeyIndex.isDeletion(slot), key, hash);
                }
            }
            at = KeyIndex.candidate(slots, hash, at + 1);
        }
        return searchUnlessComplete(key, hash);
    }

    /// The version that this view has of the key whose latest one is `id`.
    private long versionOf(long id, boolean isDeletion, byte[] key, long hash) {
        if (id < limit) {
            return isDeletion ? ABSENT : id;
        }
        long version = id;
        while (version >= limit) {
            Chunk later = store.directoryChunk(version >>> Chunk.ROWS_LOG2);
            if (later == null) {
                return search(key, hash);
            }
            version = later.earlier((int) version & Chunk.PLACE_MASK);
            if (version == Keys.NONE) {
                return searchUnlessComplete(key, hash);
            }
        }
        ChunkView seen = chunkOf(version);
        if (seen == null) {
            return search(key, hash);
        }
        return isAlive(seen, (int) version & Chunk.PLACE_MASK) ? version : ABSENT;
    }

    /// The key came, or came back, after the view. Whether the view had it is certain unless a deletion that is
    /// later than the view has left the index.
    private long searchUnlessComplete(byte[] key, long hash) {
        return index.isCompleteFor(limit) ? ABSENT : search(key, hash);
    }

    private long search(byte[] key, long hash) {
        ViewIndex made = own;
        if (made == null) {
            // Threads may miss each other's counts: then the index comes some searches later.
            if (searches < SEARCHES) {
                searches++;
                return scan(key);
            }
            made = ownIndex();
        }
        return made.find(this, key, hash);
    }

    private synchronized ViewIndex ownIndex() {
        ViewIndex made = own;
        if (made == null) {
            made = new ViewIndex(chunks, firstChunk, batch, rows);
            own = made;
        }
        return made;
    }

    private long scan(byte[] key) {
        for (int i = chunks.length - 1; i >= 0; i--) {
            ChunkView candidate = chunks[i];
            if (candidate == null) {
                continue;
            }
            for (int place = candidate.rows - 1; place >= 0; place--) {
                if (isAlive(candidate, place) && candidate.hasKey(place, key)) {
                    return candidate.chunk.id(place);
                }
            }
        }
        return ABSENT;
    }
}

package io.alluvium.table;

import io.alluvium.data.RowBatch;
import io.alluvium.metrics.HeapSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The row versions of a partition as its writer has them: chunks in the order of their numbers, how far each is
/// filled, and which of its versions are dead.
///
/// Only the writer changes it. Readers see it through the [ChunkView]s that [#publish] makes, and through
/// [#directoryChunk], which may be ahead of their view.
///
/// A batch makes a new [ChunkView] only of chunks that were appended to, that had their first death or that were
/// given up; all other deaths are stored in place ([Deaths]).
final class VersionLog {

    /// How many versions may lie between the first and the last one, so that 32 bits tell them apart.
    static final long MAX_SPREAD = 1L << 31;

    /// What a chunk takes at the most when a batch begins in it. Byte strings count their bytes in an `int`, and so
    /// does a block of a snapshot: very long ones get chunks with fewer rows.
    private static final long MOST_CHUNK_BYTES = 64L << 20;

    private static final int SPREAD = 4;
    private static final int SPREAD_FROM = 64;

    private volatile Directory directory = new Directory(0, new Chunk[8]);
    private long firstChunk;
    private @Nullable ChunkView[] published = new ChunkView[0];
    private long publishedFirst;
    private final List<State> touched = new ArrayList<>();
    private @Nullable State[] states = new State[8];
    private int chunkCount;
    private int liveChunks;

    private @Nullable State tail;
    private final int[] segment = new int[Chunk.ROWS];
    private int segmentStart;
    private int segmentSize;

    VersionLog() {}

    /// A log for the chunks that [#restore] brings, the first of them `firstChunk`.
    ///
    /// @param limit the id of the version that comes after all of them
    VersionLog(long firstChunk, long limit) {
        this.firstChunk = firstChunk;
        this.publishedFirst = firstChunk;
        this.chunkCount = Math.toIntExact(((limit + Chunk.PLACE_MASK) >>> Chunk.ROWS_LOG2) - firstChunk);
        int capacity = Math.max(8, chunkCount + 1);
        this.states = new State[capacity];
        this.directory = new Directory(firstChunk, new Chunk[capacity]);
    }

    /// Takes a chunk as it was before a restart. The last one goes on being filled where that is possible.
    void restore(Chunk chunk, int rows, @Nullable Deaths deaths, int deadCount) {
        var state = new State(chunk);
        state.rows = rows;
        state.deaths = deaths;
        state.deadCount = deadCount;
        int at = Math.toIntExact(chunk.number - firstChunk);
        states[at] = state;
        directory.chunks[at] = chunk;
        liveChunks++;
        change(state);
        boolean canGrow = Arrays.stream(chunk.columns).noneMatch(column -> column instanceof AbsentData);
        if (at == chunkCount - 1 && canGrow) {
            tail = state;
            segmentStart = rows;
        }
    }

    /// The writer's chunks by number from `first` on, null where one was given up or is not there yet. The writer
    /// sets elements in place, before the index shows a row in them.
    private static final class Directory {
        final long first;
        final @Nullable Chunk[] chunks;

        Directory(long first, @Nullable Chunk[] chunks) {
            this.first = first;
            this.chunks = chunks;
        }
    }

    /// The writer's side of a chunk: how far it is filled and which of its versions are dead.
    static final class State {
        private Chunk chunk;
        private int rows;
        private int deadCount;
        private @Nullable Deaths deaths;
        private boolean hasDeletions;
        private boolean isChanged;
        private boolean isTouched;

        private State(Chunk chunk) {
            this.chunk = chunk;
        }

        Chunk chunk() {
            return chunk;
        }

        int rows() {
            return rows;
        }

        boolean isFull() {
            return rows == Chunk.ROWS;
        }

        /// Whether some of the versions say that a key is gone. What was restored has none that the index knows.
        boolean hasDeletions() {
            return hasDeletions;
        }

        boolean isAlive(int place) {
            return deaths == null || !deaths.isDead(place);
        }

        private ChunkView view() {
            return new ChunkView(chunk, rows, deaths);
        }
    }

    /// Called before the first [#append] of a batch.
    void beginBatch() {
        State state = tail;
        if (state != null && state.chunk.bytes() > MOST_CHUNK_BYTES) {
            tail = null;
        }
    }

    /// Appends a version to the tail: its key at once, its values with the rest of the segment.
    ///
    /// @param change the row of the batch that has the values, -1 for a deletion
    /// @param earlier the version that it takes the place of, or [Keys#NONE]
    /// @return the version's id
    long append(ChangeBatch batch, int change, byte[] key, long earlier, Chunks chunks) {
        State state = tail;
        if (state == null || state.isFull()) {
            flush(batch.rows());
            state = startChunk(chunks);
        }
        int place = state.rows;
        state.chunk.keys.append(place, key, state.chunk.id(place), earlier);
        segment[segmentSize++] = change;
        state.hasDeletions |= change < 0;
        state.rows++;
        change(state);
        return state.chunk.id(place);
    }

    /// Makes the empty chunks.
    interface Chunks {
        Chunk empty(long number);
    }

    /// Writes the values of the versions appended since the last call.
    void flush(RowBatch rows) {
        if (segmentSize > 0) {
            Chunk chunk = Objects.requireNonNull(tail).chunk;
            for (int c = 0; c < chunk.columns.length; c++) {
                chunk.columns[c].append(rows.column(c), segment, segmentSize, segmentStart);
            }
        }
        segmentStart += segmentSize;
        segmentSize = 0;
    }

    private State startChunk(Chunks chunks) {
        if (chunkCount == states.length) {
            makeRoomForChunks();
        }
        State state = add(chunks.empty(firstChunk + chunkCount));
        tail = state;
        segmentStart = 0;
        return state;
    }

    private State add(Chunk chunk) {
        var state = new State(chunk);
        states[chunkCount] = state;
        directory.chunks[chunkCount] = chunk;
        chunkCount++;
        liveChunks++;
        return state;
    }

    /// Drops the given-up chunks at the front, and grows the directory when that does not make enough room.
    private void makeRoomForChunks() {
        int gone = 0;
        while (gone < chunkCount && states[gone] == null) {
            gone++;
        }
        int capacity = chunkCount - gone > states.length / 2 ? states.length * 2 : states.length;
        if ((long) (chunkCount - gone) << Chunk.ROWS_LOG2 >= MAX_SPREAD) {
            throw new IllegalStateException("a partition cannot have more than " + MAX_SPREAD + " row versions");
        }
        @Nullable Chunk[] moved = new Chunk[capacity];
        @Nullable State[] movedStates = new State[capacity];
        System.arraycopy(directory.chunks, gone, moved, 0, chunkCount - gone);
        System.arraycopy(states, gone, movedStates, 0, chunkCount - gone);
        firstChunk += gone;
        chunkCount -= gone;
        states = movedStates;
        directory = new Directory(firstChunk, moved);
    }

    /// The chunk of a version; null when it has been given up.
    @Nullable
    State state(long id) {
        long at = (id >> Chunk.ROWS_LOG2) - firstChunk;
        return at >= 0 && at < chunkCount ? states[(int) at] : null;
    }

    /// As [#state], for one who wants to read; null for [Keys#NONE].
    @Nullable
    Chunk chunk(long id) {
        State state = state(id);
        return state == null ? null : state.chunk;
    }

    /// Reads what a change of this version will read, so that it is near when the change comes.
    int touch(long id) {
        State state = state(id);
        if (state == null) {
            return 0;
        }
        int place = (int) id & Chunk.PLACE_MASK;
        return state.chunk.keys.firstByte(place) + (state.isAlive(place) ? 1 : 0);
    }

    boolean hasKey(long id, byte[] key) {
        State state = state(id);
        return state != null && state.chunk.keys.equal((int) id & Chunk.PLACE_MASK, key);
    }

    boolean isAlive(long id) {
        State state = state(id);
        return state != null && state.isAlive((int) id & Chunk.PLACE_MASK);
    }

    /// Marks a version dead from a batch on; false when it was already.
    boolean kill(long id, long batch) {
        State state = Objects.requireNonNull(state(id));
        int place = (int) id & Chunk.PLACE_MASK;
        if (!state.isAlive(place)) {
            return false;
        }
        Deaths deaths = state.deaths;
        if (deaths == null || !deaths.reaches(batch)) {
            deaths = deaths == null ? new Deaths(batch - 1) : new Deaths(batch - 1, deaths);
            state.deaths = deaths;
            state.isChanged = true;
        }
        deaths.set(place, batch);
        state.deadCount++;
        touch(state);
        return true;
    }

    private void change(State state) {
        state.isChanged = true;
        touch(state);
    }

    private void touch(State state) {
        if (!state.isTouched) {
            state.isTouched = true;
            touched.add(state);
        }
    }

    /// The next chunk that is worth giving up, because more than half of it is dead or because it holds the numbers
    /// in use too far apart; null when there is none.
    @Nullable
    State nextToGiveUp() {
        for (int i = 0; i < touched.size(); i++) {
            State state = touched.get(i);
            if (state != tail && state.rows > 0 && state.deadCount * 2 > state.rows) {
                return state;
            }
        }
        if (chunkCount > SPREAD * liveChunks + SPREAD_FROM) {
            for (int i = 0; i < chunkCount - SPREAD * liveChunks - SPREAD_FROM; i++) {
                State state = states[i];
                if (state != null && state != tail) {
                    return state;
                }
            }
        }
        return null;
    }

    /// Lets go of a chunk whose live rows have been moved.
    void giveUp(State state) {
        int at = (int) (state.chunk.number - firstChunk);
        states[at] = null;
        directory.chunks[at] = null;
        liveChunks--;
        state.rows = 0;
        change(state);
    }

    /// Appends the live versions of a chunk that is about to be given up again, and returns how many they are.
    /// Nothing that was appended waits for its values ([#flush]).
    ///
    /// @param places gets their places in the chunk
    /// @param ids gets the ids that they have from now on
    int move(State from, Chunks chunks, int[] places, long[] ids) {
        int count = 0;
        for (int place = 0; place < from.rows; place++) {
            if (from.isAlive(place)) {
                places[count++] = place;
            }
        }
        for (int moved = 0; moved < count; ) {
            State state = tail;
            if (state == null || state.isFull()) {
                state = startChunk(chunks);
            }
            int run = Math.min(count - moved, Chunk.ROWS - state.rows);
            move(from.chunk, state, places, ids, moved, run);
            moved += run;
        }
        return count;
    }

    private void move(Chunk source, State state, int[] places, long[] ids, int from, int count) {
        int target = state.rows;
        for (int i = 0; i < count; i++) {
            int place = places[from + i];
            long id = state.chunk.id(target + i);
            state.chunk.keys.appendFrom(source.keys, place, target + i, id, source.id(place));
            ids[from + i] = id;
        }
        for (int c = 0; c < source.columns.length; c++) {
            for (int i = 0; i < count; i++) {
                state.chunk.columns[c].appendFrom(source.columns[c], places[from + i], target + i);
            }
        }
        state.rows += count;
        segmentStart = state.rows;
        change(state);
    }

    /// Puts another chunk with the same rows in the place of each. The next version starts a new chunk.
    void replaceChunks(Function<State, Chunk> replaced) {
        for (int i = 0; i < chunkCount; i++) {
            State state = states[i];
            if (state != null) {
                state.chunk = replaced.apply(state);
                directory.chunks[i] = state.chunk;
                change(state);
            }
        }
        tail = null;
    }

    /// The chunks from number [#firstChunk] on as they are now, null where one was given up. The batch is over.
    @Nullable
    ChunkView[] publish() {
        @Nullable ChunkView[] next = new ChunkView[chunkCount];
        long shift = firstChunk - publishedFirst;
        int kept = (int) Math.max(0, Math.min(chunkCount, published.length - shift));
        if (kept > 0) {
            System.arraycopy(published, (int) shift, next, 0, kept);
        }
        for (State state : touched) {
            long at = state.chunk.number - firstChunk;
            if (at >= 0 && state.isChanged) {
                next[(int) at] = states[(int) at] == null ? null : state.view();
            }
            state.isTouched = false;
            state.isChanged = false;
        }
        touched.clear();
        published = next;
        publishedFirst = firstChunk;
        return next;
    }

    /// What the account of the versions takes beside the chunks and their views. From any thread.
    long heapBytes() {
        int places = states.length;
        return HeapSizes.object(7, 2 * Long.BYTES + 4 * Integer.BYTES)
                + HeapSizes.object(1, Long.BYTES)
                + HeapSizes.ints(segment.length)
                + 2 * HeapSizes.references(places)
                + liveChunks * HeapSizes.object(2, 2 * Integer.BYTES + 2)
                + HeapSizes.references(published.length);
    }

    long firstChunk() {
        return firstChunk;
    }

    /// The id that the next version has at the least.
    long nextId() {
        State state = tail;
        return state == null ? (firstChunk + chunkCount) << Chunk.ROWS_LOG2 : state.chunk.id(0) + state.rows;
    }

    /// A chunk that the writer has now, whether or not a view shows it yet. For readers that follow links.
    @Nullable
    Chunk directoryChunk(long number) {
        Directory now = directory;
        long at = number - now.first;
        return at >= 0 && at < now.chunks.length ? now.chunks[(int) at] : null;
    }
}

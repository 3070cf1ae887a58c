package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One partition of a table.
///
/// Layout: row versions are appended to [Chunk]s; an update appends a version and marks the one before it dead, a
/// deletion appends a dead version that says the key is gone. Versions are never written over, so that a view stays
/// right as long as somebody holds it, and the garbage collector frees what no view holds.
///
/// Compaction: a full chunk of which more than half is dead has its live rows appended again and is given up; so is
/// the oldest chunk when the numbers in use spread too far. A deletion leaves the index when its chunk is given up.
///
/// Publication: [#apply] ends with one volatile store of a new [PartitionView]; a batch is seen whole or not at
/// all. Bits of dead versions are copied before the first change in a batch, for the chunks that it touches alone.
///
/// Owner: one writer at a time, whichever thread Kafka Streams applies the partition's records on; `lock` hands the
/// partition over between them and to a change of schema, and is uncontended otherwise. Readers take no lock.
///
/// Why not rows written over in place: a view would have to copy what it may still read, or readers would have to
/// wait for the writer.
final class PartitionStore {

    private static final int SPREAD = 4;
    private static final int SPREAD_FROM = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final int textKeyColumn;
    private final KeyIndex index = new KeyIndex();
    private final KeyIndex.KeyTest keyTest = this::hasKey;

    private Schema schema;
    private List<@Nullable Dictionary> dictionaries;
    private volatile Directory directory = new Directory(0, new Chunk[8]);
    private long firstChunk;
    private @Nullable ChunkView[] published = new ChunkView[0];
    private final List<ChunkState> touched = new ArrayList<>();
    private @Nullable ChunkState[] states = new ChunkState[8];
    private int chunkCount;
    private int liveChunks;
    private long rows;

    private @Nullable ChunkState tail;
    private final int[] segment = new int[Chunk.ROWS];
    private int segmentStart;
    private int segmentSize;

    private volatile PartitionView view;

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
    private static final class ChunkState {
        Chunk chunk;
        int rows;
        int deadCount;
        long @Nullable [] dead;
        boolean isTouched;
        boolean ownsDead;

        ChunkState(Chunk chunk) {
            this.chunk = chunk;
        }

        boolean isFull() {
            return rows == Chunk.ROWS;
        }

        boolean isAlive(int place) {
            return dead == null || (dead[place >>> 6] & (1L << place)) == 0;
        }
    }

    /// @param textKeyColumn the column that is the table's single VARCHAR key, or -1
    PartitionStore(Schema schema, int textKeyColumn) {
        this.schema = schema;
        this.textKeyColumn = textKeyColumn;
        this.dictionaries = dictionaries(schema);
        this.view = PartitionView.empty(this, schema);
    }

    private static List<@Nullable Dictionary> dictionaries(Schema schema) {
        var made = new ArrayList<@Nullable Dictionary>(schema.size());
        for (Column column : schema.columns()) {
            made.add(column.type().kind() == Kind.VARCHAR ? new Dictionary() : null);
        }
        return made;
    }

    PartitionView view() {
        return view;
    }

    KeyIndex index() {
        return index;
    }

    /// Takes the changes in and publishes them together; false when the batch's columns are not the
    /// partition's.
    boolean apply(ChangeBatch batch) {
        lock.lock();
        try {
            if (!hasColumnsOf(batch)) {
                return false;
            }
            for (int i = 0; i < batch.size(); i++) {
                switch (batch.kind(i)) {
                    case UPSERT -> upsert(batch, i);
                    case DELETE -> delete(batch, i);
                    case SKIP -> {}
                }
            }
            flushSegment(batch);
            compact();
            publish();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasColumnsOf(ChangeBatch batch) {
        List<Vector> columns = batch.rows().columns();
        if (columns.size() != schema.size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).type().equals(schema.column(i).type())) {
                return false;
            }
        }
        return true;
    }

    private void upsert(ChangeBatch batch, int change) {
        byte[] key = batch.key(change);
        long hash = KeyIndex.hash(key);
        long before = index.find(key, hash, keyTest);
        long id = appendVersion(batch, change, key, before);
        if (before == KeyIndex.ABSENT) {
            insert(hash, id);
            rows++;
            return;
        }
        if (!kill(before)) {
            rows++;
        }
        index.put(key, hash, id, keyTest);
    }

    private void delete(ChangeBatch batch, int change) {
        byte[] key = batch.key(change);
        long hash = KeyIndex.hash(key);
        long before = index.find(key, hash, keyTest);
        if (before == KeyIndex.ABSENT || !isAlive(before)) {
            return;
        }
        long id = appendVersion(batch, -1, key, before);
        kill(before);
        kill(id);
        index.put(key, hash, id, keyTest);
        rows--;
    }

    private void insert(long hash, long id) {
        if (!index.hasRoom()) {
            growIndex(id);
        }
        index.insertNew(hash, id);
    }

    /// Appends a version to the tail: its key at once, its values with the rest of the segment.
    ///
    /// @param change the row of the batch that has the values, -1 for a deletion
    private long appendVersion(ChangeBatch batch, int change, byte[] key, long earlier) {
        ChunkState state = tail;
        if (state == null || state.isFull()) {
            flushSegment(batch);
            state = startChunk();
        }
        int place = state.rows;
        state.chunk.keys.append(place, key, earlier);
        segment[segmentSize++] = change;
        state.rows++;
        touch(state);
        return state.chunk.id(place);
    }

    private void flushSegment(ChangeBatch batch) {
        if (segmentSize > 0) {
            Chunk chunk = Objects.requireNonNull(tail).chunk;
            for (int c = 0; c < chunk.columns.length; c++) {
                chunk.columns[c].append(batch.rows().column(c), segment, segmentSize, segmentStart);
            }
        }
        segmentStart += segmentSize;
        segmentSize = 0;
    }

    private ChunkState startChunk() {
        if (chunkCount == states.length) {
            makeRoomForChunks();
        }
        long number = firstChunk + chunkCount;
        var state = new ChunkState(Chunk.empty(number, schema, textKeyColumn, dictionaries));
        states[chunkCount] = state;
        directory.chunks[chunkCount] = state.chunk;
        chunkCount++;
        liveChunks++;
        tail = state;
        segmentStart = 0;
        return state;
    }

    /// Drops the given-up chunks at the front, and grows the directory when that does not make enough room.
    private void makeRoomForChunks() {
        int gone = 0;
        while (gone < chunkCount && states[gone] == null) {
            gone++;
        }
        int capacity = chunkCount - gone > states.length / 2 ? states.length * 2 : states.length;
        @Nullable Chunk[] moved = new Chunk[capacity];
        @Nullable ChunkState[] movedStates = new ChunkState[capacity];
        System.arraycopy(directory.chunks, gone, moved, 0, chunkCount - gone);
        System.arraycopy(states, gone, movedStates, 0, chunkCount - gone);
        firstChunk += gone;
        chunkCount -= gone;
        states = movedStates;
        directory = new Directory(firstChunk, moved);
    }

    private @Nullable ChunkState state(long id) {
        long at = (id >>> Chunk.ROWS_LOG2) - firstChunk;
        return at >= 0 && at < chunkCount ? states[(int) at] : null;
    }

    private boolean hasKey(long id, byte[] key) {
        ChunkState state = state(id);
        return state != null && state.chunk.keys.equal((int) id & Chunk.PLACE_MASK, key);
    }

    private boolean isAlive(long id) {
        ChunkState state = state(id);
        return state != null && state.isAlive((int) id & Chunk.PLACE_MASK);
    }

    /// Marks a version dead; false when it was already.
    private boolean kill(long id) {
        ChunkState state = Objects.requireNonNull(state(id));
        int place = (int) id & Chunk.PLACE_MASK;
        if (!state.isAlive(place)) {
            return false;
        }
        touch(state);
        if (!state.ownsDead) {
            long[] bits = state.dead;
            state.dead = bits == null ? new long[Chunk.ROWS / Long.SIZE] : bits.clone();
            state.ownsDead = true;
        }
        Objects.requireNonNull(state.dead)[place >>> 6] |= 1L << place;
        state.deadCount++;
        return true;
    }

    private void touch(ChunkState state) {
        if (!state.isTouched) {
            state.isTouched = true;
            touched.add(state);
        }
    }

    /// Fills a larger index with the latest version of every key except `newcomer`, which the caller adds.
    private void growIndex(long newcomer) {
        KeyIndex grown = KeyIndex.withRoomFor(index.present() + 1);
        for (int i = 0; i < chunkCount; i++) {
            ChunkState state = states[i];
            if (state == null) {
                continue;
            }
            Bytes keys = state.chunk.keys.bytes();
            for (int place = 0; place < state.rows; place++) {
                long id = state.chunk.id(place);
                if (id != newcomer && (state.isAlive(place) || isLatest(state, place))) {
                    grown.insertNew(KeyIndex.hash(keys.array(), keys.start(place), keys.length(place)), id);
                }
            }
        }
        index.replaceBy(grown);
    }

    /// Whether a dead version is the deletion that the index still points to.
    private boolean isLatest(ChunkState state, int place) {
        byte[] key = state.chunk.keys.bytes().copy(place);
        return index.find(key, KeyIndex.hash(key), keyTest) == state.chunk.id(place);
    }

    private void compact() {
        for (int i = 0; i < touched.size(); i++) {
            ChunkState state = touched.get(i);
            if (state != tail && state.deadCount * 2 > state.rows) {
                giveUp(state);
            }
        }
        int oldest = 0;
        while (chunkCount - oldest > SPREAD * liveChunks + SPREAD_FROM) {
            ChunkState state = states[oldest];
            if (state != null && state != tail) {
                giveUp(state);
            }
            oldest++;
        }
    }

    /// Appends the live rows of a chunk again, takes its deletions out of the index, and lets go of it.
    private void giveUp(ChunkState from) {
        for (int place = 0; place < from.rows; place++) {
            byte[] key = from.chunk.keys.bytes().copy(place);
            long hash = KeyIndex.hash(key);
            if (from.isAlive(place)) {
                long id = moveToTail(from.chunk, place);
                index.put(key, hash, id, keyTest);
            } else {
                index.remove(key, hash, from.chunk.id(place), keyTest);
            }
        }
        int at = (int) (from.chunk.number - firstChunk);
        states[at] = null;
        directory.chunks[at] = null;
        liveChunks--;
        from.rows = 0;
        touch(from);
    }

    private long moveToTail(Chunk source, int place) {
        ChunkState state = tail;
        if (state == null || state.isFull()) {
            state = startChunk();
        }
        int target = state.rows;
        state.chunk.keys.appendFrom(source.keys, place, target, source.id(place));
        for (int c = 0; c < source.columns.length; c++) {
            state.chunk.columns[c].appendFrom(source.columns[c], place, target);
        }
        state.rows++;
        segmentStart = state.rows;
        touch(state);
        return state.chunk.id(target);
    }

    private void publish() {
        @Nullable ChunkView[] next = new ChunkView[chunkCount];
        long shift = firstChunk - view.firstChunk;
        int kept = (int) Math.max(0, Math.min(chunkCount, published.length - shift));
        if (kept > 0) {
            System.arraycopy(published, (int) shift, next, 0, kept);
        }
        for (ChunkState state : touched) {
            long at = state.chunk.number - firstChunk;
            if (at >= 0) {
                next[(int) at] = states[(int) at] == null
                        ? null
                        : new ChunkView(state.chunk, state.rows, state.dead, state.rows - state.deadCount);
            }
            state.isTouched = false;
            state.ownsDead = false;
        }
        touched.clear();
        published = next;
        view = new PartitionView(this, schema, next, firstChunk, nextId(), rows);
    }

    private long nextId() {
        ChunkState state = tail;
        return state == null ? (firstChunk + chunkCount) << Chunk.ROWS_LOG2 : state.chunk.id(0) + state.rows;
    }

    /// A chunk that the writer has now, whether or not a view shows it yet. For readers that follow links.
    @Nullable
    Chunk directoryChunk(long number) {
        Directory now = directory;
        long at = number - now.first;
        return at >= 0 && at < now.chunks.length ? now.chunks[(int) at] : null;
    }

    /// Takes up added and widened columns. Rows that are there have NULL in an added column, and their values in
    /// the wider form in a widened one.
    void evolve(Schema wider) {
        lock.lock();
        try {
            List<@Nullable Dictionary> before = dictionaries;
            dictionaries = dictionaries(wider);
            for (int c = 0; c < schema.size(); c++) {
                if (schema.column(c).type().equals(wider.column(c).type())) {
                    dictionaries.set(c, before.get(c));
                }
            }
            for (int i = 0; i < chunkCount; i++) {
                ChunkState state = states[i];
                if (state != null) {
                    state.chunk = evolved(state.chunk, state.rows, wider);
                    directory.chunks[i] = state.chunk;
                    touch(state);
                }
            }
            schema = wider;
            // The next version starts a chunk that has the present columns.
            tail = null;
            publish();
        } finally {
            lock.unlock();
        }
    }

    private Chunk evolved(Chunk chunk, int rowCount, Schema wider) {
        var columns = new ColumnData[wider.size()];
        for (int c = 0; c < wider.size(); c++) {
            ColumnType type = wider.column(c).type();
            if (c >= chunk.columns.length) {
                columns[c] = new AbsentData(type);
            } else if (chunk.columns[c].type.equals(type)) {
                columns[c] = chunk.columns[c];
            } else {
                columns[c] = Widened.copy(chunk.columns[c], rowCount, type);
            }
        }
        return new Chunk(chunk.number, chunk.keys, columns);
    }

    /// The heap that the partition takes, about.
    long bytes() {
        long sum = index.heapBytes();
        for (ChunkView chunk : view.chunks) {
            if (chunk != null) {
                sum += chunk.chunk.bytes() + (chunk.dead == null ? 0 : Chunk.ROWS / 8);
            }
        }
        for (Dictionary dictionary : dictionaries) {
            sum += dictionary == null ? 0 : dictionary.bytes();
        }
        return sum;
    }

    /// Checks that index, versions and view agree. For tests; the writer must be at rest.
    void checkInvariants() {
        lock.lock();
        try {
            long alive = 0;
            for (ChunkView chunk : view.chunks) {
                if (chunk == null) {
                    continue;
                }
                for (int place = 0; place < chunk.rows; place++) {
                    if (chunk.isAlive(place)) {
                        alive++;
                        byte[] key = chunk.chunk.keys.bytes().copy(place);
                        long found = index.find(key, KeyIndex.hash(key), keyTest);
                        check(found == chunk.chunk.id(place), "a live row is not the one that the index has");
                    }
                }
            }
            check(alive == rows && view.rows == rows, alive + " live rows, " + rows + " counted");
            check(index.present() >= rows, "the index has fewer keys than there are rows");
        } finally {
            lock.unlock();
        }
    }

    private static void check(boolean holds, String violated) {
        if (!holds) {
            throw new IllegalStateException(violated);
        }
    }
}

package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.metrics.HeapSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One partition of a table.
///
/// Layout: row versions are appended to a [VersionLog]; an update appends a version and marks the one before it
/// dead, a deletion appends a dead version that says the key is gone. Versions are never written over, so that a
/// view stays right as long as somebody holds it, and the garbage collector frees what no view holds.
///
/// Compaction: a full chunk of which more than half is dead has its live rows appended again and is given up; so is
/// the oldest chunk when the numbers in use spread too far. A deletion leaves the index when its chunk is given up.
///
/// Publication: [#apply] ends with one volatile store of a new [PartitionView]; a batch is seen whole or not at
/// all.
///
/// Owner: one writer at a time, whichever thread Kafka Streams applies the partition's records on; `lock` hands the
/// partition over between them and to a change of schema, and is uncontended otherwise. Readers take no lock.
///
/// Why not rows written over in place: a view would have to copy what it may still read, or readers would have to
/// wait for the writer.
final class PartitionStore {

    /// The batch that what was there before a restart counts as.
    static final long FIRST_BATCH = 1;

    private final ReentrantLock lock = new ReentrantLock();
    private final int partition;
    private final int textKeyColumn;
    private final ChangeListeners listeners;
    private final KeyIndex index;
    private final VersionLog log;
    private final KeyIndex.KeyTest keyTest;
    private final VersionLog.Chunks emptyChunks = this::emptyChunk;

    private Schema schema;
    private volatile List<@Nullable Dictionary> dictionaries;
    private long rows;
    private volatile long nextId;
    /// Whether a batch is being taken in, or never was taken in to its end.
    private volatile boolean isTorn;

    /// For each change of the batch at hand the hash of its key, and what [#lookAhead] touched for it: nobody reads
    /// that, it is there so that it is read.
    private long[] hashes = {};
    private long[] ahead = {};

    private volatile PartitionView view;

    /// What the batch at hand changes; null when nobody listens.
    private @Nullable TableChanges changes;

    /// @param textKeyColumn the column that is the table's single VARCHAR key, or -1
    PartitionStore(int partition, Schema schema, int textKeyColumn, ChangeListeners listeners) {
        this(partition, schema, textKeyColumn, listeners, new KeyIndex());
    }

    /// @param index an empty one
    PartitionStore(int partition, Schema schema, int textKeyColumn, ChangeListeners listeners, KeyIndex index) {
        this.partition = partition;
        this.listeners = listeners;
        this.index = index;
        this.log = new VersionLog();
        this.keyTest = log::hasKey;
        this.schema = schema;
        this.textKeyColumn = textKeyColumn;
        this.dictionaries = dictionaries(schema);
        this.view = new PartitionView(this, schema, new ChunkView[0], 0, 0, 0, 0);
    }

    PartitionStore(int partition, int textKeyColumn, ChangeListeners listeners, Restored from) {
        this.partition = partition;
        this.listeners = listeners;
        this.index = from.index;
        this.log = from.log;
        this.keyTest = log::hasKey;
        this.schema = from.schema;
        this.textKeyColumn = textKeyColumn;
        this.dictionaries = dictionaries(schema);
        for (int c = 0; c < schema.size(); c++) {
            if (from.dictionaries.get(c) != null) {
                dictionaries.set(c, from.dictionaries.get(c));
            }
        }
        this.rows = from.rows;
        @Nullable ChunkView[] chunks = log.publish();
        this.nextId = log.nextId();
        this.view = new PartitionView(this, schema, chunks, log.firstChunk(), nextId, FIRST_BATCH, rows);
    }

    /// What a partition had before a restart.
    ///
    /// @param dictionaries one for each column, null where a VARCHAR begins a new one and where the type has none
    /// @param index has the rows that are alive
    record Restored(
            Schema schema, List<@Nullable Dictionary> dictionaries, KeyIndex index, VersionLog log, long rows) {}

    private static List<@Nullable Dictionary> dictionaries(Schema schema) {
        var made = new ArrayList<@Nullable Dictionary>(schema.size());
        for (Column column : schema.columns()) {
            made.add(column.type().kind() == Kind.VARCHAR ? new Dictionary() : null);
        }
        return made;
    }

    private Chunk emptyChunk(long number) {
        return Chunk.empty(number, schema, textKeyColumn, dictionaries);
    }

    PartitionView view() {
        return view;
    }

    KeyIndex index() {
        return index;
    }

    /// Takes the changes in and publishes them together; false when the batch's columns are not the
    /// partition's.
    ///
    /// @throws IllegalStateException when the partition [#isTorn]
    boolean apply(ChangeBatch batch) {
        lock.lock();
        try {
            if (isTorn) {
                throw new IllegalStateException("a former batch was taken in by half");
            }
            if (!hasColumnsOf(batch)) {
                return false;
            }
            long number = view.batch + 1;
            changes = listeners.isEmpty() ? null : new TableChanges(partition, number, schema);
            isTorn = true;
            takeIn(batch, number);
            publish(number);
            isTorn = false;
            if (changes != null) {
                listeners.changed(changes);
                changes = null;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void takeIn(ChangeBatch batch, long number) {
        log.beginBatch();
        lookAhead(batch);
        for (int i = 0; i < batch.size(); i++) {
            switch (batch.kind(i)) {
                case UPSERT -> upsert(batch, i, number);
                case DELETE -> delete(batch, i, number);
                case SKIP -> {}
            }
        }
        log.flush(batch.rows());
        compact();
    }

    /// Whether something failed in the middle of a batch. No view shows any of it; the partition takes nothing
    /// more.
    boolean isTorn() {
        return isTorn;
    }

    /// Hashes the keys and asks for what the changes will touch: slots of the index first, then the versions that
    /// they lead to. Each is waited for while the next ones are on their way, and not once a change.
    private void lookAhead(ChangeBatch batch) {
        int size = batch.size();
        if (hashes.length < size) {
            hashes = new long[Math.max(size, RowBatch.DEFAULT_ROWS)];
            ahead = new long[hashes.length];
        }
        for (int i = 0; i < size; i++) {
            hashes[i] = KeyIndex.hash(batch.key(i));
        }
        for (int i = 0; i < size; i++) {
            ahead[i] = KeyIndex.firstSlot(index.slots(hashes[i]), hashes[i]);
        }
        long near = log.nextId();
        for (int i = 0; i < size; i++) {
            ahead[i] = KeyIndex.isTaken(ahead[i]) ? log.touch(KeyIndex.id(ahead[i], near)) : 0;
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

    private void upsert(ChangeBatch batch, int change, long number) {
        byte[] key = batch.key(change);
        long hash = hashes[change];
        long near = log.nextId();
        long slot = index.find(key, hash, near, keyTest);
        if (!KeyIndex.isTaken(slot)) {
            long id = log.append(batch, change, key, Keys.NONE, emptyChunks);
            index.insert(hash, id, false);
            rows++;
            record(key, Keys.NONE, id);
            return;
        }
        long before = KeyIndex.id(slot, near);
        long id = log.append(batch, change, key, before, emptyChunks);
        boolean wasAlive = log.kill(before, number);
        if (!wasAlive) {
            rows++;
        }
        index.replace(hash, before, id, false);
        record(key, wasAlive ? before : Keys.NONE, id);
    }

    private void delete(ChangeBatch batch, int change, long number) {
        byte[] key = batch.key(change);
        long hash = hashes[change];
        long near = log.nextId();
        long slot = index.find(key, hash, near, keyTest);
        if (!KeyIndex.isTaken(slot) || KeyIndex.isDeletion(slot)) {
            return;
        }
        long before = KeyIndex.id(slot, near);
        long id = log.append(batch, -1, key, before, emptyChunks);
        log.kill(before, number);
        log.kill(id, number);
        index.replace(hash, before, id, true);
        rows--;
        record(key, before, Keys.NONE);
    }

    private void record(byte[] key, long before, long after) {
        if (changes != null) {
            changes.add(key, log.chunk(before), before, log.chunk(after), after);
        }
    }

    private void compact() {
        while (true) {
            VersionLog.State worthless = log.nextToGiveUp();
            if (worthless == null) {
                return;
            }
            giveUp(worthless);
        }
    }

    /// Appends the live rows of a chunk again, takes its deletions out of the index, and lets go of it. As in
    /// [#lookAhead], what the index has is asked for before it is used.
    private void giveUp(VersionLog.State from) {
        Chunk chunk = from.chunk();
        Bytes keys = chunk.keys.bytes();
        boolean hasDeletions = from.hasDeletions();
        long[] chunkHashes = new long[from.rows()];
        long[] touched = new long[from.rows()];
        for (int place = 0; place < chunkHashes.length; place++) {
            if (hasDeletions || from.isAlive(place)) {
                chunkHashes[place] = KeyIndex.hash(keys.array(), keys.start(place), keys.length(place));
            }
        }
        for (int place = 0; place < chunkHashes.length; place++) {
            if (chunkHashes[place] != 0) {
                touched[place] = KeyIndex.firstSlot(index.slots(chunkHashes[place]), chunkHashes[place]);
            }
        }
        int[] places = new int[chunkHashes.length];
        int live = log.move(from, emptyChunks, places, touched);
        for (int i = 0; i < live; i++) {
            index.replace(chunkHashes[places[i]], chunk.id(places[i]), touched[i], false);
        }
        if (hasDeletions) {
            for (int place = 0; place < chunkHashes.length; place++) {
                if (!from.isAlive(place)) {
                    index.removeDeletion(chunkHashes[place], chunk.id(place));
                }
            }
        }
        log.giveUp(from);
    }

    private void publish(long number) {
        @Nullable ChunkView[] chunks = log.publish();
        long limit = log.nextId();
        nextId = limit;
        view = new PartitionView(this, schema, chunks, log.firstChunk(), limit, number, rows);
    }

    /// A chunk that the writer has now, whether or not a view shows it yet. For readers that follow links.
    @Nullable
    Chunk directoryChunk(long number) {
        return log.directoryChunk(number);
    }

    /// Whether versions have become so many since a view with this limit that the halves of ids in the index cannot
    /// be completed by it.
    boolean isBeyond(long limit) {
        return nextId - limit >= VersionLog.MAX_SPREAD / 2;
    }

    /// Takes up added and widened columns. Rows that are there have NULL in an added column, and their values in
    /// the wider form in a widened one.
    void evolve(Schema wider) {
        lock.lock();
        try {
            List<@Nullable Dictionary> widerOnes = dictionaries(wider);
            for (int c = 0; c < schema.size(); c++) {
                if (schema.column(c).type().equals(wider.column(c).type())) {
                    widerOnes.set(c, dictionaries.get(c));
                }
            }
            dictionaries = widerOnes;
            log.replaceChunks(state -> evolved(state.chunk(), state.rows(), wider));
            schema = wider;
            publish(view.batch + 1);
        } finally {
            lock.unlock();
        }
    }

    private static Chunk evolved(Chunk chunk, int rowCount, Schema wider) {
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

    /// The heap that the partition takes.
    long bytes() {
        long sum = ownBytes() + index.heapBytes() + log.heapBytes() + view.chunkBytes();
        for (Dictionary dictionary : dictionaries) {
            sum += dictionary == null ? 0 : dictionary.bytes();
        }
        return sum;
    }

    /// What [#bytes] is made of.
    PartitionMemory memory() {
        return PartitionMemory.of(view, index, log, dictionaries, ownBytes());
    }

    private long ownBytes() {
        return PartitionMemory.OBJECT_BYTES + 2 * HeapSizes.longs(hashes.length);
    }

    /// Checks that index, versions and view agree. For tests; the writer must be at rest.
    void checkInvariants() {
        lock.lock();
        try {
            index.checkInvariants();
            long alive = 0;
            for (ChunkView chunk : view.chunks) {
                if (chunk == null) {
                    continue;
                }
                for (int place = 0; place < chunk.rows; place++) {
                    if (view.isAlive(chunk, place)) {
                        alive++;
                        byte[] key = chunk.chunk.keys.bytes().copy(place);
                        long slot = index.find(key, KeyIndex.hash(key), log.nextId(), keyTest);
                        check(
                                KeyIndex.isTaken(slot)
                                        && !KeyIndex.isDeletion(slot)
                                        && KeyIndex.id(slot, log.nextId()) == chunk.chunk.id(place),
                                "a live row is not the one that the index has");
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

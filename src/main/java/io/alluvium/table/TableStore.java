package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.Schema;
import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rows of one table in memory, partition by partition.
///
/// Each partition has one writer at a time ([#apply]); readers take a [#view] and are never in its way. The schema
/// may gain and widen columns while everything goes on ([#evolve]).
public final class TableStore implements TableStorage {

    private final TableName name;
    private final int[] keyColumns;
    private final int textKeyColumn;
    private volatile @Nullable PartitionStore[] stores = {};
    private volatile Schema schema;
    private final AtomicLong changes = new AtomicLong();
    private volatile List<SecondaryIndex> indexes = List.of();
    private final IndexBuilder indexBuilder;
    private final HeldViews held = new HeldViews();
    private volatile boolean retired;
    private volatile @Nullable SnapshotView latest;
    private final ChangeListeners listeners = new ChangeListeners();

    /// @param keyColumns the places of the key's columns in `schema`, in key order; they never change type
    public TableStore(TableName name, Schema schema, int[] keyColumns) {
        this(name, schema, keyColumns, IndexBuilder.shared());
    }

    public TableStore(TableName name, Schema schema, int[] keyColumns, IndexBuilder indexBuilder) {
        this.name = name;
        this.schema = schema;
        this.keyColumns = keyColumns.clone();
        this.indexBuilder = indexBuilder;
        List<ColumnType> types = new ArrayList<>();
        for (int column : keyColumns) {
            types.add(schema.column(column).type());
        }
        this.textKeyColumn = KeyCodec.isPlainText(types) ? keyColumns[0] : -1;
    }

    @Override
    public TableName name() {
        return name;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /// Takes changes of one partition in; they become visible together.
    ///
    /// @return false, and nothing is taken, when the batch's columns are not those that [#schema()] has by now; the
    ///     caller then fills a batch of the present columns
    @Override
    public boolean apply(int partition, ChangeBatch batch) {
        PartitionStore store = partitionStore(partition);
        long before = store.view().limit;
        boolean isTaken = store.apply(batch);
        changed();
        if ((before ^ store.view().limit) >>> Chunk.ROWS_LOG2 != 0) {
            wakeIndexes();
        }
        return isTaken;
    }

    /// There are chunks for the indexes to take in or to give up.
    private void wakeIndexes() {
        for (SecondaryIndex index : indexes) {
            indexBuilder.wake(index);
        }
    }

    /// Ends the life of the view that was asked for last: it must not hold the memory of rows that have gone.
    private void changed() {
        changes.incrementAndGet();
        latest = null;
    }

    private PartitionStore partitionStore(int partition) {
        @Nullable PartitionStore[] now = stores;
        PartitionStore present = partition < now.length ? now[partition] : null;
        return present != null ? present : addPartition(partition);
    }

    private synchronized PartitionStore addPartition(int partition) {
        @Nullable PartitionStore[] grown = Arrays.copyOf(stores, Math.max(stores.length, partition + 1));
        PartitionStore added = Objects.requireNonNullElseGet(
                grown[partition], () -> new PartitionStore(partition, schema, textKeyColumn, listeners));
        grown[partition] = added;
        stores = grown;
        return added;
    }

    /// Hands what each batch changes to a listener, from the next batch on and until the answer is closed. It is
    /// called on the writer's thread, with one partition's changes after the other's but several partitions' at the
    /// same time: it takes them and returns at once.
    @Override
    public ChangeSubscription listen(Consumer<TableChanges> listener) {
        return listeners.add(listener);
    }

    /// Ends a [#listen].
    public interface ChangeSubscription extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public boolean isTorn(int partition) {
        @Nullable PartitionStore[] now = stores;
        PartitionStore store = partition < now.length ? now[partition] : null;
        return store != null && store.isTorn();
    }

    /// Forgets a partition's rows, because another instance has it now or because it is loaded anew.
    @Override
    public synchronized void clear(int partition) {
        if (partition < stores.length) {
            @Nullable PartitionStore[] without = stores.clone();
            without[partition] = null;
            stores = without;
            changed();
            wakeIndexes();
        }
    }

    /// Takes up added and widened columns. `wider` begins with the present columns.
    @Override
    public synchronized void evolve(Schema wider) {
        if (wider.equals(schema)) {
            return;
        }
        for (int column : keyColumns) {
            if (!wider.column(column).type().equals(schema.column(column).type())) {
                throw new IllegalArgumentException(
                        "the key column " + schema.column(column).name() + " cannot change its type");
            }
        }
        for (int p = 0; p < stores.length; p++) {
            if (isTorn(p)) {
                throw new IllegalStateException("partition " + p + " must be loaded anew");
            }
        }
        schema = wider;
        for (PartitionStore store : partitionStores()) {
            store.evolve(wider);
        }
        changed();
        wakeIndexes();
    }

    /// The rows as they are now, each partition as of the end of a batch. Cheap enough to be taken for each
    /// look-up: as long as nothing has changed, it is the same object.
    @Override
    public TableView view() {
        return snapshot();
    }

    private SnapshotView snapshot() {
        SnapshotView known = latest;
        return known != null && known.version == changes.get() ? known : newView();
    }

    @Override
    public ViewHold hold(ViewHolder holder) {
        return held.hold(this, snapshot(), holder);
    }

    @Override
    public List<ViewHold> holds() {
        return held.oldestFirst();
    }

    @Override
    public long heldBytes(Collection<ViewHold> views) {
        return views.isEmpty() ? 0 : HeldViews.bytes(views, retired ? List.of() : List.of(partitionStores()));
    }

    @Override
    public void retire() {
        retired = true;
        indexes.forEach(SecondaryIndex::drop);
    }

    private SnapshotView newView() {
        while (true) {
            long version = changes.get();
            Schema wanted = schema;
            @Nullable PartitionStore[] now = stores;
            @Nullable PartitionView[] views = new PartitionView[now.length];
            boolean isWhole = true;
            for (int i = 0; i < now.length; i++) {
                PartitionStore store = now[i];
                if (store != null) {
                    PartitionView view = store.view();
                    views[i] = view;
                    isWhole &= view.schema.equals(wanted);
                }
            }
            if (isWhole) {
                var made = new SnapshotView(version, wanted, keyColumns, views, indexes);
                latest = made;
                return made;
            }
            // A change of schema is under way in the partitions: it takes milliseconds.
            Thread.onSpinWait();
        }
    }

    /// Adds an index over columns that the schema has. It is there and right at once, and becomes fast as it is
    /// built in the background.
    ///
    /// @throws AlluviumException when there is an index of that name, or no such column
    @Override
    public synchronized void createIndex(IndexDefinition definition) {
        if (indexes.stream().anyMatch(present -> present.definition.name().equals(definition.name()))) {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION,
                    "the table " + name + " has an index " + definition.name() + " already",
                    "choose another name, or drop that index first");
        }
        List<SecondaryIndex> more = new ArrayList<>(indexes);
        int[] places = definition.columns().stream().mapToInt(this::place).toArray();
        var index = new SecondaryIndex(definition, places, this::partitionStores);
        more.add(index);
        indexes = List.copyOf(more);
        changed();
        indexBuilder.wake(index);
    }

    private int place(String column) {
        int at = schema.indexOf(column);
        if (at < 0) {
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_COLUMN,
                    "the table " + name + " has no column " + column,
                    "its columns are " + String.join(", ", schema.names()));
        }
        return at;
    }

    @Override
    public boolean takesIndexes() {
        return true;
    }

    /// Forgets an index; false when there is none of that name. Views that have it go on with what was built.
    @Override
    public synchronized boolean dropIndex(String indexName) {
        List<SecondaryIndex> rest = new ArrayList<>();
        for (SecondaryIndex index : indexes) {
            if (index.definition.name().equals(indexName)) {
                index.drop();
            } else {
                rest.add(index);
            }
        }
        boolean isDropped = rest.size() < indexes.size();
        indexes = List.copyOf(rest);
        changed();
        return isDropped;
    }

    /// The indexes as they are now, in the order in which they were created.
    @Override
    public List<IndexStatus> indexes() {
        return indexes.stream().map(SecondaryIndex::status).toList();
    }

    /// A partition's rows as they are now; empty when it has none yet.
    public Optional<PartitionView> partition(int partition) {
        @Nullable PartitionStore[] now = stores;
        PartitionStore present = partition < now.length ? now[partition] : null;
        return present == null ? Optional.empty() : Optional.of(present.view());
    }

    /// Takes a partition as it was before a restart; its columns may be narrower ones than those of [#schema()].
    synchronized void install(int partition, PartitionStore.Restored from) {
        var loaded = new PartitionStore(partition, textKeyColumn, listeners, from);
        if (!from.schema().equals(schema)) {
            loaded.evolve(schema);
        }
        @Nullable PartitionStore[] grown = Arrays.copyOf(stores, Math.max(stores.length, partition + 1));
        grown[partition] = loaded;
        stores = grown;
        changed();
        wakeIndexes();
    }

    PartitionStore[] partitionStores() {
        return Arrays.stream(stores).filter(Objects::nonNull).toArray(PartitionStore[]::new);
    }

    @Override
    public long rows() {
        long sum = 0;
        for (PartitionStore store : partitionStores()) {
            sum += store.view().rows;
        }
        return sum;
    }

    /// The heap that the table takes with what views hold of it. Cheap enough to be asked for ten times a second.
    @Override
    public long bytes() {
        long sum = heldBytes();
        for (SecondaryIndex index : indexes) {
            sum += index.bytes();
        }
        for (PartitionStore store : partitionStores()) {
            sum += store.bytes();
        }
        return sum;
    }

    private long heldBytes() {
        return held.isEmpty() ? 0 : heldBytes(held.oldestFirst());
    }

    private Map<String, Long> indexBytes() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        indexes.forEach(index -> bytes.put(index.definition.name(), index.bytes()));
        return bytes;
    }

    @Override
    public TableMemory memory() {
        Map<String, Long> columns = new LinkedHashMap<>();
        schema.names().forEach(name -> columns.put(name, 0L));
        TableMemory sum = new TableMemory(0, 0, columns, 0, indexBytes(), heldBytes());
        for (PartitionStore store : partitionStores()) {
            PartitionMemory part = store.memory();
            sum = sum.plus(
                    new TableMemory(part.keys(), part.primaryIndex(), part.columns(), part.versions(), Map.of(), 0));
        }
        return sum;
    }

    /// Checks the structure of every partition. For tests; writers must be at rest.
    @Override
    public void checkInvariants() {
        for (PartitionStore store : partitionStores()) {
            store.checkInvariants();
        }
        indexes.forEach(SecondaryIndex::checkInvariants);
    }
}

package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds rows by key: in a fixed view, or in the latest one of a live table.
///
/// The index knows the latest version of a key, which can be later than the view; from there the links lead back to
/// the version that the view has. A link into a chunk that has been given up in the meantime, and a key that has
/// left the index since, are looked for in the view's chunks one by one: slow, rare, and right.
final class KeyReader implements RowReader {

    private final @Nullable TableStore live;
    private @Nullable PartitionStore[] stores;
    private final PartitionView @Nullable [] views;
    private final KeyIndex.KeyTest keyTest = this::hasKey;

    private @Nullable PartitionStore probedStore;
    private @Nullable PartitionView probedView;
    private @Nullable Chunk chunk;
    private int place;

    KeyReader(PartitionStore[] stores, PartitionView[] views) {
        this.live = null;
        this.stores = stores;
        this.views = views;
    }

    /// A reader that looks at the latest view with each [#find].
    KeyReader(TableStore live) {
        this.live = live;
        this.stores = new PartitionStore[0];
        this.views = null;
    }

    @Override
    public boolean find(byte[] key) {
        if (live != null) {
            stores = live.liveStores();
        }
        long hash = KeyIndex.hash(key);
        for (int i = 0; i < stores.length; i++) {
            PartitionStore store = stores[i];
            if (store != null && find(store, views == null ? store.view() : views[i], key, hash)) {
                return true;
            }
        }
        return false;
    }

    private boolean find(PartitionStore store, PartitionView view, byte[] key, long hash) {
        probedStore = store;
        probedView = view;
        long id = store.index().find(key, hash, keyTest);
        if (id == KeyIndex.ABSENT) {
            return searchUnlessComplete(store, view, key);
        }
        while (id >= view.limit) {
            Chunk later = store.directoryChunk(id >>> Chunk.ROWS_LOG2);
            if (later == null) {
                return search(view, key);
            }
            id = later.keys.earlier((int) id & Chunk.PLACE_MASK);
            if (id == Keys.NONE) {
                return searchUnlessComplete(store, view, key);
            }
        }
        ChunkView found = view.chunk(id >>> Chunk.ROWS_LOG2);
        if (found == null) {
            return search(view, key);
        }
        place = (int) id & Chunk.PLACE_MASK;
        chunk = found.chunk;
        return found.isAlive(place);
    }

    private boolean hasKey(long id, byte[] key) {
        ChunkView seen = Objects.requireNonNull(probedView).chunk(id >>> Chunk.ROWS_LOG2);
        Chunk holder =
                seen != null ? seen.chunk : Objects.requireNonNull(probedStore).directoryChunk(id >>> Chunk.ROWS_LOG2);
        return holder != null && holder.keys.equal((int) id & Chunk.PLACE_MASK, key);
    }

    /// The key came, or came back, after the view. Whether the view had it is certain unless a deletion that is
    /// later than the view has left the index.
    private boolean searchUnlessComplete(PartitionStore store, PartitionView view, byte[] key) {
        return !store.index().isCompleteFor(view.limit) && search(view, key);
    }

    private boolean search(PartitionView view, byte[] key) {
        for (int i = view.chunks.length - 1; i >= 0; i--) {
            ChunkView candidate = view.chunks[i];
            if (candidate == null) {
                continue;
            }
            for (int row = candidate.rows - 1; row >= 0; row--) {
                if (candidate.isAlive(row) && candidate.chunk.keys.equal(row, key)) {
                    chunk = candidate.chunk;
                    place = row;
                    return true;
                }
            }
        }
        return false;
    }

    private ColumnData column(int column) {
        return Objects.requireNonNull(chunk, "no row was found").columns.get(column);
    }

    @Override
    public boolean isNull(int column) {
        return column(column).isNull(place);
    }

    @Override
    public long getLong(int column) {
        return column(column).getLong(place);
    }

    @Override
    public double getDouble(int column) {
        return column(column).getDouble(place);
    }

    @Override
    public String getText(int column) {
        return (String) column(column).getObject(place);
    }

    @Override
    public BigDecimal getDecimal(int column) {
        ColumnData data = column(column);
        return data.type.storage() == ColumnType.Storage.LONG
                ? BigDecimal.valueOf(data.getLong(place), data.type.scale())
                : (BigDecimal) data.getObject(place);
    }

    @Override
    public Object getObject(int column) {
        return column(column).getObject(place);
    }

    @Override
    public void copyTo(RowBatch batch, int target, int[] columns) {
        for (int c = 0; c < columns.length; c++) {
            column(columns[c]).readOrNull(place, batch.column(c), target);
        }
    }
}

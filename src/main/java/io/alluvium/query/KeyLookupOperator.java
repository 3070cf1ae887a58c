package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import io.alluvium.table.TableView;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds rows by their whole key, for each combination of the values that the key's columns may have.
final class KeyLookupOperator extends Operator {

    private final Execution execution;
    private final int table;
    private final int[] columns;
    private final List<List<KeyValue>> values;
    private final KeyCodec codec;
    private final @Nullable Filter filter;

    private final RowBatch key;
    private final int[] keyPlaces;
    private final int[] choice;
    private final RowBatch batch;
    private final Selection all = new Selection(0);
    private final Set<ByteBuffer> seen = new HashSet<>();
    private final boolean isOneKey;
    private final byte[][] keys;
    private final long[] numbers;
    private long read;
    private @Nullable TableView view;

    /// @param columns the places in the table's schema of the columns that the batches have
    /// @param keyTypes the types of the key's columns, in key order
    /// @param values for each of the key's columns the values that it may have
    KeyLookupOperator(
            Execution execution,
            int table,
            int[] columns,
            List<ColumnType> types,
            List<ColumnType> keyTypes,
            List<List<KeyValue>> values,
            @Nullable Filter filter) {
        super(types, List.of());
        this.execution = execution;
        this.table = table;
        this.columns = columns;
        this.values = values;
        this.codec = new KeyCodec(keyTypes);
        this.filter = filter;
        this.isOneKey = values.stream().allMatch(v -> v.size() == 1);
        this.key = RowBatch.ofTypes(keyTypes, 1);
        this.keyPlaces = new int[keyTypes.size()];
        for (int i = 0; i < keyPlaces.length; i++) {
            keyPlaces[i] = i;
        }
        this.choice = new int[keyTypes.size()];
        int atOnce = isOneKey ? 1 : RowBatch.DEFAULT_ROWS;
        this.batch = RowBatch.ofTypes(types, atOnce);
        this.keys = new byte[atOnce][];
        this.numbers = new long[atOnce];
    }

    /// Whether there is one combination at the most, and so one row.
    boolean isOneKey() {
        return isOneKey;
    }

    @Override
    void open() {
        view = execution.view(table);
        java.util.Arrays.fill(choice, 0);
        seen.clear();
    }

    @Override
    @Nullable
    RowBatch produce() {
        while (view != null) {
            execution.check();
            int found = find(view);
            if (found == 0) {
                continue;
            }
            batch.setSize(found);
            if (filter == null) {
                return give(batch);
            }
            if (all.size() != found) {
                all.selectAll(found);
            }
            Selection passed = filter.select(batch, all);
            if (!passed.isEmpty()) {
                return give(batch, passed);
            }
        }
        return null;
    }

    /// Fills the batch with the rows of the next keys and returns how many they are.
    private int find(TableView rows) {
        int wanted = 0;
        while (view != null && wanted < keys.length) {
            if (isKeySet()) {
                byte[] bytes = codec.encode(key, keyPlaces, 0);
                if (isOneKey || seen.add(ByteBuffer.wrap(bytes))) {
                    keys[wanted++] = bytes;
                }
            }
            advance();
        }
        rows.find(keys, wanted, numbers);
        int found = 0;
        for (int i = 0; i < wanted; i++) {
            if (numbers[i] != TableView.NO_ROW) {
                numbers[found++] = numbers[i];
            }
        }
        rows.copy(numbers, found, batch, columns);
        read += found;
        return found;
    }

    @Override
    long rowsRead() {
        return read;
    }

    /// Sets the key to the combination chosen; false when no row can have it.
    private boolean isKeySet() {
        for (int i = 0; i < choice.length; i++) {
            if (!values.get(i).get(choice[i]).store(key.column(i))) {
                return false;
            }
        }
        return true;
    }

    private void advance() {
        for (int i = choice.length - 1; i >= 0; i--) {
            if (++choice[i] < values.get(i).size()) {
                return;
            }
            choice[i] = 0;
        }
        view = null;
    }

    @Override
    void close() {
        view = null;
    }
}

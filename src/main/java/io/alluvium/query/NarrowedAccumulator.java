package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An aggregate with FILTER or DISTINCT: passes on the rows for which the filter is TRUE, and of those with
/// the same arguments in one group the first.
final class NarrowedAccumulator extends Accumulator {

    private final Accumulator inner;
    private final int filter;
    private final int[] distinct;
    private final @Nullable KeyTable seen;
    private final Vector groupOfRow = new Vector(ColumnType.BIGINT, 0);
    private final List<Vector> keys = new ArrayList<>();
    private final Selection passed = new Selection(0);
    private int[] hashes = {};

    /// @param filter the column of the filter, -1 when there is none
    /// @param distinct the columns of the arguments with DISTINCT, else none
    /// @param types of the columns of the input
    NarrowedAccumulator(Accumulator inner, int filter, int[] distinct, List<ColumnType> types, MemoryBudget memory) {
        this.inner = inner;
        this.filter = filter;
        this.distinct = distinct;
        var keyTypes = new ArrayList<ColumnType>();
        keyTypes.add(ColumnType.BIGINT);
        for (int column : distinct) {
            keyTypes.add(types.get(column));
        }
        this.seen = distinct.length == 0 ? null : new KeyTable(keyTypes, memory);
    }

    @Override
    void grow(int groups) {
        inner.grow(groups);
    }

    @Override
    void add(RowBatch input, Selection rows, int[] groups) {
        passed.clear();
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.row(i);
            boolean isTrue = filter < 0
                    || (!input.column(filter).isNull(row)
                            && input.column(filter).getBoolean(row));
            if (isTrue) {
                passed.add(row);
            }
        }
        inner.add(input, seen == null ? passed : firstOfEach(seen, input, groups), groups);
    }

    private Selection firstOfEach(KeyTable table, RowBatch input, int[] groups) {
        keys.clear();
        keys.add(groupOfRow);
        for (int column : distinct) {
            keys.add(input.column(column));
        }
        groupOfRow.ensureCapacity(passed.end());
        hashes = hashes.length < passed.end() ? new int[passed.end()] : hashes;
        for (int i = 0; i < passed.size(); i++) {
            groupOfRow.setLong(passed.row(i), groups[passed.row(i)]);
        }
        KeyTable.hash(keys, passed, hashes);
        var first = new Selection(passed.size());
        for (int i = 0; i < passed.size(); i++) {
            int row = passed.row(i);
            int known = table.size();
            if (table.add(keys, row, hashes[row]) == known) {
                first.add(row);
            }
        }
        return first;
    }

    @Override
    void result(int group, Vector out, int row) {
        inner.result(group, out, row);
    }

    @Override
    void close() {
        if (seen != null) {
            seen.clear();
        }
        inner.close();
    }
}

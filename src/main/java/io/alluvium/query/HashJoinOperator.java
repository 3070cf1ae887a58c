package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Expression;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.rel.core.JoinRelType;
import org.jspecify.annotations.Nullable;

/// A join on equal keys: a built row is a candidate when its key equals that of the probing row. The built
/// rows of one key are a chain, the later ones first.
final class HashJoinOperator extends JoinOperator {

    /// One part of the key.
    ///
    /// @param left over the left input, of the same type as `right` over the right input
    /// @param nullsMatch whether NULL equals NULL, as in IS NOT DISTINCT FROM
    record Key(Expression left, Expression right, boolean nullsMatch) {}

    private final List<Expression> buildKeys;
    private final List<Expression> probeKeys;
    private final boolean[] nullsMatch;
    private final List<ColumnType> keyTypes;
    private final List<Vector> keyValues = new ArrayList<>();
    private @Nullable KeyTable table;
    private int[] hashes = {};
    private int[] last = {};
    private int[] before = {};
    private int size;

    HashJoinOperator(
            JoinRelType kind,
            Operator left,
            Operator right,
            boolean buildsLeft,
            List<Key> keys,
            @Nullable Filter rest,
            Execution execution) {
        super(kind, left, right, buildsLeft, rest, execution);
        List<Expression> lefts = keys.stream().map(Key::left).toList();
        List<Expression> rights = keys.stream().map(Key::right).toList();
        this.buildKeys = buildsLeft ? lefts : rights;
        this.probeKeys = buildsLeft ? rights : lefts;
        this.keyTypes = lefts.stream().map(Expression::type).toList();
        this.nullsMatch = new boolean[keys.size()];
        for (int i = 0; i < nullsMatch.length; i++) {
            nullsMatch[i] = keys.get(i).nullsMatch;
        }
    }

    @Override
    void built(RowBatch rows, Selection selection) {
        KeyTable keys = table;
        if (keys == null) {
            keys = new KeyTable(keyTypes, execution.memory());
            table = keys;
        }
        evaluate(buildKeys, rows, selection);
        if (size + selection.size() > before.length) {
            int grown = Math.max(size + selection.size(), Math.max(64, before.length * 2));
            execution.memory().take(8L * (grown - before.length));
            before = Arrays.copyOf(before, grown);
            last = Arrays.copyOf(last, grown);
        }
        for (int i = 0; i < selection.size(); i++) {
            int row = selection.row(i);
            int number = size++;
            before[number] = -1;
            if (canMatch(row)) {
                int known = keys.size();
                int key = keys.add(keyValues, row, hashes[row]);
                before[number] = key == known ? -1 : last[key];
                last[key] = number;
            }
        }
    }

    @Override
    void probes(RowBatch rows, Selection selection) {
        evaluate(probeKeys, rows, selection);
    }

    private void evaluate(List<Expression> keys, RowBatch rows, Selection selection) {
        keyValues.clear();
        for (Expression key : keys) {
            keyValues.add(key.evaluate(rows, selection));
        }
        if (hashes.length < selection.end()) {
            hashes = new int[Math.max(selection.end(), RowBatch.DEFAULT_ROWS)];
        }
        KeyTable.hash(keyValues, selection, hashes);
    }

    private boolean canMatch(int row) {
        for (int i = 0; i < nullsMatch.length; i++) {
            if (!nullsMatch[i] && keyValues.get(i).isNull(row)) {
                return false;
            }
        }
        return true;
    }

    @Override
    int firstCandidate(int row) {
        KeyTable keys = table;
        if (keys == null || !canMatch(row)) {
            return -1;
        }
        int key = keys.find(keyValues, row, hashes[row]);
        return key < 0 ? -1 : last[key];
    }

    @Override
    int nextCandidate(int built) {
        return before[built];
    }

    @Override
    void forget() {
        if (table != null) {
            table.clear();
            table = null;
        }
        execution.memory().giveBack(8L * before.length);
        before = new int[0];
        last = new int[0];
        size = 0;
    }
}

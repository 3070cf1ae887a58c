package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// GROUP BY and the aggregates, by a table of the groups; with several grouping sets each row is counted in
/// one group of each. Without aggregates it is DISTINCT.
///
/// With several grouping sets the number of the set is the last part of a group's key, and the keys that are
/// not in the set are NULL.
final class AggregateOperator extends Operator {

    private static final long BYTES_PER_VALUE = 24;

    private final Operator input;
    private final int[] keyColumns;
    private final List<boolean[]> sets;
    private final List<AggregateFunction> functions;
    private final Execution execution;
    private final RowBatch out;

    private final List<Vector> keys = new ArrayList<>();
    private final List<Vector> absentKeys = new ArrayList<>();
    private final Vector setNumber = new Vector(ColumnType.BIGINT, 0);
    private @Nullable KeyTable table;
    private List<Accumulator> accumulators = List.of();
    private int[] hashes = {};
    private int[] groups = {};
    private int room;
    private long taken;
    private int at;

    /// @param keyColumns the columns of the input by any of which is grouped
    /// @param sets for each grouping set which of those it has
    AggregateOperator(
            Operator input,
            int[] keyColumns,
            List<boolean[]> sets,
            List<AggregateFunction> functions,
            Execution execution) {
        super(types(input, keyColumns, functions), List.of(input));
        this.input = input;
        this.keyColumns = keyColumns;
        this.sets = List.copyOf(sets);
        this.functions = List.copyOf(functions);
        this.execution = execution;
        this.out = RowBatch.ofTypes(types(), RowBatch.DEFAULT_ROWS);
        for (int column : keyColumns) {
            absentKeys.add(new Vector(input.types().get(column), 0));
        }
    }

    private static List<ColumnType> types(Operator input, int[] keyColumns, List<AggregateFunction> functions) {
        return Stream.concat(
                        Arrays.stream(keyColumns).mapToObj(c -> input.types().get(c)),
                        functions.stream().map(AggregateFunction::type))
                .toList();
    }

    @Override
    void open() {
        clear();
        input.open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        KeyTable known = table;
        if (known == null) {
            known = read();
            table = known;
        }
        int count = Math.min(RowBatch.DEFAULT_ROWS, known.size() - at);
        if (count == 0) {
            return null;
        }
        for (int c = 0; c < keyColumns.length; c++) {
            Vector key = known.keys().column(c);
            for (int i = 0; i < count; i++) {
                out.column(c).copyFrom(key, at + i, i);
            }
        }
        for (int f = 0; f < functions.size(); f++) {
            Vector values = out.column(keyColumns.length + f);
            for (int i = 0; i < count; i++) {
                if (functions.get(f).isGrouping()) {
                    values.setLong(i, grouping(functions.get(f), known, at + i));
                } else {
                    accumulators.get(f).result(at + i, values, i);
                }
            }
        }
        at += count;
        out.setSize(count);
        return give(out);
    }

    private KeyTable read() {
        var keyTypes = new ArrayList<ColumnType>();
        for (int column : keyColumns) {
            keyTypes.add(input.types().get(column));
        }
        if (sets.size() > 1) {
            keyTypes.add(ColumnType.BIGINT);
        }
        var known = new KeyTable(keyTypes, execution.memory());
        accumulators = functions.stream()
                .map(f -> f.isGrouping() ? new CountAccumulator(new int[0]) : f.accumulator())
                .toList();
        for (int set = 0; set < sets.size(); set++) {
            addGroupOfNothing(known, set);
        }
        for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
            execution.check();
            for (int set = 0; set < sets.size(); set++) {
                add(known, batch, input.selection(), set);
            }
        }
        return known;
    }

    /// A grouping set without keys has its one group also when there are no rows.
    private void addGroupOfNothing(KeyTable known, int set) {
        for (boolean has : sets.get(set)) {
            if (has) {
                return;
            }
        }
        var nothing = new RowBatch(List.of(), 1);
        assignGroups(known, nothing, Selection.all(1), set);
        grow(known.size());
    }

    private void add(KeyTable known, RowBatch batch, Selection rows, int set) {
        if (isOneGroup()) {
            if (!rows.isEmpty()) {
                ensureRoom(rows.end());
                accumulators.forEach(accumulator -> accumulator.addToOnlyGroup(batch, rows, groups));
            }
            return;
        }
        assignGroups(known, batch, rows, set);
        grow(known.size());
        for (Accumulator accumulator : accumulators) {
            accumulator.add(batch, rows, groups);
        }
    }

    /// Whether every row belongs to the group that is there from the start; `groups` then has only zeros.
    private boolean isOneGroup() {
        return keyColumns.length == 0 && sets.size() == 1;
    }

    private void ensureRoom(int end) {
        if (groups.length < end) {
            groups = new int[Math.max(end, RowBatch.DEFAULT_ROWS)];
            hashes = new int[groups.length];
        }
    }

    private void assignGroups(KeyTable known, RowBatch batch, Selection rows, int set) {
        int end = rows.end();
        ensureRoom(end);
        keys.clear();
        for (int c = 0; c < keyColumns.length; c++) {
            keys.add(sets.get(set)[c] ? batch.column(keyColumns[c]) : absent(c, end));
        }
        if (sets.size() > 1) {
            setNumber.ensureCapacity(end);
            Arrays.fill(setNumber.longs(), 0, end, set);
            keys.add(setNumber);
        }
        KeyTable.hash(keys, rows, hashes);
        known.addAll(keys, rows, hashes, groups);
    }

    private Vector absent(int key, int size) {
        Vector nulls = absentKeys.get(key);
        int from = nulls.capacity();
        nulls.ensureCapacity(size);
        for (int row = from; row < nulls.capacity(); row++) {
            nulls.setNull(row);
        }
        return nulls;
    }

    private void grow(int wanted) {
        if (wanted <= room) {
            return;
        }
        int grown = Math.max(wanted, Math.max(16, room * 2));
        long bytes = (grown - room) * BYTES_PER_VALUE * accumulators.size();
        taken += bytes;
        execution.memory().take(bytes);
        room = grown;
        for (Accumulator accumulator : accumulators) {
            accumulator.grow(room);
        }
    }

    /// GROUPING(a, b): a bit for each argument, 1 when the group's set does not have it, the last argument
    /// lowest.
    private long grouping(AggregateFunction function, KeyTable known, int group) {
        int set = sets.size() > 1 ? (int) known.keys().column(keyColumns.length).getLong(group) : 0;
        long bits = 0;
        for (int argument : function.arguments()) {
            boolean present = false;
            for (int c = 0; c < keyColumns.length; c++) {
                present |= keyColumns[c] == argument && sets.get(set)[c];
            }
            bits = bits << 1 | (present ? 0 : 1);
        }
        return bits;
    }

    private void clear() {
        if (table != null) {
            table.clear();
            table = null;
        }
        accumulators.forEach(Accumulator::close);
        accumulators = List.of();
        execution.memory().giveBack(taken);
        taken = 0;
        room = 0;
        at = 0;
    }

    @Override
    void close() {
        clear();
        input.close();
    }
}

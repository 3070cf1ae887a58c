package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.calcite.rel.core.JoinRelType;
import org.jspecify.annotations.Nullable;

/// A join: holds the rows of one side, the built one, and pairs each row of the other, the probing one, with
/// those that come into question. How these are found is up to the subclass; whether a pair belongs to the
/// join is decided by the rest of the condition.
///
/// A batch of pairs is made of at most [RowBatch#DEFAULT_ROWS] candidates. After the last candidate of a
/// probing batch follow its rows without a match, where the kind of join keeps them, and at the end those of
/// the built side.
abstract class JoinOperator extends Operator {

    private final JoinRelType kind;
    private final boolean buildsLeft;
    private final Operator probing;
    private final Operator building;
    private final @Nullable Filter rest;
    private final boolean keepsProbing;
    private final boolean keepsBuilt;
    private final boolean givesPairs;
    final Execution execution;

    private final int[] pairProbing = new int[RowBatch.DEFAULT_ROWS];
    private final int[] pairBuilt = new int[RowBatch.DEFAULT_ROWS];
    private final Selection allPairs = new Selection(0);
    private final Selection unpaired = new Selection(0);
    private final List<Vector> pairVectors = new ArrayList<>();
    private final List<Vector> nullsOfProbing = new ArrayList<>();
    private final List<Vector> nullsOfBuilt = new ArrayList<>();

    private @Nullable RowBuffer built;
    private boolean[] matchedProbing = {};
    private boolean[] matchedBuilt = {};
    private @Nullable RowBatch batch;
    private int probeAt;
    private int candidate;
    private int restAt;

    /// @param buildsLeft whether the left input is the one held; only the right one can be for SEMI and ANTI
    /// @param rest over the columns of the left input, then those of the right
    JoinOperator(
            JoinRelType kind,
            Operator left,
            Operator right,
            boolean buildsLeft,
            @Nullable Filter rest,
            Execution execution) {
        super(
                kind.projectsRight()
                        ? Stream.concat(left.types().stream(), right.types().stream())
                                .toList()
                        : left.types(),
                List.of(left, right));
        this.kind = kind;
        this.buildsLeft = buildsLeft;
        this.probing = buildsLeft ? right : left;
        this.building = buildsLeft ? left : right;
        this.rest = rest;
        this.execution = execution;
        this.givesPairs = kind.projectsRight();
        this.keepsProbing = buildsLeft ? kind.generatesNullsOnLeft() : kind.generatesNullsOnRight();
        this.keepsBuilt = buildsLeft ? kind.generatesNullsOnRight() : kind.generatesNullsOnLeft();
        for (ColumnType type : left.types()) {
            pairVectors.add(new Vector(type, RowBatch.DEFAULT_ROWS));
        }
        for (ColumnType type : right.types()) {
            pairVectors.add(new Vector(type, RowBatch.DEFAULT_ROWS));
        }
    }

    /// Takes notice of rows of the built side, whose numbers follow those before.
    abstract void built(RowBatch rows, Selection selection);

    /// Takes notice of the next probing batch.
    abstract void probes(RowBatch rows, Selection selection);

    /// The first built row that may match a row of the probing batch, -1 when there is none.
    abstract int firstCandidate(int row);

    /// The built row that may match after `built`, -1 when there is none.
    abstract int nextCandidate(int built);

    abstract void forget();

    @Override
    void open() {
        clear();
        probing.open();
    }

    @Override
    @Nullable
    RowBatch produce() {
        RowBuffer held = built;
        if (held == null) {
            held = build();
            built = held;
        }
        while (true) {
            execution.check();
            RowBatch probe = batch;
            if (probe == null) {
                probe = nextProbe();
                if (probe == null) {
                    return keepsBuilt ? restOfBuilt(held) : null;
                }
            }
            int pairs = fillPairs();
            if (pairs == 0) {
                batch = null;
                RowBatch rowsAlone = restOfProbing(probe);
                if (rowsAlone != null) {
                    return rowsAlone;
                }
                continue;
            }
            RowBatch joined = join(probe, held, pairs);
            if (joined != null) {
                return joined;
            }
        }
    }

    private RowBuffer build() {
        var held = new RowBuffer(building.types(), execution.memory());
        building.open();
        for (RowBatch rows = building.next(); rows != null; rows = building.next()) {
            held.append(rows, building.selection());
            built(rows, building.selection());
        }
        building.close();
        if (keepsBuilt) {
            execution.memory().take(held.size());
            matchedBuilt = new boolean[held.size()];
        }
        return held;
    }

    private @Nullable RowBatch nextProbe() {
        RowBatch probe = probing.next();
        batch = probe;
        if (probe != null) {
            Selection rows = probing.selection();
            probes(probe, rows);
            matchedProbing = new boolean[rows.end()];
            probeAt = 0;
            candidate = firstCandidate(rows.row(0));
        }
        return probe;
    }

    private int fillPairs() {
        Selection rows = probing.selection();
        int pairs = 0;
        while (probeAt < rows.size() && pairs < RowBatch.DEFAULT_ROWS) {
            int row = rows.row(probeAt);
            boolean isDecided = !givesPairs && matchedProbing[row];
            if (candidate < 0 || isDecided) {
                if (++probeAt < rows.size()) {
                    candidate = firstCandidate(rows.row(probeAt));
                }
                continue;
            }
            if (!givesPairs && rest == null) {
                matchedProbing[row] = true;
                continue;
            }
            pairProbing[pairs] = row;
            pairBuilt[pairs++] = candidate;
            candidate = nextCandidate(candidate);
        }
        return pairs;
    }

    /// The pairs that belong to the join; null when there are none to give.
    private @Nullable RowBatch join(RowBatch probe, RowBuffer held, int pairs) {
        int leftWidth = inputs().getFirst().types().size();
        for (int c = 0; c < pairVectors.size(); c++) {
            boolean left = c < leftWidth;
            int column = left ? c : c - leftWidth;
            if (left == buildsLeft) {
                held.gather(column, pairBuilt, 0, pairs, pairVectors.get(c));
            } else {
                RowBuffer.gather(probe.column(column), pairProbing, 0, pairs, pairVectors.get(c));
            }
        }
        var joined = new RowBatch(pairVectors, pairs);
        if (allPairs.size() != pairs) {
            allPairs.selectAll(pairs);
        }
        Selection matches = rest == null ? allPairs : rest.select(joined, allPairs);
        for (int i = 0; i < matches.size(); i++) {
            int pair = matches.row(i);
            matchedProbing[pairProbing[pair]] = true;
            if (keepsBuilt) {
                matchedBuilt[pairBuilt[pair]] = true;
            }
        }
        return givesPairs && !matches.isEmpty() ? give(joined, matches) : null;
    }

    /// The rows of a probing batch that are given as they are, or beside NULLs.
    private @Nullable RowBatch restOfProbing(RowBatch probe) {
        boolean wanted = kind == JoinRelType.SEMI;
        if (givesPairs && !keepsProbing) {
            return null;
        }
        unpaired.clear();
        Selection rows = probing.selection();
        for (int i = 0; i < rows.size(); i++) {
            if (matchedProbing[rows.row(i)] == wanted) {
                unpaired.add(rows.row(i));
            }
        }
        if (unpaired.isEmpty()) {
            return null;
        }
        if (!givesPairs) {
            return give(probe, unpaired);
        }
        return give(
                beside(probe.columns(), nulls(nullsOfBuilt, building.types(), probe.size()), !buildsLeft, probe.size()),
                unpaired);
    }

    private @Nullable RowBatch restOfBuilt(RowBuffer held) {
        unpaired.clear();
        while (restAt < held.size() && unpaired.size() < RowBatch.DEFAULT_ROWS) {
            if (!matchedBuilt[restAt]) {
                unpaired.add(restAt);
            }
            restAt++;
        }
        int count = unpaired.size();
        if (count == 0) {
            return null;
        }
        var rows = new ArrayList<Vector>();
        int offset = buildsLeft ? 0 : inputs().getFirst().types().size();
        for (int c = 0; c < building.types().size(); c++) {
            Vector out = pairVectors.get(offset + c);
            for (int i = 0; i < count; i++) {
                out.copyFrom(held.column(c), unpaired.row(i), i);
            }
            rows.add(out);
        }
        return give(beside(rows, nulls(nullsOfProbing, probing.types(), count), buildsLeft, count));
    }

    private static RowBatch beside(List<Vector> rows, List<Vector> nulls, boolean rowsLeft, int size) {
        var columns = new ArrayList<Vector>(rows.size() + nulls.size());
        columns.addAll(rowsLeft ? rows : nulls);
        columns.addAll(rowsLeft ? nulls : rows);
        return new RowBatch(columns, size);
    }

    private static List<Vector> nulls(List<Vector> vectors, List<ColumnType> types, int size) {
        if (vectors.isEmpty()) {
            types.forEach(type -> vectors.add(new Vector(type, 0)));
        }
        for (Vector vector : vectors) {
            int from = vector.capacity();
            vector.ensureCapacity(size);
            for (int row = from; row < vector.capacity(); row++) {
                vector.setNull(row);
            }
        }
        return vectors;
    }

    private void clear() {
        if (built != null) {
            built.clear();
            built = null;
        }
        forget();
        matchedBuilt = new boolean[0];
        batch = null;
        restAt = 0;
    }

    @Override
    void close() {
        clear();
        probing.close();
        building.close();
    }
}

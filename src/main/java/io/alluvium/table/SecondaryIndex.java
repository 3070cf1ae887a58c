package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An index of a table: for each partition, [IndexRun]s that cover the chunks which take no more rows.
///
/// Row versions are appended and never written over, so that what a run says of a chunk stays true as long as there
/// is the chunk. Writers therefore have nothing to do with an index; [#step] takes in what they have filled, a
/// piece at a time, and merges runs as there become more of one size, so that their number grows with the logarithm
/// of the rows'. Chunks that are given up are left in the runs until they are a quarter of one.
///
/// Readers look at their view's chunks that no run covers one row at a time; runs of columns that had other types
/// than the view's are as good as none. So an index is exact at every moment, whichever of its states a reader has.
///
/// Publication: one volatile store of [Runs]. Owner: one step at a time, under the object's lock.
final class SecondaryIndex {

    /// Runs of one level are merged when there are so many; those of the next level are so many times as large.
    private static final int FAN_IN = 8;
    /// So many chunks are taken in together at the most. Their arrays with their headers end just below a power of
    /// two, which is where the garbage collector's regions end.
    private static final int MAX_CHUNKS_A_STEP = 1023;
    /// The greatest runs are not merged any more: the memory that merging takes is bounded by their size.
    private static final int MAX_LEVEL = 3;

    final IndexDefinition definition;
    /// The places in the schema of the columns that it is over.
    final int[] columns;

    private final Supplier<PartitionStore[]> partitions;
    private volatile Runs runs = new Runs(Map.of());
    private volatile boolean isDropped;
    /// Whether a step is to come that has not begun.
    private final AtomicBoolean isWaiting = new AtomicBoolean();

    SecondaryIndex(IndexDefinition definition, int[] columns, Supplier<PartitionStore[]> partitions) {
        this.definition = definition;
        this.columns = columns;
        this.partitions = partitions;
    }

    /// The runs of each partition at one moment. Immutable.
    static final class Runs {
        private final Map<PartitionStore, List<IndexRun>> byPartition;

        private Runs(Map<PartitionStore, List<IndexRun>> byPartition) {
            this.byPartition = byPartition;
        }

        List<IndexRun> of(PartitionStore partition) {
            return byPartition.getOrDefault(partition, List.of());
        }
    }

    /// The runs as they are now; another object after every change.
    Runs runs() {
        return runs;
    }

    ColumnType[] types(Schema schema) {
        return Arrays.stream(columns)
                .mapToObj(column -> schema.column(column).type())
                .toArray(ColumnType[]::new);
    }

    /// Ends the building; what is built stays with the views that have it.
    void drop() {
        isDropped = true;
    }

    /// False when a step is to come anyway.
    boolean markAsWaiting() {
        return isWaiting.compareAndSet(false, true);
    }

    /// Does one piece of work; false when there is none.
    synchronized boolean step() {
        isWaiting.set(false);
        if (isDropped) {
            return false;
        }
        Map<PartitionStore, List<IndexRun>> next = new HashMap<>();
        boolean isWorked = false;
        boolean isChanged = false;
        for (PartitionStore partition : partitions.get()) {
            List<IndexRun> now = runs.of(partition);
            if (!isWorked) {
                PartitionView view = partition.view();
                List<IndexRun> cleaned = cleaned(now, view);
                List<IndexRun> grown = grown(cleaned == null ? now : cleaned, view);
                isWorked = grown != null;
                isChanged |= isWorked || cleaned != null;
                now = grown != null ? grown : cleaned != null ? cleaned : now;
            }
            next.put(partition, now);
        }
        if (isChanged || next.size() != runs.byPartition.size()) {
            runs = new Runs(next);
        }
        return isWorked;
    }

    /// The runs without those that are of no use to views from now on, and without chunks that are gone where these
    /// are many.
    private @Nullable List<IndexRun> cleaned(List<IndexRun> now, PartitionView view) {
        ColumnType[] types = types(view.schema);
        List<IndexRun> kept = new ArrayList<>(now.size());
        boolean isChanged = false;
        for (IndexRun run : now) {
            boolean[] isThere = new boolean[run.chunks()];
            int there = 0;
            for (int i = 0; i < isThere.length; i++) {
                isThere[i] = view.chunk(run.numbers[i]) != null;
                there += isThere[i] ? 1 : 0;
            }
            boolean isUseful = there > 0 && Arrays.equals(run.types, types);
            if (isUseful) {
                kept.add((run.chunks() - there) * 4 > run.chunks() ? run.only(isThere) : run);
            }
            isChanged |= !isUseful || kept.getLast() != run;
        }
        return isChanged ? kept : null;
    }

    /// The runs with one more, of chunks that none covers yet or in the place of some of one level; the same list
    /// when there is nothing to do.
    private @Nullable List<IndexRun> grown(List<IndexRun> now, PartitionView view) {
        ColumnType[] types = types(view.schema);
        List<ChunkView> missing = settledChunks(view, now);
        if (!missing.isEmpty()) {
            List<ChunkView> first = missing.subList(0, Math.min(missing.size(), MAX_CHUNKS_A_STEP));
            return replaced(now, List.of(), new IndexRunBuilder(this, types, first).build());
        }
        List<IndexRun> level = levelToMerge(now);
        if (level.isEmpty()) {
            return null;
        }
        List<ChunkView> chunks = level.stream()
                .flatMapToLong(run -> Arrays.stream(run.numbers))
                .sorted()
                .mapToObj(view::chunk)
                .filter(Objects::nonNull)
                .toList();
        return replaced(now, level, new IndexRunBuilder(this, types, chunks).build());
    }

    private static List<IndexRun> replaced(List<IndexRun> now, List<IndexRun> gone, IndexRun added) {
        List<IndexRun> next = new ArrayList<>(now);
        next.removeAll(gone);
        next.add(added);
        return List.copyOf(next);
    }

    private static List<IndexRun> levelToMerge(List<IndexRun> runs) {
        for (int level = 0; level < MAX_LEVEL; level++) {
            int wanted = level;
            List<IndexRun> same =
                    runs.stream().filter(run -> level(run.chunks()) == wanted).toList();
            if (same.size() >= FAN_IN) {
                return same;
            }
        }
        return List.of();
    }

    private static int level(int chunks) {
        int level = 0;
        for (int rest = chunks / FAN_IN; rest > 0; rest /= FAN_IN) {
            level++;
        }
        return level;
    }

    /// The chunks of a view that take no more rows and that none of the runs covers. Only the last chunk of a view
    /// may still be filled.
    static List<ChunkView> settledChunks(PartitionView view, List<IndexRun> runs) {
        boolean[] isCovered = covered(view, runs);
        List<ChunkView> found = new ArrayList<>();
        for (int i = 0; i < isCovered.length; i++) {
            ChunkView chunk = view.chunks[i];
            boolean isSettled = chunk != null && (i < isCovered.length - 1 || chunk.rows == Chunk.ROWS);
            if (chunk != null && isSettled && !isCovered[i]) {
                found.add(chunk);
            }
        }
        return found;
    }

    /// The runs that a view can use: those of columns with the types that it has.
    List<IndexRun> useful(Runs all, PartitionView view) {
        ColumnType[] types = types(view.schema);
        return all.of(view.store()).stream()
                .filter(run -> Arrays.equals(run.types, types))
                .toList();
    }

    /// Which of the view's chunks are in the runs.
    static boolean[] covered(PartitionView view, List<IndexRun> runs) {
        boolean[] isCovered = new boolean[view.chunks.length];
        for (IndexRun run : runs) {
            for (long number : run.numbers) {
                long at = number - view.firstChunk;
                if (at >= 0 && at < isCovered.length) {
                    isCovered[(int) at] = true;
                }
            }
        }
        return isCovered;
    }

    IndexStatus status() {
        Runs now = runs;
        long rows = 0;
        long indexed = 0;
        boolean isComplete = true;
        for (PartitionStore partition : partitions.get()) {
            PartitionView view = partition.view();
            List<IndexRun> known = useful(now, view);
            boolean[] isCovered = covered(view, known);
            int[] places = new int[Chunk.ROWS];
            rows += view.rows;
            indexed += view.rows;
            for (int i = 0; i < isCovered.length; i++) {
                ChunkView chunk = view.chunks[i];
                if (chunk != null && !isCovered[i]) {
                    indexed -= chunk.deaths == null
                            ? chunk.rows
                            : chunk.deaths.collectAlive(0, chunk.rows, view.batch, places);
                }
            }
            isComplete &= settledChunks(view, known).isEmpty();
        }
        return new IndexStatus(definition, indexed, rows, bytes(), isComplete);
    }

    /// The heap that the runs take.
    long bytes() {
        long sum = 0;
        for (List<IndexRun> partition : runs.byPartition.values()) {
            for (IndexRun run : partition) {
                sum += run.bytes();
            }
        }
        return sum;
    }

    /// Checks every run. For tests; writers must be at rest.
    void checkInvariants() {
        Runs now = runs;
        for (PartitionStore partition : partitions.get()) {
            PartitionView view = partition.view();
            for (IndexRun run : now.of(partition)) {
                int[] rows = new int[run.chunks()];
                for (int i = 0; i < rows.length; i++) {
                    @Nullable ChunkView chunk = view.chunk(run.numbers[i]);
                    rows[i] = chunk == null ? -1 : chunk.rows;
                }
                run.checkInvariants(rows);
            }
        }
    }
}

package io.alluvium.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an index has for one view: in each partition the runs that are of use to it, and the view's chunks that
/// none of them covers. Immutable but for what is worked out once.
final class IndexView {

    final SecondaryIndex index;
    /// The state of the index that this was made from.
    final SecondaryIndex.Runs runs;
    final List<Part> parts;

    IndexView(SecondaryIndex index, @Nullable PartitionView[] views) {
        this.index = index;
        this.runs = index.runs();
        List<Part> made = new ArrayList<>();
        for (int partition = 0; partition < views.length; partition++) {
            PartitionView view = views[partition];
            if (view != null) {
                made.add(new Part(index, partition, view, index.useful(runs, view)));
            }
        }
        this.parts = List.copyOf(made);
    }

    /// How many rows of the view are looked at one by one, those that are dead included.
    long uncoveredRows() {
        return parts.stream().mapToLong(part -> part.uncoveredRows).sum();
    }

    /// One partition.
    static final class Part {

        /// Chunks that no run covers are made into a run for this view when they have been asked for so often,
        /// unless they are many.
        private static final int USES_BEFORE_A_RUN = 3;

        private static final int MAX_KEPT_CHUNKS = 64;

        final int partition;
        final PartitionView view;
        final IndexRun[] runs;
        /// The places in the view of chunks that no run covers.
        final int[] uncovered;
        final long uncoveredRows;

        private final SecondaryIndex index;
        private volatile @Nullable IndexRun rest;
        /// Counted without care: losing one makes no difference.
        private int uses;

        private Part(SecondaryIndex index, int partition, PartitionView view, List<IndexRun> useful) {
            this.index = index;
            this.partition = partition;
            this.view = view;
            this.runs = useful.toArray(IndexRun[]::new);
            boolean[] isCovered = SecondaryIndex.covered(view, useful);
            int[] places = new int[isCovered.length];
            int count = 0;
            long rows = 0;
            for (int i = 0; i < isCovered.length; i++) {
                ChunkView chunk = view.chunks[i];
                if (chunk != null && !isCovered[i]) {
                    places[count++] = i;
                    rows += chunk.rows;
                }
            }
            this.uncovered = Arrays.copyOf(places, count);
            this.uncoveredRows = rows;
        }

        /// The view's chunk that holds the row of a run's entry, null unless the row is in the view and alive.
        @Nullable
        ChunkView living(IndexRun run, int entry) {
            ChunkView chunk = view.chunk(run.numbers[run.chunk(entry)]);
            int place = run.place(entry);
            return chunk != null && place < chunk.rows && view.isAlive(chunk, place) ? chunk : null;
        }

        /// The living rows of the uncovered chunks as a run, if there is one by now.
        @Nullable
        IndexRun restIfWorthwhile() {
            IndexRun known = rest;
            if (known != null || uncovered.length > MAX_KEPT_CHUNKS || uses++ < USES_BEFORE_A_RUN) {
                return known;
            }
            return keepRest();
        }

        /// The rows of the uncovered chunks that are alive, and in the range if they are many, as a run.
        IndexRun rest(RangeTest range) {
            if (uncovered.length <= MAX_KEPT_CHUNKS) {
                IndexRun known = rest;
                return known != null ? known : keepRest();
            }
            return builder().build((chunk, place) -> view.isAlive(chunk, place) && range.matches(chunk.columns, place));
        }

        private IndexRun keepRest() {
            IndexRun made = builder().build(view::isAlive);
            rest = made;
            return made;
        }

        private IndexRunBuilder builder() {
            List<ChunkView> chunks = new ArrayList<>(uncovered.length);
            for (int at : uncovered) {
                ChunkView chunk = view.chunks[at];
                if (chunk != null) {
                    chunks.add(chunk);
                }
            }
            return new IndexRunBuilder(index, index.types(view.schema), chunks);
        }
    }
}

package io.alluvium.table;

import org.jspecify.annotations.Nullable;

/// Some of the rows of one view. Immutable.
///
/// The chunks are the containers: for each one that has any of the rows there is a [PlaceSet].
public final class RowSet {

    final SnapshotView view;
    private final @Nullable PlaceSet[][] sets;

    /// @param sets by partition and by the chunk's place in the partition's view
    private RowSet(SnapshotView view, @Nullable PlaceSet[][] sets) {
        this.view = view;
        this.sets = sets;
    }

    public long count() {
        long sum = 0;
        for (@Nullable PlaceSet[] partition : sets) {
            for (PlaceSet set : partition) {
                sum += set == null ? 0 : set.count();
            }
        }
        return sum;
    }

    public boolean isEmpty() {
        return count() == 0;
    }

    /// The rows that are in both sets, which must be of the same view.
    public RowSet and(RowSet other) {
        return combined(other, (a, b) -> a == null || b == null ? null : a.and(b));
    }

    /// The rows that are in either set.
    public RowSet or(RowSet other) {
        return combined(other, (a, b) -> a == null ? b : b == null ? a : a.or(b));
    }

    /// The rows that are in this set and not in the other.
    public RowSet andNot(RowSet other) {
        return combined(other, (a, b) -> a == null || b == null ? a : a.andNot(b));
    }

    private interface Combination {
        @Nullable
        PlaceSet of(@Nullable PlaceSet a, @Nullable PlaceSet b);
    }

    private RowSet combined(RowSet other, Combination combination) {
        if (other.view != view) {
            throw new IllegalArgumentException("the sets are of two views");
        }
        var result = new @Nullable PlaceSet[sets.length][];
        for (int p = 0; p < sets.length; p++) {
            result[p] = new @Nullable PlaceSet[sets[p].length];
            for (int c = 0; c < sets[p].length; c++) {
                result[p][c] = combination.of(sets[p][c], other.sets[p][c]);
            }
        }
        return new RowSet(view, result);
    }

    int partitions() {
        return sets.length;
    }

    int chunks(int partition) {
        return sets[partition].length;
    }

    @Nullable
    PlaceSet places(int partition, int chunk) {
        return sets[partition][chunk];
    }

    /// Takes the rows in any order, each as often as it comes.
    static final class Builder {
        private final SnapshotView view;
        private final PlaceSet.@Nullable Builder[][] builders;

        Builder(SnapshotView view) {
            this.view = view;
            this.builders = new PlaceSet.@Nullable Builder[view.partitions()][];
            for (int p = 0; p < builders.length; p++) {
                builders[p] = new PlaceSet.@Nullable Builder[view.chunks(p).length];
            }
        }

        void add(int partition, ChunkView chunk, int place) {
            int at = (int) (chunk.chunk.number - view.firstChunk(partition));
            PlaceSet.Builder present = builders[partition][at];
            if (present == null) {
                present = new PlaceSet.Builder();
                builders[partition][at] = present;
            }
            present.add(place);
        }

        RowSet build() {
            var sets = new @Nullable PlaceSet[builders.length][];
            for (int p = 0; p < builders.length; p++) {
                sets[p] = new @Nullable PlaceSet[builders[p].length];
                for (int c = 0; c < builders[p].length; c++) {
                    PlaceSet.Builder built = builders[p][c];
                    sets[p][c] = built == null ? null : built.build();
                }
            }
            return new RowSet(view, sets);
        }
    }
}

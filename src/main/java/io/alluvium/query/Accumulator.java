package io.alluvium.query;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.sql.Selection;

/// One aggregate over all groups, which are numbered from 0. Owned by one thread.
abstract class Accumulator {

    /// Makes room for so many groups; those that are new have seen nothing.
    abstract void grow(int groups);

    /// Takes the selected rows in.
    ///
    /// @param groups the group of each row, at the row's place
    abstract void add(RowBatch input, Selection rows, int[] groups);

    /// Takes the selected rows in where all of them are of group 0.
    ///
    /// @param zeros as `groups` in [#add]
    void addToOnlyGroup(RowBatch input, Selection rows, int[] zeros) {
        add(input, rows, zeros);
    }

    /// Stores the value for one group.
    abstract void result(int group, Vector out, int row);

    /// Lets go of what was taken of the memory budget; the accumulator is not used again.
    void close() {}
}

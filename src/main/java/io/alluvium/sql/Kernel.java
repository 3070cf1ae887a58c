package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.util.List;

/// A function of one row: reads row `row` of its arguments and sets row `row` of `out`.
@FunctionalInterface
interface Kernel {

    void apply(Vector[] arguments, int row, Vector out);

    /// Makes the kernel for arguments and a result of certain types.
    @FunctionalInterface
    interface Factory {
        Kernel kernel(List<ColumnType> arguments, ColumnType result);
    }
}

package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;

/// An expression with a result vector of its own.
abstract class Computed implements Expression {

    private final ColumnType type;
    private final Vector result;

    Computed(ColumnType type) {
        this.type = type;
        this.result = new Vector(type, 0);
    }

    @Override
    public final ColumnType type() {
        return type;
    }

    /// The result vector with room for the selected rows.
    final Vector result(Selection selection) {
        result.ensureCapacity(selection.end());
        return result;
    }

    /// The result vector as the last evaluation left it.
    final Vector result() {
        return result;
    }

    /// Marks in `out` the rows that are NULL in `a` or in `b`.
    @SuppressWarnings("ShortCircuitBoolean") // Without branches the loop is vectorized.
    static void nullsOfEither(Vector a, Vector b, Vector out, int end) {
        boolean[] left = a.nulls();
        boolean[] right = b.nulls();
        boolean[] nulls = out.nulls();
        for (int i = 0; i < end; i++) {
            nulls[i] = left[i] | right[i];
        }
    }
}

package io.alluvium.sql;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;

/// The same value for every row: a literal, or a parameter whose value is read at each evaluation.
final class Constant extends Computed {

    private final Vector value;
    private final boolean fixed;
    /// What the first `filled` rows of the result hold.
    private final Vector last;

    private int filled;

    private Constant(Vector value, boolean fixed) {
        super(value.type());
        this.value = value;
        this.fixed = fixed;
        this.last = new Vector(value.type(), 1);
    }

    /// A literal: the value in row 0, which never changes.
    static Constant literal(Vector value) {
        return new Constant(value, true);
    }

    /// What stands in row 0 whenever the expression is evaluated.
    static Constant variable(Vector value) {
        return new Constant(value, false);
    }

    boolean isLiteral() {
        return fixed;
    }

    /// The value in row 0.
    Vector value() {
        return value;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        Vector out = result(selection);
        int from = fixed || isSame(value, last) ? filled : 0;
        last.copyFrom(value, 0, 0);
        for (int i = from; i < selection.end(); i++) {
            out.copyFrom(value, 0, i);
        }
        filled = Math.max(from, selection.end());
        return out;
    }

    private static boolean isSame(Vector a, Vector b) {
        if (a.isNull(0) || b.isNull(0)) {
            return a.isNull(0) == b.isNull(0);
        }
        return switch (a.storage()) {
            case LONG -> a.getLong(0) == b.getLong(0);
            case DOUBLE -> Double.doubleToRawLongBits(a.getDouble(0)) == Double.doubleToRawLongBits(b.getDouble(0));
            case OBJECT -> a.getObject(0).equals(b.objects()[0]);
        };
    }
}

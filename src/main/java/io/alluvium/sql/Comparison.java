package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.RowBatch;
import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `=`, `<>`, `<`, `<=`, `>`, `>=` of two expressions that have one type: NULL where either side is.
final class Comparison extends Computed {

    enum Operator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        boolean holds(int comparison) {
            return switch (this) {
                case EQUAL -> comparison == 0;
                case NOT_EQUAL -> comparison != 0;
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case GREATER -> comparison > 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
            };
        }
    }

    private final Operator operator;
    private final Expression left;
    private final Expression right;

    /// Both sides have the same type.
    Comparison(Operator operator, Expression left, Expression right) {
        super(ColumnType.BOOLEAN);
        this.operator = operator;
        this.left = left;
        this.right = right;
    }

    @Override
    public Vector evaluate(RowBatch input, Selection selection) {
        Vector a = left.evaluate(input, selection);
        Vector b = right.evaluate(input, selection);
        Vector out = result(selection);
        int end = selection.end();
        nullsOfEither(a, b, out, end);
        switch (left.type().storage()) {
            case LONG -> compareLongs(a.longs(), b.longs(), out.longs(), end);
            case DOUBLE -> compareDoubles(a.doubles(), b.doubles(), out.longs(), end);
            case OBJECT -> compareObjects(a.objects(), b.objects(), out, selection);
        }
        return out;
    }

    private void compareLongs(long[] a, long[] b, long[] out, int end) {
        switch (operator) {
            case EQUAL -> {
                for (int i = 0; i < end; i++) {
                    out[i] = a[i] == b[i] ? 1 : 0;
                }
            }
            case NOT_EQUAL -> {
                for (int i = 0; i < end; i++) {
                    out[i] = a[i] != b[i] ? 1 : 0;
                }
            }
            case LESS -> less(a, b, out, end);
            case LESS_OR_EQUAL -> lessOrEqual(a, b, out, end);
            case GREATER -> less(b, a, out, end);
            case GREATER_OR_EQUAL -> lessOrEqual(b, a, out, end);
        }
    }

    private static void less(long[] a, long[] b, long[] out, int end) {
        for (int i = 0; i < end; i++) {
            out[i] = a[i] < b[i] ? 1 : 0;
        }
    }

    private static void lessOrEqual(long[] a, long[] b, long[] out, int end) {
        for (int i = 0; i < end; i++) {
            out[i] = a[i] <= b[i] ? 1 : 0;
        }
    }

    private void compareDoubles(double[] a, double[] b, long[] out, int end) {
        switch (operator) {
            case EQUAL -> equal(a, b, out, end, 1);
            case NOT_EQUAL -> equal(a, b, out, end, 0);
            case LESS -> less(a, b, out, end, 1);
            case GREATER_OR_EQUAL -> less(a, b, out, end, 0);
            case GREATER -> less(b, a, out, end, 1);
            case LESS_OR_EQUAL -> less(b, a, out, end, 0);
        }
    }

    /// NaN equals NaN.
    private static void equal(double[] a, double[] b, long[] out, int end, long yes) {
        for (int i = 0; i < end; i++) {
            boolean equal = a[i] == b[i] || (Double.isNaN(a[i]) && Double.isNaN(b[i]));
            out[i] = equal ? yes : 1 - yes;
        }
    }

    /// NaN is above everything else.
    private static void less(double[] a, double[] b, long[] out, int end, long yes) {
        for (int i = 0; i < end; i++) {
            boolean less = a[i] < b[i] || (Double.isNaN(b[i]) && !Double.isNaN(a[i]));
            out[i] = less ? yes : 1 - yes;
        }
    }

    private void compareObjects(@Nullable Object[] a, @Nullable Object[] b, Vector out, Selection selection) {
        Kind kind = left.type().kind();
        boolean identity = kind == Kind.VARCHAR || kind == Kind.JSON || kind == Kind.UUID;
        boolean equality = identity && (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL);
        boolean[] nulls = out.nulls();
        long[] truths = out.longs();
        for (int i = 0; i < selection.size(); i++) {
            int row = selection.row(i);
            if (nulls[row]) {
                continue;
            }
            Object x = Objects.requireNonNull(a[row]);
            Object y = Objects.requireNonNull(b[row]);
            boolean holds = equality
                    ? x.equals(y) == (operator == Operator.EQUAL)
                    : operator.holds(ValueOrder.compareObjects(kind, x, y));
            truths[row] = holds ? 1 : 0;
        }
    }
}

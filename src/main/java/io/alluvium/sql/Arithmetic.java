package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// `+ - * / %` of two numbers: whole numbers and doubles in loops over the arrays, DECIMAL exactly. A result that
/// does not fit its type is an error, never a wrong number.
abstract class Arithmetic extends Computed {

    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        REMAINDER
    }

    final Operator operator;
    private final Expression left;
    private final Expression right;

    private Arithmetic(ColumnType type, Operator operator, Expression left, Expression right) {
        super(type);
        this.operator = operator;
        this.left = left;
        this.right = right;
    }

    /// @param left and
    /// @param right are numbers of any types, for a whole or floating result of exactly the result's storage
    static Arithmetic of(ColumnType type, Operator operator, Expression left, Expression right) {
        return switch (type.kind()) {
            case REAL, DOUBLE -> new OfDoubles(type, operator, left, right);
            case DECIMAL ->
                isSimple(type, operator, left.type(), right.type())
                        ? new OfScaledLongs(type, operator, left, right)
                        : new OfDecimals(type, operator, left, right);
            default -> new OfLongs(type, operator, left, right);
        };
    }

    /// Whether the unscaled longs give the result without rounding or overflow.
    private static boolean isSimple(ColumnType type, Operator operator, ColumnType a, ColumnType b) {
        if (type.storage() != Storage.LONG || a.storage() != Storage.LONG || b.storage() != Storage.LONG) {
            return false;
        }
        int scaleA = a.scale();
        int scaleB = b.scale();
        int digitsA = SqlTypes.asDecimal(a).precision();
        int digitsB = SqlTypes.asDecimal(b).precision();
        return switch (operator) {
            case ADD, SUBTRACT ->
                type.scale() == Math.max(scaleA, scaleB)
                        && Math.max(digitsA - scaleA, digitsB - scaleB) + 1 + type.scale()
                                <= ColumnType.MAX_LONG_DIGITS;
            case MULTIPLY -> type.scale() == scaleA + scaleB && digitsA + digitsB <= ColumnType.MAX_LONG_DIGITS;
            case DIVIDE, REMAINDER -> false;
        };
    }

    @Override
    public final Vector evaluate(RowBatch input, Selection selection) {
        Vector a = left.evaluate(input, selection);
        Vector b = right.evaluate(input, selection);
        Vector out = result(selection);
        nullsOfEither(a, b, out, selection.end());
        calculate(a, b, out, selection);
        return out;
    }

    /// Fills in the values; the NULLs are marked already.
    abstract void calculate(Vector a, Vector b, Vector out, Selection selection);

    private static final class OfLongs extends Arithmetic {
        OfLongs(ColumnType type, Operator operator, Expression left, Expression right) {
            super(type, operator, left, right);
        }

        @Override
        void calculate(Vector a, Vector b, Vector out, Selection selection) {
            long overflow = switch (operator) {
                case ADD -> add(a.longs(), b.longs(), out.longs(), selection.end());
                case SUBTRACT -> subtract(a.longs(), b.longs(), out.longs(), selection.end());
                case MULTIPLY -> multiply(a.longs(), b.longs(), out.longs(), selection.end());
                case DIVIDE, REMAINDER -> -1;
            };
            if (overflow != 0 || (type().kind() == Kind.INTEGER && leavesInt(out.longs(), selection.end()))) {
                recheck(a, b, out, selection);
            }
        }

        private static boolean leavesInt(long[] values, int end) {
            long beyond = 0;
            for (int i = 0; i < end; i++) {
                beyond |= values[i] ^ (int) values[i];
            }
            return beyond != 0;
        }

        private static long add(long[] a, long[] b, long[] out, int end) {
            long overflow = 0;
            for (int i = 0; i < end; i++) {
                long sum = a[i] + b[i];
                overflow |= (a[i] ^ sum) & (b[i] ^ sum);
                out[i] = sum;
            }
            return overflow & Long.MIN_VALUE;
        }

        private static long subtract(long[] a, long[] b, long[] out, int end) {
            long overflow = 0;
            for (int i = 0; i < end; i++) {
                long difference = a[i] - b[i];
                overflow |= (a[i] ^ b[i]) & (a[i] ^ difference);
                out[i] = difference;
            }
            return overflow & Long.MIN_VALUE;
        }

        private static long multiply(long[] a, long[] b, long[] out, int end) {
            long overflow = 0;
            for (int i = 0; i < end; i++) {
                long product = a[i] * b[i];
                overflow |= Math.multiplyHigh(a[i], b[i]) ^ (product >> 63);
                out[i] = product;
            }
            return overflow;
        }

        /// The selected rows again, one by one: values beside NULLs and in other rows may have overflowed.
        private void recheck(Vector a, Vector b, Vector out, Selection selection) {
            boolean[] nulls = out.nulls();
            long[] values = out.longs();
            for (int i = 0; i < selection.size(); i++) {
                int row = selection.row(i);
                if (!nulls[row]) {
                    values[row] = Decimals.checkRange(exact(a.getLong(row), b.getLong(row)), type());
                }
            }
        }

        private long exact(long a, long b) {
            if ((operator == Operator.DIVIDE || operator == Operator.REMAINDER) && b == 0) {
                throw Decimals.divisionByZero();
            }
            return switch (operator) {
                case ADD -> {
                    long sum = a + b;
                    yield ((a ^ sum) & (b ^ sum)) < 0 ? overflow(a, b) : sum;
                }
                case SUBTRACT -> {
                    long difference = a - b;
                    yield ((a ^ b) & (a ^ difference)) < 0 ? overflow(a, b) : difference;
                }
                case MULTIPLY -> {
                    long product = a * b;
                    yield Math.multiplyHigh(a, b) == product >> 63 ? product : overflow(a, b);
                }
                case DIVIDE -> a == Long.MIN_VALUE && b == -1 ? overflow(a, b) : a / b;
                case REMAINDER -> a % b;
            };
        }

        private long overflow(long a, long b) {
            BigDecimal x = BigDecimal.valueOf(a);
            BigDecimal y = BigDecimal.valueOf(b);
            throw Decimals.outOfRange(exactDecimal(operator, x, y, 0).toPlainString(), type().sql());
        }
    }

    private static final class OfDoubles extends Arithmetic {
        OfDoubles(ColumnType type, Operator operator, Expression left, Expression right) {
            super(type, operator, left, right);
        }

        @Override
        void calculate(Vector a, Vector b, Vector out, Selection selection) {
            double[] x = a.doubles();
            double[] y = b.doubles();
            double[] values = out.doubles();
            int end = selection.end();
            switch (operator) {
                case ADD -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] + y[i];
                    }
                }
                case SUBTRACT -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] - y[i];
                    }
                }
                case MULTIPLY -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] * y[i];
                    }
                }
                case DIVIDE -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] / y[i];
                    }
                }
                case REMAINDER -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] % y[i];
                    }
                }
            }
            if (type().kind() == Kind.REAL) {
                for (int i = 0; i < end; i++) {
                    values[i] = (float) values[i];
                }
            }
            check(x, y, out, selection);
        }

        private void check(double[] x, double[] y, Vector out, Selection selection) {
            boolean[] nulls = out.nulls();
            double[] values = out.doubles();
            boolean divides = operator == Operator.DIVIDE || operator == Operator.REMAINDER;
            for (int i = 0; i < selection.size(); i++) {
                int row = selection.row(i);
                if (Double.isFinite(values[row]) || nulls[row]) {
                    continue;
                }
                if (divides && y[row] == 0) {
                    throw Decimals.divisionByZero();
                }
                if (Double.isInfinite(values[row]) && Double.isFinite(x[row]) && Double.isFinite(y[row])) {
                    throw Decimals.outOfRange("of " + x[row] + " and " + y[row], type().sql());
                }
            }
        }
    }

    /// Results of up to 18 digits from operands of up to 18 digits whose types leave room: cannot fail.
    private static final class OfScaledLongs extends Arithmetic {
        private final long factorA;
        private final long factorB;

        OfScaledLongs(ColumnType type, Operator operator, Expression left, Expression right) {
            super(type, operator, left, right);
            boolean product = operator == Operator.MULTIPLY;
            this.factorA =
                    product ? 1 : Decimals.powerOfTen(type.scale() - left.type().scale());
            this.factorB = product
                    ? 1
                    : Decimals.powerOfTen(type.scale() - right.type().scale());
        }

        @Override
        void calculate(Vector a, Vector b, Vector out, Selection selection) {
            long[] x = a.longs();
            long[] y = b.longs();
            long[] values = out.longs();
            int end = selection.end();
            switch (operator) {
                case ADD -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] * factorA + y[i] * factorB;
                    }
                }
                case SUBTRACT -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] * factorA - y[i] * factorB;
                    }
                }
                default -> {
                    for (int i = 0; i < end; i++) {
                        values[i] = x[i] * y[i];
                    }
                }
            }
        }
    }

    private static final class OfDecimals extends Arithmetic {
        OfDecimals(ColumnType type, Operator operator, Expression left, Expression right) {
            super(type, operator, left, right);
        }

        @Override
        void calculate(Vector a, Vector b, Vector out, Selection selection) {
            boolean[] nulls = out.nulls();
            for (int i = 0; i < selection.size(); i++) {
                int row = selection.row(i);
                if (!nulls[row]) {
                    BigDecimal x = Decimals.read(a, row);
                    BigDecimal y = Decimals.read(b, row);
                    Decimals.store(exactDecimal(operator, x, y, type().scale()), out, row);
                }
            }
        }
    }

    /// @param scale the decimals of a quotient, which is rounded half away from zero
    private static BigDecimal exactDecimal(Operator operator, BigDecimal a, BigDecimal b, int scale) {
        if ((operator == Operator.DIVIDE || operator == Operator.REMAINDER) && b.signum() == 0) {
            throw Decimals.divisionByZero();
        }
        return switch (operator) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.subtract(b);
            case MULTIPLY -> a.multiply(b);
            case DIVIDE -> a.divide(b, scale, RoundingMode.HALF_UP);
            case REMAINDER -> a.remainder(b);
        };
    }
}

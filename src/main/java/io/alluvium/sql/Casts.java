package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ColumnType.Storage;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CAST: what becomes of a value of one type in another.
///
/// Any type becomes text and text any type. Numbers become each other, rounded half away from zero (floating ones
/// half to even), BOOLEAN and INTEGER each other. A date is a timestamp at midnight; a timestamp gives its date and
/// its time of day. TIMESTAMP is taken as UTC. Everything else is no cast.
final class Casts {

    private Casts() {}

    /// `operand` as a value of type `target`; `operand` itself when it has that type already.
    static Expression cast(Expression operand, ColumnType target) {
        ColumnType source = operand.type();
        if (source.equals(target)) {
            return operand;
        }
        if (operand instanceof Constant constant
                && constant.isLiteral()
                && constant.value().isNull(0)) {
            return nullOf(target);
        }
        if (keepsLongs(source, target)) {
            return new SameLongs(operand, target);
        }
        return new KernelCall(target, kernel(source, target), List.of(operand), true);
    }

    static Constant nullOf(ColumnType type) {
        var value = new Vector(type, 1);
        value.setNull(0);
        return Constant.literal(value);
    }

    private static boolean keepsLongs(ColumnType source, ColumnType target) {
        return switch (target.kind()) {
            case BIGINT -> source.kind() == Kind.INTEGER;
            case TIMESTAMP -> source.kind() == Kind.TIMESTAMPTZ;
            case TIMESTAMPTZ -> source.kind() == Kind.TIMESTAMP;
            case DECIMAL ->
                target.storage() == Storage.LONG
                        && source.kind() == Kind.DECIMAL
                        && source.scale() == target.scale()
                        && source.precision() <= target.precision();
            default -> false;
        };
    }

    private static Kernel kernel(ColumnType source, ColumnType target) {
        Kernel kernel = switch (target.kind()) {
            case VARCHAR, JSON -> (in, row, out) -> out.setObject(row, TextForms.write(in[0], row));
            case BOOLEAN -> toBoolean(source);
            case INTEGER, BIGINT -> toWhole(source, target);
            case REAL, DOUBLE -> toFloating(source, target);
            case DECIMAL -> toDecimal(source);
            case DATE -> toDate(source);
            case TIME -> toTime(source);
            case TIMESTAMP, TIMESTAMPTZ -> toTimestamp(source);
            case BYTEA, UUID -> null;
        };
        if (kernel != null) {
            return kernel;
        }
        if (isText(source)) {
            return (in, row, out) -> TextForms.read(in[0].getText(row), out, row);
        }
        throw new AlluviumException(
                ErrorCode.DATATYPE_MISMATCH,
                "a value of type " + source.sql() + " cannot be cast to " + target.sql(),
                "cast it to VARCHAR first if its text has the form that you want");
    }

    private static boolean isText(ColumnType type) {
        return type.kind() == Kind.VARCHAR || type.kind() == Kind.JSON;
    }

    private static @Nullable Kernel toBoolean(ColumnType source) {
        return source.kind() == Kind.INTEGER || source.kind() == Kind.BIGINT
                ? (in, row, out) -> out.setBoolean(row, in[0].getLong(row) != 0)
                : null;
    }

    private static @Nullable Kernel toWhole(ColumnType source, ColumnType target) {
        return switch (source.kind()) {
            case BOOLEAN, INTEGER, BIGINT ->
                (in, row, out) -> out.setLong(row, Decimals.checkRange(in[0].getLong(row), target));
            case REAL, DOUBLE -> (in, row, out) -> out.setLong(row, nearest(in[0].getDouble(row), target));
            case DECIMAL -> (in, row, out) -> out.setLong(row, Decimals.toLong(in[0].getDecimal(row), target));
            default -> null;
        };
    }

    private static long nearest(double value, ColumnType target) {
        double rounded = Math.rint(value);
        if (!(rounded >= -0x1p63 && rounded < 0x1p63)) {
            throw Decimals.outOfRange(value, target.sql());
        }
        return Decimals.checkRange((long) rounded, target);
    }

    private static @Nullable Kernel toFloating(ColumnType source, ColumnType target) {
        boolean real = target.kind() == Kind.REAL;
        return switch (source.kind()) {
            case INTEGER, BIGINT ->
                (in, row, out) -> out.setDouble(row, real ? (float) in[0].getLong(row) : (double) in[0].getLong(row));
            case DECIMAL ->
                (in, row, out) -> {
                    double value = in[0].getDecimal(row).doubleValue();
                    out.setDouble(row, real ? (float) value : value);
                };
            case REAL, DOUBLE ->
                (in, row, out) -> {
                    double value = in[0].getDouble(row);
                    double narrowed = real ? (float) value : value;
                    if (Double.isInfinite(narrowed) && !Double.isInfinite(value)) {
                        throw Decimals.outOfRange(value, target.sql());
                    }
                    out.setDouble(row, narrowed);
                };
            default -> null;
        };
    }

    private static @Nullable Kernel toDecimal(ColumnType source) {
        return source.isNumeric() ? (in, row, out) -> Decimals.store(Decimals.read(in[0], row), out, row) : null;
    }

    private static @Nullable Kernel toDate(ColumnType source) {
        return isTimestamp(source)
                ? (in, row, out) -> out.setLong(row, Math.floorDiv(in[0].getLong(row), DateTimes.MICROS_PER_DAY))
                : null;
    }

    private static @Nullable Kernel toTime(ColumnType source) {
        return isTimestamp(source)
                ? (in, row, out) -> out.setLong(row, Math.floorMod(in[0].getLong(row), DateTimes.MICROS_PER_DAY))
                : null;
    }

    private static @Nullable Kernel toTimestamp(ColumnType source) {
        return source.kind() == Kind.DATE
                ? (in, row, out) -> out.setLong(row, Math.multiplyExact(in[0].getLong(row), DateTimes.MICROS_PER_DAY))
                : null;
    }

    private static boolean isTimestamp(ColumnType type) {
        return type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMPTZ;
    }

    /// A cast between types whose values are the same longs.
    private static final class SameLongs extends Computed {
        private final Expression operand;

        SameLongs(Expression operand, ColumnType type) {
            super(type);
            this.operand = operand;
        }

        @Override
        public Vector evaluate(RowBatch input, Selection selection) {
            Vector value = operand.evaluate(input, selection);
            Vector out = result(selection);
            System.arraycopy(value.longs(), 0, out.longs(), 0, selection.end());
            System.arraycopy(value.nulls(), 0, out.nulls(), 0, selection.end());
            return out;
        }
    }
}

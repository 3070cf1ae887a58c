package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// Calculation with intervals, which are microseconds (DAY to SECOND) or months (YEAR and MONTH).
final class Intervals {

    private static final long MICROS_PER_MILLI = 1_000;

    private Intervals() {}

    /// Whether `+`, `-`, `*` or `/` has to do with intervals or moments.
    static boolean involve(RexCall call) {
        return isSpecial(call.getType()) || call.operands.stream().anyMatch(operand -> isSpecial(operand.getType()));
    }

    private static boolean isSpecial(RelDataType type) {
        return SqlTypeUtil.isInterval(type) || SqlTypeUtil.isDatetime(type);
    }

    private static boolean isMonths(RelDataType type) {
        return SqlTypeUtil.isInterval(type) && type.getSqlTypeName().isYearMonth();
    }

    static Expression calculation(RexCall call, ColumnType type, List<Expression> operands) {
        RelDataType left = call.operands.get(0).getType();
        RelDataType right = call.operands.get(1).getType();
        boolean minus = call.getKind() == SqlKind.MINUS;
        if (SqlTypeUtil.isDatetime(left) && SqlTypeUtil.isInterval(right)) {
            return shifted(type, operands.get(0), operands.get(1), isMonths(right), minus);
        }
        if (SqlTypeUtil.isInterval(left) && SqlTypeUtil.isDatetime(right) && !minus) {
            return shifted(type, operands.get(1), operands.get(0), isMonths(left), false);
        }
        if (SqlTypeUtil.isDatetime(left) && SqlTypeUtil.isDatetime(right)) {
            return difference(call, operands.get(0), operands.get(1));
        }
        Arithmetic.Operator operator = switch (call.getKind()) {
            case PLUS -> Arithmetic.Operator.ADD;
            case MINUS -> Arithmetic.Operator.SUBTRACT;
            case TIMES -> Arithmetic.Operator.MULTIPLY;
            case DIVIDE -> Arithmetic.Operator.DIVIDE;
            default -> throw ExpressionCompiler.notSupported(call.toString());
        };
        return Arithmetic.of(
                ColumnType.BIGINT,
                operator,
                Casts.cast(operands.get(0), ColumnType.BIGINT),
                Casts.cast(operands.get(1), ColumnType.BIGINT));
    }

    /// A moment and an interval later or earlier.
    private static Expression shifted(
            ColumnType type, Expression moment, Expression interval, boolean months, boolean minus) {
        Expression converted = type.kind() == Kind.TIME ? moment : Casts.cast(moment, type);
        boolean isDate = type.kind() == Kind.DATE;
        boolean isTime = type.kind() == Kind.TIME;
        Kernel kernel = (in, row, out) -> {
            long value = in[0].getLong(row);
            long by = minus ? Math.negateExact(in[1].getLong(row)) : in[1].getLong(row);
            try {
                out.setLong(row, months ? plusMonths(value, by, isDate) : plusMicros(value, by, isDate, isTime));
            } catch (ArithmeticException | DateTimeException e) {
                throw new AlluviumException(
                        ErrorCode.NUMERIC_OUT_OF_RANGE,
                        "the sum is out of range for " + type,
                        "add a shorter interval",
                        e);
            }
        };
        return new KernelCall(type, kernel, List.of(converted, interval), true);
    }

    private static long plusMicros(long value, long micros, boolean isDate, boolean isTime) {
        if (isDate) {
            return Math.addExact(value, Math.floorDiv(micros, DateTimes.MICROS_PER_DAY));
        }
        long sum = Math.addExact(value, micros);
        return isTime ? Math.floorMod(sum, DateTimes.MICROS_PER_DAY) : sum;
    }

    private static long plusMonths(long value, long months, boolean isDate) {
        long days = isDate ? value : Math.floorDiv(value, DateTimes.MICROS_PER_DAY);
        long shifted = LocalDate.ofEpochDay(days).plusMonths(months).toEpochDay();
        return isDate
                ? shifted
                : Math.addExact(
                        Math.multiplyExact(shifted, DateTimes.MICROS_PER_DAY),
                        Math.floorMod(value, DateTimes.MICROS_PER_DAY));
    }

    private static Expression difference(RexCall call, Expression left, Expression right) {
        boolean months = isMonths(call.getType());
        boolean times = left.type().kind() == Kind.TIME;
        ColumnType common = times ? ColumnType.TIME : ColumnType.TIMESTAMP;
        Kernel kernel = (in, row, out) -> {
            long a = in[0].getLong(row);
            long b = in[1].getLong(row);
            out.setLong(row, months ? monthsBetween(b, a) : Math.subtractExact(a, b));
        };
        return new KernelCall(
                ColumnType.BIGINT, kernel, List.of(Casts.cast(left, common), Casts.cast(right, common)), true);
    }

    /// The whole months from one moment to another, negative when the other one is earlier.
    private static long monthsBetween(long from, long to) {
        if (to < from) {
            return -monthsBetween(to, from);
        }
        LocalDate first = LocalDate.ofEpochDay(Math.floorDiv(from, DateTimes.MICROS_PER_DAY));
        LocalDate last = LocalDate.ofEpochDay(Math.floorDiv(to, DateTimes.MICROS_PER_DAY));
        long months = java.time.temporal.ChronoUnit.MONTHS.between(first, last);
        boolean tooMany = plusMonths(from, months, false) > to;
        return tooMany ? months - 1 : months;
    }

    /// What Calcite means by an interval as a plain number, and the other way round: milliseconds or months.
    static Expression reinterpreted(Expression value, RelDataType from, RelDataType to) {
        boolean toNumber = SqlTypeUtil.isInterval(from);
        if (toNumber == SqlTypeUtil.isInterval(to) || isMonths(toNumber ? from : to)) {
            return value;
        }
        Kernel kernel = toNumber
                ? (in, row, out) -> out.setLong(row, in[0].getLong(row) / MICROS_PER_MILLI)
                : (in, row, out) -> out.setLong(row, Math.multiplyExact(in[0].getLong(row), MICROS_PER_MILLI));
        Expression whole = Casts.cast(value, ColumnType.BIGINT);
        return Casts.cast(
                new KernelCall(ColumnType.BIGINT, kernel, List.of(whole), true), ExpressionCompiler.valueType(to));
    }

    /// Between intervals, and between an interval and the number of its leading unit.
    static Expression cast(Expression value, RelDataType from, RelDataType to) {
        if (SqlTypeUtil.isInterval(from) && SqlTypeUtil.isInterval(to)) {
            return value;
        }
        if (SqlTypeUtil.isInterval(from)) {
            long unit = unit(Objects.requireNonNull(from.getIntervalQualifier()));
            Kernel kernel = (in, row, out) -> out.setLong(row, in[0].getLong(row) / unit);
            Expression whole = new KernelCall(ColumnType.BIGINT, kernel, List.of(value), true);
            return Casts.cast(whole, ExpressionCompiler.valueType(to));
        }
        long unit = unit(Objects.requireNonNull(to.getIntervalQualifier()));
        var factor = new Vector(ColumnType.BIGINT, 1);
        factor.setLong(0, unit);
        return Arithmetic.of(
                ColumnType.BIGINT,
                Arithmetic.Operator.MULTIPLY,
                Casts.cast(value, ColumnType.BIGINT),
                Constant.literal(factor));
    }

    /// One of the leading unit in microseconds or months.
    private static long unit(SqlIntervalQualifier qualifier) {
        BigDecimal multiplier = qualifier.getStartUnit().multiplier;
        return qualifier.isYearMonth()
                ? multiplier.longValueExact()
                : multiplier.multiply(BigDecimal.valueOf(MICROS_PER_MILLI)).longValueExact();
    }
}

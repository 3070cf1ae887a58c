package io.alluvium.sql;

import static io.alluvium.sql.AlluviumFunction.Argument.ANY;
import static io.alluvium.sql.AlluviumFunction.Argument.DOUBLE;
import static io.alluvium.sql.AlluviumFunction.Argument.NUMBER;
import static io.alluvium.sql.AlluviumFunction.Argument.WHOLE;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/// Functions of numbers by their PostgreSQL names, and GREATEST and LEAST of anything.
final class NumberFunctions {

    private NumberFunctions() {}

    static List<AlluviumFunction> all() {
        return List.of(
                rounding("ROUND", RoundingMode.HALF_UP),
                rounding("TRUNC", RoundingMode.DOWN),
                real("SQRT", Math::sqrt),
                real("CBRT", Math::cbrt),
                real("EXP", Math::exp),
                real("LN", Math::log),
                real("LOG", Math::log10),
                real("LOG10", Math::log10),
                real("SIN", Math::sin),
                real("COS", Math::cos),
                real("TAN", Math::tan),
                real("ASIN", Math::asin),
                real("ACOS", Math::acos),
                real("ATAN", Math::atan),
                real("DEGREES", Math::toDegrees),
                real("RADIANS", Math::toRadians),
                AlluviumFunction.named("ATAN2")
                        .arguments(DOUBLE, DOUBLE)
                        .gives(ColumnType.DOUBLE)
                        .by((in, row, out) ->
                                out.setDouble(row, Math.atan2(in[0].getDouble(row), in[1].getDouble(row)))),
                power("POWER"),
                power("POW"),
                AlluviumFunction.named("PI")
                        .arguments()
                        .gives(ColumnType.DOUBLE)
                        .by((in, row, out) -> out.setDouble(row, Math.PI)),
                AlluviumFunction.named("SIGN")
                        .arguments(NUMBER)
                        .gives(ColumnType.INTEGER)
                        .by((in, row, out) -> out.setLong(row, sign(in[0], row))),
                extreme("GREATEST", 1),
                extreme("LEAST", -1));
    }

    private static AlluviumFunction real(String name, DoubleUnaryOperator function) {
        return AlluviumFunction.named(name)
                .arguments(DOUBLE)
                .gives(ColumnType.DOUBLE)
                .by((in, row, out) -> {
                    double argument = in[0].getDouble(row);
                    double value = function.applyAsDouble(argument);
                    if (!Double.isFinite(value) && Double.isFinite(argument)) {
                        throw noValue(name + "(" + argument + ")", name);
                    }
                    out.setDouble(row, value);
                });
    }

    private static AlluviumFunction power(String name) {
        return AlluviumFunction.named(name)
                .arguments(DOUBLE, DOUBLE)
                .gives(ColumnType.DOUBLE)
                .by((in, row, out) -> {
                    double base = in[0].getDouble(row);
                    double exponent = in[1].getDouble(row);
                    double value = Math.pow(base, exponent);
                    if (!Double.isFinite(value) && Double.isFinite(base) && Double.isFinite(exponent)) {
                        throw noValue(name + "(" + base + ", " + exponent + ")", name);
                    }
                    out.setDouble(row, value);
                });
    }

    /// A call with numbers that gives none.
    private static AlluviumException noValue(String call, String function) {
        String takes = switch (function) {
            case "SQRT" -> "numbers from 0 on";
            case "LN", "LOG", "LOG10" -> "numbers above 0";
            case "ASIN", "ACOS" -> "numbers from -1 to 1";
            case "POWER", "POW" ->
                "whole exponents of negative numbers, exponents above 0 of 0, and results below 1.8e308";
            default -> "numbers whose result is below 1.8e308";
        };
        return new AlluviumException(
                ErrorCode.NUMERIC_OUT_OF_RANGE,
                call + " has no value that DOUBLE holds",
                function + " takes " + takes + "; leave other rows out with WHERE, or give them NULL with CASE");
    }

    private static int sign(Vector vector, int row) {
        return switch (vector.storage()) {
            case LONG -> Long.signum(vector.getLong(row));
            case DOUBLE -> (int) Math.signum(vector.getDouble(row));
            case OBJECT -> vector.getDecimal(row).signum();
        };
    }

    /// `round(number[, digits])`: of a DECIMAL one with that many decimals, but no more than it had.
    private static AlluviumFunction rounding(String name, RoundingMode mode) {
        return AlluviumFunction.named(name)
                .arguments(NUMBER)
                .optional(WHOLE)
                .gives(NumberFunctions::roundedType)
                .by((types, result) -> switch (types.getFirst().kind()) {
                    case REAL, DOUBLE ->
                        (in, row, out) -> out.setDouble(row, rounded(in[0].getDouble(row), digits(in, row), mode));
                    default ->
                        (in, row, out) ->
                                Decimals.store(Decimals.read(in[0], row).setScale(digits(in, row), mode), out, row);
                });
    }

    private static RelDataType roundedType(SqlOperatorBinding binding) {
        ColumnType type = SqlTypes.columnType(binding.getOperandType(0));
        int scale = type.kind() == Kind.DECIMAL ? resultScale(binding, type.scale()) : 0;
        ColumnType result = type.kind() == Kind.DECIMAL
                ? SqlTypes.decimal(Math.min(ColumnType.MAX_DIGITS, type.precision() - type.scale() + 1 + scale), scale)
                : type;
        return SqlTypes.relType(binding.getTypeFactory(), result, false);
    }

    /// The digits that are asked for where they are written, else those that there are.
    private static int resultScale(SqlOperatorBinding binding, int scale) {
        if (binding.getOperandCount() == 1) {
            return 0;
        }
        if (!binding.isOperandLiteral(1, false)) {
            return scale;
        }
        Integer digits = binding.getOperandLiteralValue(1, Integer.class);
        return digits == null ? scale : Math.clamp(digits, 0, scale);
    }

    private static int digits(Vector[] in, int row) {
        return in.length > 1 ? Math.clamp(in[1].getLong(row), -ColumnType.MAX_DIGITS, ColumnType.MAX_DIGITS) : 0;
    }

    private static double rounded(double value, int digits, RoundingMode mode) {
        if (!Double.isFinite(value)) {
            return value;
        }
        RoundingMode used = mode == RoundingMode.HALF_UP && digits == 0 ? RoundingMode.HALF_EVEN : mode;
        return new BigDecimal(Double.toString(value)).setScale(digits, used).doubleValue();
    }

    private static AlluviumFunction extreme(String name, int sign) {
        return AlluviumFunction.named(name)
                .arguments(ANY)
                .variadic()
                .acceptsNull()
                .gives(ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.FORCE_NULLABLE))
                .by((types, result) -> (in, row, out) -> extreme(in, row, out, sign));
    }

    /// The greatest or least of the values that are not NULL, NULL when all are.
    private static void extreme(Vector[] in, int row, Vector out, int sign) {
        int best = -1;
        for (int i = 0; i < in.length; i++) {
            if (!in[i].isNull(row) && (best < 0 || sign * ValueOrder.compare(in[i], row, in[best], row) > 0)) {
                best = i;
            }
        }
        if (best < 0) {
            out.setNull(row);
        } else {
            out.copyFrom(in[best], row, row);
        }
    }
}

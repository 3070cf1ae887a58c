package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import io.alluvium.data.ColumnType.Kind;
import io.alluvium.data.ValueOrder;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/// Calcite's row expressions to [Expression]s.
///
/// The order of evaluation is that of AND, OR and CASE as written; NULL and errors follow PostgreSQL. Intervals
/// exist only inside of expressions, as a number of microseconds or of months.
public final class ExpressionCompiler {

    private final List<ColumnType> inputTypes;
    private final Parameters parameters;

    private ExpressionCompiler(List<ColumnType> inputTypes, Parameters parameters) {
        this.inputTypes = inputTypes;
        this.parameters = parameters;
    }

    /// @param inputTypes the types of the batch's columns, to which the input references of `node` refer
    /// @param parameters what the expression reads its parameters from, each time that it is evaluated
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED for what cannot be evaluated, such as a sub-query
    public static Expression compile(RexNode node, List<ColumnType> inputTypes, Parameters parameters) {
        return new ExpressionCompiler(inputTypes, parameters).compile(node);
    }

    public static List<Expression> compileAll(
            List<? extends RexNode> nodes, List<ColumnType> inputTypes, Parameters parameters) {
        var compiler = new ExpressionCompiler(inputTypes, parameters);
        return compiler.compileAll(nodes);
    }

    /// Compiles `node` as a value of `type`, which it is cast to.
    public static Expression compileAs(
            RexNode node, ColumnType type, List<ColumnType> inputTypes, Parameters parameters) {
        return Casts.cast(compile(node, inputTypes, parameters), type);
    }

    /// `expression` as a value of `type`.
    public static Expression cast(Expression expression, ColumnType type) {
        return Casts.cast(expression, type);
    }

    /// A column of the batch itself.
    public static Expression column(int index, ColumnType type) {
        return new InputColumn(index, type);
    }

    /// The type in which values of two types compare.
    ///
    /// @throws AlluviumException DATATYPE_MISMATCH when they do not compare
    public static ColumnType comparisonType(ColumnType a, ColumnType b) {
        return CommonType.of(a, b);
    }

    /// The type of an expression's values; intervals are whole numbers.
    public static ColumnType valueType(RelDataType type) {
        return SqlTypeUtil.isInterval(type) ? ColumnType.BIGINT : SqlTypes.columnType(type);
    }

    /// A value of `type` from a literal of Calcite's, in row 0 of a new vector.
    static Vector literal(RexLiteral literal, ColumnType type) {
        var value = new Vector(type, 1);
        if (literal.isNull()) {
            value.setNull(0);
            return value;
        }
        switch (type.kind()) {
            case BOOLEAN -> value.setBoolean(0, RexLiteral.booleanValue(literal));
            case INTEGER, BIGINT, REAL, DOUBLE, DECIMAL -> Decimals.store(number(literal), value, 0);
            case VARCHAR, JSON -> value.setObject(0, Objects.requireNonNull(literal.getValueAs(String.class)));
            case DATE -> TextForms.read(literal.getValueAs(DateString.class) + "", value, 0);
            case TIME -> TextForms.read(literal.getValueAs(TimeString.class) + "", value, 0);
            case TIMESTAMP, TIMESTAMPTZ -> TextForms.read(literal.getValueAs(TimestampString.class) + "", value, 0);
            case UUID -> value.setObject(0, Objects.requireNonNull(literal.getValueAs(UUID.class)));
            case BYTEA ->
                value.setObject(
                        0,
                        Objects.requireNonNull(literal.getValueAs(ByteString.class))
                                .getBytes());
        }
        return value;
    }

    private static BigDecimal number(RexLiteral literal) {
        BigDecimal number = Objects.requireNonNull(literal.getValueAs(BigDecimal.class));
        boolean dayTime = SqlTypeUtil.isInterval(literal.getType())
                && !literal.getType().getSqlTypeName().isYearMonth();
        return dayTime ? number.multiply(BigDecimal.valueOf(1000)) : number;
    }

    private List<Expression> compileAll(List<? extends RexNode> nodes) {
        var compiled = new ArrayList<Expression>(nodes.size());
        for (RexNode node : nodes) {
            compiled.add(compile(node));
        }
        return compiled;
    }

    private Expression compile(RexNode node) {
        Expression compiled = uncounted(node);
        return compiled instanceof KernelCall call ? call.countedIn(parameters) : compiled;
    }

    private Expression uncounted(RexNode node) {
        return switch (node) {
            case RexInputRef reference -> new InputColumn(reference.getIndex(), inputTypes.get(reference.getIndex()));
            case RexLiteral literal -> Constant.literal(literal(literal, valueType(literal.getType())));
            case RexDynamicParam parameter -> parameter(parameter);
            case RexCall call -> call(call);
            default -> throw notSupported(node.toString());
        };
    }

    private Expression parameter(RexDynamicParam parameter) {
        Expression value = Constant.variable(parameters.value(parameter.getIndex()));
        return Casts.cast(value, valueType(parameter.getType()));
    }

    private Expression call(RexCall call) {
        return switch (call.getKind()) {
            case AND -> Connective.and(compileAll(call.operands));
            case OR -> Connective.or(compileAll(call.operands));
            case NOT -> test(TruthTest.Test.NOT, call);
            case IS_NULL, IS_UNKNOWN -> test(TruthTest.Test.IS_NULL, call);
            case IS_NOT_NULL -> test(TruthTest.Test.IS_NOT_NULL, call);
            case IS_TRUE -> test(TruthTest.Test.IS_TRUE, call);
            case IS_NOT_TRUE -> test(TruthTest.Test.IS_NOT_TRUE, call);
            case IS_FALSE -> test(TruthTest.Test.IS_FALSE, call);
            case IS_NOT_FALSE -> test(TruthTest.Test.IS_NOT_FALSE, call);
            case EQUALS -> comparison(Comparison.Operator.EQUAL, call);
            case NOT_EQUALS -> comparison(Comparison.Operator.NOT_EQUAL, call);
            case LESS_THAN -> comparison(Comparison.Operator.LESS, call);
            case LESS_THAN_OR_EQUAL -> comparison(Comparison.Operator.LESS_OR_EQUAL, call);
            case GREATER_THAN -> comparison(Comparison.Operator.GREATER, call);
            case GREATER_THAN_OR_EQUAL -> comparison(Comparison.Operator.GREATER_OR_EQUAL, call);
            case IS_DISTINCT_FROM -> distinct(call, true);
            case IS_NOT_DISTINCT_FROM -> distinct(call, false);
            case SEARCH -> search(call);
            case CASE -> caseOf(call);
            case COALESCE -> coalesce(call);
            case CAST, REINTERPRET -> cast(call);
            default -> function(call);
        };
    }

    private Expression function(RexCall call) {
        ColumnType type = valueType(call.getType());
        if (call.getOperator() instanceof AlluviumFunction function) {
            return function.call(type, compileAll(call.operands));
        }
        return switch (call.getKind()) {
            case PLUS, MINUS, TIMES, DIVIDE, MOD -> calculation(call, type);
            case MINUS_PREFIX -> negative(call, type);
            case PLUS_PREFIX -> compile(call.operands.getFirst());
            default -> BuiltIns.call(call, type, this::compile, parameters);
        };
    }

    private Expression test(TruthTest.Test test, RexCall call) {
        return new TruthTest(test, compile(call.operands.getFirst()));
    }

    private Expression comparison(Comparison.Operator operator, RexCall call) {
        return compare(operator, compile(call.operands.get(0)), compile(call.operands.get(1)));
    }

    static Expression compare(Comparison.Operator operator, Expression left, Expression right) {
        ColumnType type = CommonType.of(left.type(), right.type());
        return new Comparison(operator, Casts.cast(left, type), Casts.cast(right, type));
    }

    private Expression distinct(RexCall call, boolean distinct) {
        Expression left = compile(call.operands.get(0));
        Expression right = compile(call.operands.get(1));
        ColumnType type = CommonType.of(left.type(), right.type());
        Kernel kernel = (in, row, out) -> {
            boolean nullA = in[0].isNull(row);
            boolean nullB = in[1].isNull(row);
            boolean same = (nullA || nullB) ? nullA == nullB : ValueOrder.compare(in[0], row, in[1], row) == 0;
            out.setBoolean(row, same != distinct);
        };
        return new KernelCall(
                ColumnType.BOOLEAN, kernel, List.of(Casts.cast(left, type), Casts.cast(right, type)), false);
    }

    private Expression search(RexCall call) {
        Expression operand = compile(call.operands.getFirst());
        return Membership.of(call, operand).orElseGet(() -> {
            RexNode expanded = RexUtil.expandSearch(new RexBuilder(SqlTypes.newFactory()), null, call);
            return compile(expanded);
        });
    }

    private Expression caseOf(RexCall call) {
        ColumnType type = valueType(call.getType());
        var conditions = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        int pairs = call.operands.size() / 2;
        for (int i = 0; i < pairs; i++) {
            conditions.add(compile(call.operands.get(2 * i)));
            values.add(Casts.cast(compile(call.operands.get(2 * i + 1)), type));
        }
        return new CaseExpression(type, conditions, values, Casts.cast(compile(call.operands.getLast()), type));
    }

    private Expression coalesce(RexCall call) {
        ColumnType type = valueType(call.getType());
        var conditions = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        for (RexNode operand : call.operands.subList(0, call.operands.size() - 1)) {
            conditions.add(new TruthTest(TruthTest.Test.IS_NOT_NULL, compile(operand)));
            values.add(Casts.cast(compile(operand), type));
        }
        return new CaseExpression(type, conditions, values, Casts.cast(compile(call.operands.getLast()), type));
    }

    private Expression cast(RexCall call) {
        RexNode operand = call.operands.getFirst();
        Expression value = compile(operand);
        boolean interval = SqlTypeUtil.isInterval(call.getType()) || SqlTypeUtil.isInterval(operand.getType());
        if (interval && call.getKind() == SqlKind.REINTERPRET) {
            return Intervals.reinterpreted(value, operand.getType(), call.getType());
        }
        if (interval) {
            return Intervals.cast(value, operand.getType(), call.getType());
        }
        int limit = SqlTypes.textLimit(call.getType());
        Expression converted = Casts.cast(value, valueType(call.getType()));
        return limit < 0 ? converted : TextFunctions.truncated(converted, limit);
    }

    private Expression calculation(RexCall call, ColumnType type) {
        if (Intervals.involve(call)) {
            return Intervals.calculation(call, type, compileAll(call.operands));
        }
        Arithmetic.Operator operator = switch (call.getKind()) {
            case PLUS -> Arithmetic.Operator.ADD;
            case MINUS -> Arithmetic.Operator.SUBTRACT;
            case TIMES -> Arithmetic.Operator.MULTIPLY;
            case DIVIDE -> Arithmetic.Operator.DIVIDE;
            default -> Arithmetic.Operator.REMAINDER;
        };
        return arithmetic(operator, type, compile(call.operands.get(0)), compile(call.operands.get(1)));
    }

    static Expression arithmetic(Arithmetic.Operator operator, ColumnType type, Expression left, Expression right) {
        if (type.kind() == Kind.DECIMAL
                && left.type().isNumeric()
                && right.type().isNumeric()) {
            return Arithmetic.of(type, operator, left, right);
        }
        boolean floating = type.kind() == Kind.REAL || type.kind() == Kind.DOUBLE;
        ColumnType operands = floating ? ColumnType.DOUBLE : ColumnType.BIGINT;
        boolean whole = !floating && isWhole(left.type()) && isWhole(right.type());
        if (floating || whole) {
            return Arithmetic.of(type, operator, Casts.cast(left, operands), Casts.cast(right, operands));
        }
        ColumnType wide = ColumnType.decimal(
                ColumnType.MAX_DIGITS,
                Math.max(left.type().scale(), right.type().scale()));
        return Casts.cast(Arithmetic.of(wide, operator, left, right), type);
    }

    private static boolean isWhole(ColumnType type) {
        return type.kind() == Kind.INTEGER || type.kind() == Kind.BIGINT;
    }

    private Expression negative(RexCall call, ColumnType type) {
        Expression operand = compile(call.operands.getFirst());
        var zero = new Vector(operand.type(), 1);
        Decimals.store(BigDecimal.ZERO, zero, 0);
        Kernel kernel = switch (operand.type().kind()) {
            case REAL, DOUBLE -> (in, row, out) -> out.setDouble(row, -in[0].getDouble(row));
            case DECIMAL ->
                (in, row, out) -> Decimals.store(in[0].getDecimal(row).negate(), out, row);
            default -> null;
        };
        return kernel == null
                ? arithmetic(Arithmetic.Operator.SUBTRACT, type, Constant.literal(zero), operand)
                : Casts.cast(new KernelCall(operand.type(), kernel, List.of(operand), true), type);
    }

    static AlluviumException notSupported(String what) {
        return new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                what + " cannot be evaluated here",
                "SHOW FUNCTIONS lists the functions that there are");
    }
}

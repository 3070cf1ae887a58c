package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.jspecify.annotations.Nullable;

/// A function of ours: its name and types for the validator together with what computes it.
final class AlluviumFunction extends SqlFunction {

    private static final long serialVersionUID = 1L;

    /// What an argument may be, and as what the kernel gets it.
    enum Argument {
        TEXT(SqlTypeFamily.CHARACTER, ColumnType.VARCHAR),
        WHOLE(SqlTypeFamily.NUMERIC, ColumnType.BIGINT),
        DOUBLE(SqlTypeFamily.NUMERIC, ColumnType.DOUBLE),
        BOOLEAN(SqlTypeFamily.BOOLEAN, ColumnType.BOOLEAN),
        BYTES(SqlTypeFamily.BINARY, ColumnType.BYTEA),
        /// Any number, as it is.
        NUMBER(SqlTypeFamily.NUMERIC, null),
        /// A date, time or timestamp, as it is.
        MOMENT(SqlTypeFamily.DATETIME, null),
        /// A date or a timestamp, as a timestamp.
        TIMESTAMP(SqlTypeFamily.DATETIME, ColumnType.TIMESTAMP),
        /// Anything, as a value of the type that the function gives.
        ANY(SqlTypeFamily.ANY, null),
        /// Anything, as text.
        ANY_AS_TEXT(SqlTypeFamily.ANY, ColumnType.VARCHAR);

        private final SqlTypeFamily family;

        @SuppressWarnings("ImmutableEnumChecker") // A record of an enum and two numbers.
        private final @Nullable ColumnType type;

        Argument(SqlTypeFamily family, @Nullable ColumnType type) {
            this.family = family;
            this.type = type;
        }
    }

    private final transient List<Argument> arguments;
    private final int required;
    private final boolean variadic;
    private final boolean strict;
    private final transient Kernel.Factory kernels;

    private AlluviumFunction(Definition definition, Kernel.Factory kernels) {
        super(
                definition.name,
                SqlKind.OTHER_FUNCTION,
                definition.strict
                        ? definition.result.andThen(SqlTypeTransforms.TO_NULLABLE)
                        : definition.result.andThen(SqlTypeTransforms.FORCE_NULLABLE),
                null,
                definition.checker(),
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
        this.arguments = List.copyOf(definition.arguments);
        this.required = definition.required;
        this.variadic = definition.variadic;
        this.strict = definition.strict;
        this.kernels = kernels;
    }

    static Definition named(String name) {
        return new Definition(name);
    }

    /// The call of this function on `operands`, which are converted to the types that the kernel wants.
    Expression call(ColumnType result, List<Expression> operands) {
        var converted = new ArrayList<Expression>();
        for (int i = 0; i < operands.size(); i++) {
            Argument argument = arguments.get(Math.min(i, arguments.size() - 1));
            ColumnType wanted = argument == Argument.ANY ? result : argument.type;
            Expression operand = operands.get(i);
            converted.add(wanted == null ? operand : Casts.cast(operand, wanted));
        }
        List<ColumnType> types = converted.stream().map(Expression::type).toList();
        return new KernelCall(result, kernels.kernel(types, result), converted, strict);
    }

    /// The name with its arguments, such as `lpad(text, whole[, text])`.
    String signature() {
        var out = new StringBuilder(getName().toLowerCase(Locale.ROOT)).append('(');
        for (int i = 0; i < arguments.size(); i++) {
            out.append(i == required ? "[" : "").append(i == 0 ? "" : ", ");
            out.append(arguments.get(i).name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return out.append(variadic ? ", …" : required < arguments.size() ? "]" : "")
                .append(')')
                .toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /// A function in the making.
    static final class Definition {
        private final String name;
        private List<Argument> arguments = List.of();
        private int required;
        private boolean variadic;
        private boolean strict = true;
        private SqlReturnTypeInference result = ReturnTypes.ARG0;

        private Definition(String name) {
            this.name = name;
        }

        Definition arguments(Argument... all) {
            arguments = List.of(all);
            required = all.length;
            return this;
        }

        /// More arguments that may be left out.
        Definition optional(Argument... more) {
            arguments = java.util.stream.Stream.concat(arguments.stream(), List.of(more).stream())
                    .collect(Collectors.toList());
            return this;
        }

        /// The last argument may come any number of times.
        Definition variadic() {
            variadic = true;
            return this;
        }

        /// The kernel is asked for NULL arguments too.
        Definition acceptsNull() {
            strict = false;
            return this;
        }

        Definition gives(ColumnType type) {
            result = binding -> SqlTypes.relType(binding.getTypeFactory(), type, false);
            return this;
        }

        Definition gives(SqlReturnTypeInference inference) {
            result = inference;
            return this;
        }

        AlluviumFunction by(Kernel kernel) {
            return new AlluviumFunction(this, (types, resultType) -> kernel);
        }

        AlluviumFunction by(Kernel.Factory kernels) {
            return new AlluviumFunction(this, kernels);
        }

        private SqlOperandTypeChecker checker() {
            if (variadic) {
                SqlOperandCountRange range = SqlOperandCountRanges.from(required);
                return OperandTypes.variadic(range);
            }
            List<SqlTypeFamily> families = arguments.stream().map(a -> a.family).toList();
            return OperandTypes.family(families, i -> i >= required);
        }
    }
}

package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Parameters;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.jspecify.annotations.Nullable;

/// Sets the parameters of a run: those that the caller gives and the literals that were lifted.
final class ParameterValues {

    private ParameterValues() {}

    /// @param given null, Boolean, Long, BigDecimal or String; a value of another type than its parameter is
    ///     read from its text
    static void set(Parameters parameters, List<@Nullable Object> given, int wanted, List<SqlLiteral> literals) {
        if (given.size() != wanted) {
            throw new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    "the statement has " + wanted + " parameters, but " + given.size() + " values were given",
                    "give one value for each ? or $n");
        }
        for (int i = 0; i < wanted; i++) {
            set(parameters, i, given.get(i));
        }
        for (int i = 0; i < literals.size(); i++) {
            parameters.set(wanted + i, value(literals.get(i)));
        }
    }

    private static void set(Parameters parameters, int index, @Nullable Object value) {
        ColumnType.Kind kind = parameters.type(index).kind();
        boolean fits = switch (value) {
            case null -> true;
            case Long ignored -> kind == ColumnType.Kind.BIGINT || kind == ColumnType.Kind.DOUBLE;
            case Boolean ignored -> kind == ColumnType.Kind.BOOLEAN;
            case BigDecimal ignored -> kind == ColumnType.Kind.DECIMAL || kind == ColumnType.Kind.DOUBLE;
            default -> false;
        };
        if (fits) {
            parameters.set(index, value);
        } else {
            parameters.setText(
                    index, value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value));
        }
    }

    private static @Nullable Object value(SqlLiteral literal) {
        return literal instanceof SqlNumericLiteral number
                ? number.bigDecimalValue()
                : literal.getValueAs(String.class);
    }
}

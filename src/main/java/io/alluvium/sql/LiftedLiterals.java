package io.alluvium.sql;

import io.alluvium.data.ColumnType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/// Literals of one query that its plan shall have as parameters, so that it serves the same query with other
/// literals. They are validated as the literals that they are. Used by one thread for one statement.
public final class LiftedLiterals {

    private final List<SqlLiteral> literals;
    private final Map<SqlParserPos, Integer> places = new HashMap<>();
    private final @Nullable ColumnType[] types;
    private int first;

    public LiftedLiterals(List<SqlLiteral> literals) {
        this.literals = List.copyOf(literals);
        this.types = new ColumnType[literals.size()];
        for (int i = 0; i < literals.size(); i++) {
            places.put(literals.get(i).getParserPosition(), i);
        }
    }

    /// The first of them gets this number as a parameter.
    void follow(int parameters) {
        first = parameters;
    }

    /// The parameter for a literal that is lifted, else `plain`.
    RexNode parameter(SqlLiteral literal, RexNode plain, RexBuilder builder) {
        Integer place = places.get(literal.getParserPosition());
        if (place == null || !literals.get(place).equalsDeep(literal, Litmus.IGNORE)) {
            return plain;
        }
        types[place] = SqlTypes.columnType(plain.getType());
        return builder.makeDynamicParam(plain.getType(), first + place);
    }

    /// Whether each of them has become a parameter; a plan where one has not serves this one query alone.
    public boolean areAllParameters() {
        for (ColumnType type : types) {
            if (type == null) {
                return false;
            }
        }
        return places.size() == literals.size();
    }

    /// The types of the parameters that the literals have become, in order.
    public List<ColumnType> types() {
        return java.util.Arrays.stream(types).map(Objects::requireNonNull).toList();
    }
}

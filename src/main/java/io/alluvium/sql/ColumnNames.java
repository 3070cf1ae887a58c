package io.alluvium.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;

/// The names of an answer's columns. As in PostgreSQL an item without a name is called after its function, or after
/// the column that it casts, else `?column?`.
final class ColumnNames {

    static final String UNNAMED = "?column?";
    private static final String GENERATED = "EXPR$";

    private ColumnNames() {}

    /// @param validated the names that the validator found or made up
    static List<String> of(SqlNode query, List<String> validated) {
        List<SqlNode> items = items(query);
        var names = new ArrayList<String>(validated.size());
        for (int i = 0; i < validated.size(); i++) {
            String name = validated.get(i);
            boolean known = items.size() == validated.size();
            names.add(!name.startsWith(GENERATED) ? name : known ? name(items.get(i)) : UNNAMED);
        }
        return names;
    }

    /// The items of the SELECT whose columns a query has; empty where that is no SELECT.
    static List<SqlNode> items(SqlNode query) {
        return switch (query) {
            case SqlSelect select -> select.getSelectList();
            case SqlOrderBy ordered -> items(ordered.query);
            case SqlWith with -> items(with.body);
            case SqlCall union when union.isA(SqlKind.SET_QUERY) -> items(union.operand(0));
            default -> List.of();
        };
    }

    /// What an item is called, [#UNNAMED] when it has no name.
    static String name(SqlNode item) {
        if (!(item instanceof SqlCall call)) {
            return item instanceof org.apache.calcite.sql.SqlIdentifier identifier
                    ? identifier.names.getLast()
                    : UNNAMED;
        }
        return switch (call.getKind()) {
            case AS -> name(call.operand(1));
            case CAST -> name(call.operand(0));
            case CASE -> "case";
            case FILTER, OVER, WITHIN_GROUP -> name(call.operand(0));
            default ->
                call.getOperator() instanceof SqlFunction
                        ? call.getOperator().getName().toLowerCase(Locale.ROOT)
                        : UNNAMED;
        };
    }
}

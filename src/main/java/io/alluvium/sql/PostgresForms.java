package io.alluvium.sql;

import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUserDefinedTypeNameSpec;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Writes what only PostgreSQL spells so into the standard's form: `x::type` as CAST, PostgreSQL's type names as
/// the standard's, `now()` as CURRENT_TIMESTAMP, and gives `$2` its number.
final class PostgresForms extends SqlShuttle {

    private final Map<SqlParserPos, Integer> parameters;

    private PostgresForms(Map<SqlParserPos, Integer> parameters) {
        this.parameters = parameters;
    }

    /// @param parameters the numbers, from 0, of the parameters that were written with one
    static SqlNode translate(SqlNode query, Map<SqlParserPos, Integer> parameters) {
        SqlNode translated = query.accept(new PostgresForms(parameters));
        return translated == null ? query : translated;
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        SqlNode visited = super.visit(call);
        if (!(visited instanceof SqlCall c)) {
            return visited;
        }
        if (c.getOperator().equals(SqlLibraryOperators.INFIX_CAST)) {
            return SqlStdOperatorTable.CAST.createCall(c.getParserPosition(), c.getOperandList());
        }
        if (c.getOperandList().isEmpty() && c.getOperator().getName().equalsIgnoreCase("now")) {
            return SqlStdOperatorTable.CURRENT_TIMESTAMP.createCall(c.getParserPosition());
        }
        return visited;
    }

    @Override
    public SqlNode visit(SqlDynamicParam parameter) {
        Integer number = parameters.get(parameter.getParserPosition());
        return number == null ? parameter : new SqlDynamicParam(number, parameter.getParserPosition());
    }

    @Override
    public SqlNode visit(SqlDataTypeSpec type) {
        if (!(type.getTypeNameSpec() instanceof SqlUserDefinedTypeNameSpec named)
                || !named.getTypeName().isSimple()) {
            return type;
        }
        SqlTypeName standard = standardName(named.getTypeName().getSimple());
        return standard == null
                ? type
                : new SqlDataTypeSpec(
                        new SqlBasicTypeNameSpec(standard, type.getParserPosition()), type.getParserPosition());
    }

    private static @Nullable SqlTypeName standardName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "bool" -> SqlTypeName.BOOLEAN;
            case "int2" -> SqlTypeName.SMALLINT;
            case "int4" -> SqlTypeName.INTEGER;
            case "int8" -> SqlTypeName.BIGINT;
            case "float4" -> SqlTypeName.REAL;
            case "float8" -> SqlTypeName.DOUBLE;
            case "text", "string" -> SqlTypeName.VARCHAR;
            case "bytea", "bytes" -> SqlTypeName.VARBINARY;
            case "timestamptz" -> SqlTypeName.TIMESTAMP_TZ;
            default -> null;
        };
    }
}

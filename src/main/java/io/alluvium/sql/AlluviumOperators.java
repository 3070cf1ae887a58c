package io.alluvium.sql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.apache.calcite.sql.validate.SqlNameMatchers;
import org.jspecify.annotations.Nullable;

/// What SQL may call: the operators of the standard, those of its functions that we evaluate, and our own.
public final class AlluviumOperators {

    /// The functions of the standard that [BuiltIns] evaluates, and those that Calcite rewrites into others.
    private static final Set<String> STANDARD_FUNCTIONS = Set.of(
            "ABS",
            "ASCII",
            "CAST",
            "CEIL",
            "CHAR_LENGTH",
            "CHARACTER_LENGTH",
            "COALESCE",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "CURRENT_TIMESTAMP",
            "EXTRACT",
            "FLOOR",
            "GROUPING",
            "INITCAP",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "LOWER",
            "MOD",
            "NULLIF",
            "OVERLAY",
            "POSITION",
            "SUBSTRING",
            "TIMESTAMPADD",
            "TIMESTAMPDIFF",
            "TRIM",
            "UPPER");

    private static final Set<String> AGGREGATES = Set.of(
            "AVG",
            "COUNT",
            "MAX",
            "MIN",
            "STDDEV",
            "STDDEV_POP",
            "STDDEV_SAMP",
            "SUM",
            "VARIANCE",
            "VAR_POP",
            "VAR_SAMP");

    private static final List<SqlOperator> LIBRARY = List.of(
            SqlLibraryOperators.ILIKE,
            SqlLibraryOperators.NOT_ILIKE,
            SqlLibraryOperators.BOOL_AND,
            SqlLibraryOperators.BOOL_OR);

    private static final List<AlluviumFunction> OWN = Stream.of(
                    TextFunctions.all(), NumberFunctions.all(), MomentFunctions.all())
            .flatMap(List::stream)
            .toList();

    private static final SqlOperatorTable TABLE = new AnyCase(all());

    private AlluviumOperators() {}

    /// A function that SQL may call.
    ///
    /// @param kind `scalar` or `aggregate`
    /// @param signature how it is called
    public record FunctionSignature(String name, String kind, String signature) {}

    /// All functions in name order.
    public static List<FunctionSignature> functions() {
        var functions = new ArrayList<FunctionSignature>();
        OWN.forEach(f ->
                functions.add(new FunctionSignature(f.getName().toLowerCase(Locale.ROOT), "scalar", f.signature())));
        functions.add(new FunctionSignature("now", "scalar", "now()"));
        for (String name : new TreeSet<>(STANDARD_FUNCTIONS)) {
            functions.add(new FunctionSignature(name.toLowerCase(Locale.ROOT), "scalar", signature(name)));
        }
        var aggregates = new TreeSet<>(AGGREGATES);
        aggregates.addAll(Set.of("BOOL_AND", "BOOL_OR"));
        for (String name : aggregates) {
            String lower = name.toLowerCase(Locale.ROOT);
            functions.add(new FunctionSignature(
                    lower,
                    "aggregate",
                    lower + (name.equals("COUNT") ? "(* | [DISTINCT] value)" : "([DISTINCT] value)")));
        }
        functions.sort(Comparator.comparing(FunctionSignature::name));
        return functions;
    }

    private static String signature(String name) {
        return switch (name) {
            case "CAST" -> "cast(value AS type)";
            case "COALESCE" -> "coalesce(value, …)";
            case "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP" ->
                name.toLowerCase(Locale.ROOT);
            case "EXTRACT" -> "extract(unit FROM moment)";
            case "FLOOR" -> "floor(number), floor(moment TO unit)";
            case "MOD" -> "mod(number, number)";
            case "NULLIF" -> "nullif(value, value)";
            case "OVERLAY" -> "overlay(text PLACING text FROM start [FOR length])";
            case "POSITION" -> "position(text IN text)";
            case "SUBSTRING" -> "substring(text FROM start [FOR length]), substring(text, start[, length])";
            case "TIMESTAMPADD" -> "timestampadd(unit, count, moment)";
            case "TIMESTAMPDIFF" -> "timestampdiff(unit, from, to)";
            case "TRIM" -> "trim([BOTH | LEADING | TRAILING] [text FROM] text)";
            case "ABS", "CEIL" -> name.toLowerCase(Locale.ROOT) + "(number)";
            case "GROUPING" -> "grouping(column, …)";
            default -> name.toLowerCase(Locale.ROOT) + "(text)";
        };
    }

    static List<String> functionNames() {
        return functions().stream().map(FunctionSignature::name).toList();
    }

    /// The functions of a name, in any case; empty when there is none.
    static List<SqlOperator> functions(SqlIdentifier name) {
        var found = new ArrayList<SqlOperator>();
        TABLE.lookupOperatorOverloads(name, null, SqlSyntax.FUNCTION, found, SqlNameMatchers.liberal());
        return found;
    }

    static SqlOperatorTable table() {
        return TABLE;
    }

    private static List<SqlOperator> all() {
        var operators = new ArrayList<SqlOperator>();
        for (SqlOperator operator : SqlStdOperatorTable.instance().getOperatorList()) {
            if (isKept(operator)) {
                operators.add(operator);
            }
        }
        operators.addAll(LIBRARY);
        operators.addAll(OWN);
        return operators;
    }

    private static boolean isKept(SqlOperator operator) {
        return switch (operator) {
            case SqlAggFunction aggregate ->
                AGGREGATES.contains(aggregate.getName()) || aggregate.getName().equals("GROUPING");
            case SqlFunction function -> STANDARD_FUNCTIONS.contains(function.getName());
            default -> true;
        };
    }

    /// Functions are called in any case, whereas the names of tables and columns are not.
    private static final class AnyCase implements SqlOperatorTable {
        private final List<SqlOperator> operators;
        private final Map<String, List<SqlOperator>> byName;

        AnyCase(List<SqlOperator> operators) {
            this.operators = List.copyOf(operators);
            this.byName = operators.stream()
                    .collect(Collectors.groupingBy(o -> o.getName().toUpperCase(Locale.ROOT)));
        }

        @Override
        public void lookupOperatorOverloads(
                SqlIdentifier name,
                @Nullable SqlFunctionCategory category,
                SqlSyntax syntax,
                List<SqlOperator> found,
                SqlNameMatcher matcher) {
            if (name.isSimple()) {
                byName.getOrDefault(name.getSimple().toUpperCase(Locale.ROOT), List.of()).stream()
                        .filter(operator -> family(operator.getSyntax()) == family(syntax))
                        .forEach(found::add);
            }
        }

        private static SqlSyntax family(SqlSyntax syntax) {
            return switch (syntax) {
                case FUNCTION_STAR, FUNCTION_ID, FUNCTION_ID_CONSTANT, ORDERED_FUNCTION -> SqlSyntax.FUNCTION;
                default -> syntax.family;
            };
        }

        @Override
        public List<SqlOperator> getOperatorList() {
            return operators;
        }
    }
}

package io.alluvium.sql;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/// What is wrong with the SELECT of a definition whatever columns its source has, so that it is said before the
/// source is there: an order of the rows, two columns of one name, functions that are none.
final class DefinitionRules {

    private final SourceText text;

    private DefinitionRules(SourceText text) {
        this.text = text;
    }

    /// @param named whether the columns are called as the SELECT says
    /// @throws AlluviumException FEATURE_NOT_SUPPORTED, DUPLICATE_COLUMN, INVALID_DEFINITION, UNDEFINED_FUNCTION
    static void check(SourceText text, SqlNode query, boolean named) {
        var rules = new DefinitionRules(text);
        if (query instanceof SqlOrderBy ordered && !ordered.orderList.isEmpty()) {
            throw rules.notSupported(ordered.orderList.get(0), "ORDER BY in a table, whose rows have no order,");
        }
        if (named) {
            rules.checkNames(ColumnNames.items(query));
        }
        query.accept(rules.new Calls());
    }

    private void checkNames(List<SqlNode> items) {
        var names = new HashSet<String>();
        for (SqlNode item : items) {
            if (item instanceof SqlIdentifier identifier && identifier.isStar()) {
                continue;
            }
            String name = ColumnNames.name(item);
            if (name.equals(ColumnNames.UNNAMED)) {
                throw at(
                        item,
                        ErrorCode.INVALID_DEFINITION,
                        "an item of the SELECT has no name",
                        "Give it one: expression AS name.");
            }
            if (!names.add(name)) {
                throw at(
                        item,
                        ErrorCode.DUPLICATE_COLUMN,
                        "two items of the SELECT are called " + name,
                        "Give one of them another name: " + name + " AS other_name.");
            }
        }
    }

    /// Looks at every call, at any depth, but for functions that give tables.
    private final class Calls extends SqlBasicVisitor<@Nullable Void> {
        @Override
        public @Nullable Void visit(SqlCall call) {
            if (call.getKind() == SqlKind.COLLECTION_TABLE) {
                return null;
            }
            if (call instanceof SqlOrderBy ordered) {
                SqlNode limit = ordered.fetch == null ? ordered.offset : ordered.fetch;
                if (limit != null) {
                    throw notSupported(limit, "LIMIT or OFFSET in a table");
                }
            }
            if (call.getOperator() instanceof SqlUnresolvedFunction function) {
                checkFunction(call, function);
            }
            return super.visit(call);
        }
    }

    private void checkFunction(SqlCall call, SqlUnresolvedFunction function) {
        SqlIdentifier called = function.getNameAsId();
        List<SqlOperator> found = AlluviumOperators.functions(called);
        String name = String.join(".", called.names).toLowerCase(Locale.ROOT);
        if (found.isEmpty()) {
            List<String> near = Nearest.to(name, AlluviumOperators.functionNames(), 3);
            throw at(
                    call,
                    ErrorCode.UNDEFINED_FUNCTION,
                    "there is no function " + name,
                    (near.isEmpty() ? "" : "Did you mean " + String.join(", ", near) + "? ")
                            + "SHOW FUNCTIONS lists the functions and their arguments.");
        }
        int given = call.operandCount();
        if (found.stream().noneMatch(operator -> takes(operator, given))) {
            throw at(
                    call,
                    ErrorCode.UNDEFINED_FUNCTION,
                    name + " does not take " + given + (given == 1 ? " argument" : " arguments"),
                    "It is called as " + signatures(name) + ".");
        }
    }

    private static boolean takes(SqlOperator operator, int arguments) {
        // COALESCE of one value is that value.
        return operator.getKind() == SqlKind.COALESCE
                || operator.getOperandTypeChecker() == null
                || operator.getOperandCountRange().isValidCount(arguments);
    }

    private static String signatures(String name) {
        Set<String> signatures = AlluviumOperators.functions().stream()
                .filter(function -> function.name().equals(name))
                .map(AlluviumOperators.FunctionSignature::signature)
                .collect(Collectors.toSet());
        return String.join(" or ", signatures);
    }

    private AlluviumException notSupported(SqlNode node, String what) {
        AlluviumException refused = TablePlanner.refused(what);
        return at(
                node,
                refused.code(),
                String.valueOf(refused.getMessage()),
                refused.hint().orElse(""));
    }

    private AlluviumException at(SqlNode node, ErrorCode code, String what, String hint) {
        var place = node.getParserPosition();
        return new AlluviumException(
                code, what, hint, SqlText.position(text.text(), place.getLineNum(), place.getColumnNum()), null);
    }
}

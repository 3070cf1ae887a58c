package io.alluvium.query;

import io.alluvium.sql.StatementSize;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlCase;
import org.jspecify.annotations.Nullable;

/// What statements have in common that can share a plan: the tree of a query in which the types of some
/// literals stand for them.
///
/// Lifted are the numbers and texts in WHERE, ON and SELECT that are operands of comparisons, arithmetic and
/// connectives. What the validator compares with one another or looks into stays: a SELECT list that is
/// grouped, distinct or ordered, GROUP BY, HAVING, ORDER BY, LIMIT, arguments of functions, intervals, and
/// lists of more than [#MOST_ITEMS] items.
///
/// @param key equal for two queries exactly when they can share a plan
/// @param literals those that are lifted, in the order of the tree
record StatementShape(String key, List<SqlLiteral> literals) {

    /// Longer lists are looked up in a set, which is made when the query is planned.
    private static final int MOST_ITEMS = 8;

    StatementShape {
        literals = List.copyOf(literals);
    }

    static StatementShape of(SqlNode query) {
        return written(query, true);
    }

    /// The shape of this query alone, with all its literals.
    static StatementShape exact(SqlNode query) {
        return written(query, false);
    }

    private static StatementShape written(SqlNode query, boolean lift) {
        var writer = new Writer();
        try {
            writer.write(query, lift);
        } catch (StackOverflowError e) {
            throw StatementSize.nestedTooDeeply(e);
        }
        return new StatementShape(writer.key.toString(), writer.literals);
    }

    private static final class Writer {
        private final StringBuilder key = new StringBuilder(128);
        private final List<SqlLiteral> literals = new ArrayList<>();

        /// @param lift whether literals here and below may be lifted
        private void write(@Nullable SqlNode node, boolean lift) {
            switch (node) {
                case null -> key.append('~');
                case SqlIdentifier identifier -> identifier(identifier);
                case SqlLiteral literal -> literal(literal, lift);
                case SqlDynamicParam parameter -> key.append('$').append(parameter.getIndex());
                case SqlNodeList list -> list(list, lift);
                case SqlSelect select -> select(select, lift, lift);
                case SqlOrderBy ordered -> ordered(ordered, lift);
                case SqlCall call -> call(call, lift);
                default -> quoted(node.getClass().getSimpleName()).quoted(node.toString());
            }
            key.append(' ');
        }

        private Writer quoted(String text) {
            key.append(text.length()).append(':').append(text);
            return this;
        }

        private void identifier(SqlIdentifier identifier) {
            key.append('.');
            for (int i = 0; i < identifier.names.size(); i++) {
                key.append(identifier.isComponentQuoted(i) ? 'q' : 'n');
                quoted(identifier.names.get(i));
            }
        }

        private void literal(SqlLiteral literal, boolean lift) {
            String type = lift ? liftedType(literal) : "";
            if (!type.isEmpty()) {
                literals.add(literal);
                key.append('?').append(type);
                return;
            }
            key.append('=')
                    .append(literal.getTypeName())
                    .append(literal instanceof SqlNumericLiteral number && !number.isExact() ? "~" : "");
            quoted(String.valueOf(literal.getValue()));
        }

        /// The type of a literal that can be lifted, else nothing.
        private static String liftedType(SqlLiteral literal) {
            if (literal instanceof SqlCharStringLiteral) {
                return "S";
            }
            if (!(literal instanceof SqlNumericLiteral number)) {
                return "";
            }
            if (!number.isExact()) {
                return "F";
            }
            if (!number.isInteger()) {
                return "D" + number.getPrec() + "," + number.getScale();
            }
            int bits = number.bigDecimalValue().toBigInteger().bitLength();
            return bits < 32 ? "I" : bits < 64 ? "L" : "";
        }

        private void list(SqlNodeList list, boolean lift) {
            key.append('(');
            for (SqlNode node : list) {
                write(node, lift);
            }
            key.append(')');
        }

        private void select(SqlSelect select, boolean lift, boolean liftItems) {
            boolean plain = select.getGroup() == null && select.getHaving() == null && !select.isDistinct();
            key.append("SELECT");
            list(select.getOperandList().getFirst() instanceof SqlNodeList words ? words : SqlNodeList.EMPTY, false);
            list(
                    select.getSelectList(),
                    liftItems && plain && select.getWindowList().isEmpty());
            write(select.getFrom(), lift);
            write(select.getWhere(), lift);
            write(select.getGroup(), false);
            write(select.getHaving(), false);
            list(select.getWindowList(), false);
            write(select.getQualify(), false);
            write(select.getOrderList(), false);
            write(select.getOffset(), false);
            write(select.getFetch(), false);
        }

        private void ordered(SqlOrderBy ordered, boolean lift) {
            key.append("ORDER");
            boolean items = lift && ordered.orderList.isEmpty();
            if (ordered.query instanceof SqlSelect select) {
                select(select, lift, items);
            } else {
                write(ordered.query, items);
            }
            list(ordered.orderList, false);
            write(ordered.offset, false);
            write(ordered.fetch, false);
        }

        private void call(SqlCall call, boolean lift) {
            quoted(call.getOperator().getName());
            key.append(call.getKind().name()).append('[');
            if (call.getFunctionQuantifier() != null) {
                write(call.getFunctionQuantifier(), false);
            }
            List<SqlNode> operands = call.getOperandList();
            for (int i = 0; i < operands.size(); i++) {
                write(operands.get(i), lift && mayLift(call, i, operands.get(i)));
            }
            key.append(']');
        }

        private static boolean mayLift(SqlCall call, int operand, @Nullable SqlNode node) {
            return switch (call.getKind()) {
                case AND,
                        OR,
                        NOT,
                        EQUALS,
                        NOT_EQUALS,
                        LESS_THAN,
                        LESS_THAN_OR_EQUAL,
                        GREATER_THAN,
                        GREATER_THAN_OR_EQUAL,
                        IS_NULL,
                        IS_NOT_NULL,
                        IS_TRUE,
                        IS_NOT_TRUE,
                        IS_FALSE,
                        IS_NOT_FALSE,
                        PLUS,
                        MINUS,
                        TIMES,
                        DIVIDE,
                        MINUS_PREFIX,
                        EXISTS,
                        SCALAR_QUERY,
                        SOME,
                        ALL,
                        WITH,
                        WITH_ITEM,
                        UNION,
                        INTERSECT,
                        EXCEPT -> true;
                case BETWEEN -> operand < 3;
                case LIKE -> operand < 2;
                case IN, NOT_IN -> !(node instanceof SqlNodeList list) || list.size() <= MOST_ITEMS;
                case AS, CAST -> operand == 0;
                case CASE -> call instanceof SqlCase;
                case JOIN -> call instanceof SqlJoin;
                default -> false;
            };
        }
    }
}

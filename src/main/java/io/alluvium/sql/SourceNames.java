package io.alluvium.sql;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Finds what a query reads from, at any depth, and puts the identifiers `source$0`, `source$1`, … in its place.
/// The names of WITH queries stay.
final class SourceNames extends SqlShuttle {

    private static final String PREFIX = "source$";
    private static final int JOIN_CONDITION = 5;

    private final SourceText text;
    /// In a query that may only read tables their names stay, and any other source is an error.
    private final boolean tablesOnly;
    private final List<Found> found = new ArrayList<>();
    private final Set<Integer> ends = new HashSet<>();
    private final Deque<Set<String>> withNames = new ArrayDeque<>();

    private SourceNames(SourceText text, boolean tablesOnly) {
        this.text = text;
        this.tablesOnly = tablesOnly;
    }

    /// @param start where the source stands
    /// @param options what stood in its address
    record Found(SourceDefinition definition, int start, List<OptionClauses.Option> options) {}

    /// @param query with `source$N` for its sources
    /// @param ends the offsets after sources and after their aliases
    record Replaced(SqlNode query, List<Found> sources, Set<Integer> ends) {}

    static Replaced replace(SourceText text, SqlNode query) {
        var names = new SourceNames(text, false);
        SqlNode replaced = names.visited(query);
        return new Replaced(replaced, names.found, names.ends);
    }

    /// @throws AlluviumException when the query reads from anything but tables
    static void checkTablesOnly(SourceText text, SqlNode query) {
        new SourceNames(text, true).visited(query);
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        if (call instanceof SqlWith with) {
            return visitWith(with);
        }
        if (call instanceof SqlSelect select) {
            return visitSelect(select);
        }
        if (call.getKind() == SqlKind.EXPLICIT_TABLE) {
            return with(call, 0, source(call.operand(0), false));
        }
        return super.visit(call);
    }

    private SqlNode visitWith(SqlWith with) {
        withNames.push(new HashSet<>());
        try {
            for (int i = 0; i < with.withList.size(); i++) {
                var item = (SqlWithItem) with.withList.get(i);
                Set<String> scope = withNames.element();
                if (item.recursive.booleanValue()) {
                    scope.add(item.name.getSimple());
                }
                item.query = visited(item.query);
                scope.add(item.name.getSimple());
            }
            with.body = visited(with.body);
            return with;
        } finally {
            withNames.pop();
        }
    }

    @SuppressWarnings("ReferenceEquality") // Whether it is the same node is what counts.
    private SqlNode visitSelect(SqlSelect select) {
        List<SqlNode> parts = select.getOperandList();
        for (int i = 0; i < parts.size(); i++) {
            SqlNode part = parts.get(i);
            if (part == null) {
                continue;
            }
            SqlNode changed = i == SqlSelect.FROM_OPERAND ? source(part, true) : visited(part);
            if (changed != part) {
                select.setOperand(i, changed);
            }
        }
        return select;
    }

    private SqlNode visitedCall(SqlCall call) {
        SqlNode visited = super.visit(call);
        return visited == null ? call : visited;
    }

    private SqlNode visited(SqlNode node) {
        SqlNode visited = node.accept(this);
        return visited == null ? node : visited;
    }

    /// What FROM holds at one place: a source, or sources joined, named, sampled.
    private SqlNode source(SqlNode node, boolean named) {
        if (node instanceof SqlIdentifier identifier) {
            return isWithName(identifier) ? node : replaced(identifier, named);
        }
        if (node instanceof SqlJoin join) {
            join.setLeft(source(join.getLeft(), true));
            join.setRight(source(join.getRight(), true));
            SqlNode condition = join.getCondition();
            if (condition != null) {
                join.setOperand(JOIN_CONDITION, visited(condition));
            }
            return join;
        }
        if (!(node instanceof SqlCall call)) {
            return visited(node);
        }
        return switch (call.getKind()) {
            case AS -> {
                ends.add(end(call));
                yield with(call, 0, source(call.operand(0), false));
            }
            case TABLESAMPLE, SNAPSHOT, TABLE_REF, EXTEND, MATCH_RECOGNIZE, PIVOT, UNPIVOT ->
                with(call, 0, source(call.operand(0), named));
            case COLLECTION_TABLE -> function(call, named);
            default -> visited(node);
        };
    }

    private static SqlNode with(SqlCall call, int operand, SqlNode node) {
        call.setOperand(operand, node);
        return call;
    }

    private boolean isWithName(SqlIdentifier identifier) {
        return identifier.isSimple() && withNames.stream().anyMatch(names -> names.contains(identifier.getSimple()));
    }

    private SqlNode function(SqlCall table, boolean named) {
        if (table.operand(0) instanceof SqlCall call
                && call.getOperator().getNameAsId().isSimple()
                && Sources.isFunction(call.getOperator().getName().toLowerCase(Locale.ROOT))) {
            int start = start(call);
            List<String> arguments = call.getOperandList().stream()
                    .map(argument -> stringArgument(call, argument))
                    .toList();
            Sources.Source source =
                    Sources.ofFunction(call.getOperator().getName().toLowerCase(Locale.ROOT), arguments, start);
            return added(source, table.getParserPosition(), start, named);
        }
        return visitedCall(table);
    }

    private String stringArgument(SqlCall call, SqlNode argument) {
        if (argument instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.CHAR) {
            String value = literal.getValueAs(String.class);
            if (value != null) {
                return value;
            }
        }
        throw SyntaxErrors.at(
                start(argument),
                call.getOperator().getName() + " takes strings in single quotes, not " + argument,
                "Write kafka_topic('orders').");
    }

    private SqlNode replaced(SqlIdentifier identifier, boolean named) {
        int start = start(identifier);
        String last = identifier.names.getLast();
        if (identifier.isSimple() && Sources.isAddress(last)) {
            return added(Sources.ofAddress(last, start), identifier.getParserPosition(), start, named);
        }
        if (tablesOnly) {
            return identifier;
        }
        if (identifier.names.size() > 2
                || (identifier.names.size() == 2 && !identifier.names.getFirst().equals("public"))) {
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_TABLE,
                    "there is no schema " + String.join(".", identifier.names.subList(0, identifier.names.size() - 1)),
                    "All tables are in the schema public; a topic whose name has dots is written kafka_topic('"
                            + String.join(".", identifier.names) + "').",
                    start + 1,
                    null);
        }
        TableName name = Tokens.tableName(last, start);
        return added(
                new Sources.Source(new SourceDefinition.OtherTable(name), Map.of()),
                identifier.getParserPosition(),
                start,
                named);
    }

    /// `source$N`, under the name of its table or topic when the query gives it none and may.
    private SqlNode added(Sources.Source source, SqlParserPos position, int start, boolean named) {
        if (tablesOnly) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "a query reads from tables, not from the "
                            + source.definition().describe(),
                    "Make a table of it first: CREATE TABLE name AS SELECT * FROM …; then select from that table.",
                    start + 1,
                    null);
        }
        ends.add(end(position));
        var identifier = new SqlIdentifier(PREFIX + found.size(), position);
        found.add(new Found(
                source.definition(),
                start,
                source.options().entrySet().stream()
                        .map(option -> new OptionClauses.Option(option.getKey(), option.getValue(), start))
                        .toList()));
        String alias = switch (source.definition()) {
            case SourceDefinition.OtherTable(TableName table) -> table.value();
            case SourceDefinition.KafkaTopic(String topic) -> topic;
            case SourceDefinition.External e -> null;
        };
        return named && alias != null
                ? SqlStdOperatorTable.AS.createCall(position, identifier, new SqlIdentifier(alias, position))
                : identifier;
    }

    private int start(SqlNode node) {
        return text.offset(
                node.getParserPosition().getLineNum(), node.getParserPosition().getColumnNum());
    }

    private int end(SqlNode node) {
        return end(node.getParserPosition());
    }

    private int end(SqlParserPos position) {
        return text.offset(position.getEndLineNum(), position.getEndColumnNum()) + 1;
    }
}

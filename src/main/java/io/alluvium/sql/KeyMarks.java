package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.LPAREN;
import static io.alluvium.sql.generated.SqlGrammarConstants.RPAREN;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;

/// The key columns that a SELECT marks: `SELECT symbol PRIMARY KEY, price FROM …`.
///
/// @param query the tokens of the query without the marks
/// @param marks the offset at which each marked item ends, with the offset of its mark
record KeyMarks(List<Lexeme> query, Map<Integer, Integer> marks) {

    /// Takes the marks out of the select list of the outermost SELECT; anywhere else they are left, for the grammar
    /// to refuse.
    static KeyMarks take(List<Lexeme> query) {
        var rest = new ArrayList<Lexeme>(query.size());
        var marks = new HashMap<Integer, Integer>();
        int depth = 0;
        boolean inList = false;
        boolean listSeen = false;
        for (int i = 0; i < query.size(); i++) {
            Lexeme lexeme = query.get(i);
            depth += lexeme.is(LPAREN) ? 1 : lexeme.is(RPAREN) ? -1 : 0;
            if (depth == 0 && lexeme.is("SELECT") && !listSeen) {
                inList = true;
                listSeen = true;
            } else if (depth == 0 && lexeme.is("FROM")) {
                inList = false;
            }
            boolean marked = inList
                    && depth == 0
                    && lexeme.is("PRIMARY")
                    && i + 1 < query.size()
                    && query.get(i + 1).is("KEY")
                    && !rest.isEmpty();
            if (marked) {
                marks.put(rest.getLast().end(), lexeme.start());
                i++;
            } else {
                rest.add(lexeme);
            }
        }
        return new KeyMarks(rest, marks);
    }

    int firstOffset() {
        return marks.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /// The names of the marked items, in the order of the list.
    List<String> columns(SourceText source, SqlNode query) {
        var left = new HashMap<>(marks);
        var columns = new ArrayList<String>();
        for (SqlNode item : outermost(query)) {
            var position = item.getParserPosition();
            Integer mark = left.remove(source.offset(position.getEndLineNum(), position.getEndColumnNum()) + 1);
            if (mark != null) {
                columns.add(name(item, mark));
            }
        }
        left.values().stream().findFirst().ifPresent(mark -> {
            throw SyntaxErrors.at(mark, "PRIMARY KEY does not stand after an item of the SELECT", null);
        });
        return columns;
    }

    private static List<SqlNode> outermost(SqlNode query) {
        return switch (query) {
            case SqlSelect select -> select.getSelectList();
            case SqlOrderBy ordered -> outermost(ordered.query);
            case SqlWith with -> outermost(with.body);
            case SqlCall union when union.isA(SqlKind.SET_QUERY) -> outermost(union.operand(0));
            default -> List.of();
        };
    }

    private static String name(SqlNode item, int mark) {
        if (item instanceof SqlBasicCall call && call.getKind() == SqlKind.AS) {
            return call.<SqlIdentifier>operand(1).getSimple();
        }
        if (item instanceof SqlIdentifier identifier && !identifier.isStar()) {
            return identifier.names.getLast();
        }
        throw new AlluviumException(
                ErrorCode.INVALID_DEFINITION,
                "the item before PRIMARY KEY has no name",
                "Give it one: expression AS name PRIMARY KEY.",
                mark + 1,
                null);
    }
}

package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How long and how deeply nested a statement may be. What is far too large is told from its text and tokens,
/// before anything is made of them; the rest shows where the stack ends.
public final class StatementSize {

    private static final int LONGEST_TEXT = 1 << 20;
    private static final int MOST_COLUMNS = 1664;

    /// More operators side by side are more levels of the tree than the stack has room for.
    private static final int MOST_OPERATORS = 2000;

    private static final Set<String> CLAUSES = Set.of("SELECT", "FROM", "WHERE", "ON", "HAVING", "GROUP", "ORDER");
    private static final Set<String> SET_OPERATORS = Set.of("UNION", "INTERSECT", "EXCEPT", "MINUS");
    private static final Set<String> OPERATOR_WORDS = Set.of("AND", "OR", "NOT");
    private static final Set<Integer> OPERATORS = Set.of(PLUS, MINUS, STAR, SLASH, PERCENT_REMAINDER, CONCAT);

    private StatementSize() {}

    /// What goes on between two parentheses.
    private static final class Level {
        private int operators;
        private int queries;
        private int columns;
        private boolean inSelectList;
    }

    /// Refuses what a client may not send as one statement.
    ///
    /// @throws AlluviumException STATEMENT_TOO_COMPLEX
    public static void checkText(String sql) {
        if (sql.length() > LONGEST_TEXT) {
            throw tooComplex(
                    "the statement has " + sql.length() + " characters, and more than " + LONGEST_TEXT
                            + " are not read",
                    "look many keys up with POST /api/tables/{table}/lookup, or send several statements",
                    1,
                    null);
        }
    }

    /// @throws AlluviumException STATEMENT_TOO_COMPLEX
    static void check(List<Lexeme> query) {
        var levels = new ArrayDeque<Level>();
        levels.push(new Level());
        for (Lexeme lexeme : query) {
            Level level = levels.element();
            if (lexeme.is(LPAREN)) {
                levels.push(new Level());
            } else if (lexeme.is(RPAREN)) {
                if (levels.size() > 1) {
                    levels.pop();
                }
            } else if (lexeme.is(COMMA)) {
                level.operators = 0;
                level.columns += level.inSelectList ? 1 : 0;
            } else if (lexeme.isKeyword()) {
                word(lexeme.word(), level);
            } else if (OPERATORS.contains(lexeme.kind())) {
                level.operators++;
            }
            if (level.operators > MOST_OPERATORS || level.queries > MOST_OPERATORS) {
                throw nestedTooDeeply(lexeme.start() + 1, null);
            }
            if (level.columns >= MOST_COLUMNS) {
                throw tooComplex(
                        "the query selects more than " + MOST_COLUMNS + " columns",
                        "select only the columns that you need",
                        lexeme.start() + 1,
                        null);
            }
        }
    }

    private static void word(String word, Level level) {
        if (OPERATOR_WORDS.contains(word)) {
            level.operators++;
        } else if (CLAUSES.contains(word)) {
            level.operators = 0;
            level.columns = 0;
            level.inSelectList = word.equals("SELECT");
        } else if (SET_OPERATORS.contains(word)) {
            level.queries++;
        }
    }

    /// What ended at the end of the stack.
    public static AlluviumException nestedTooDeeply(Throwable cause) {
        return nestedTooDeeply(0, cause);
    }

    static AlluviumException nestedTooDeeply(int position, @Nullable Throwable cause) {
        return tooComplex(
                "the query is nested too deeply",
                "write it with fewer levels: x IN (…) for a long chain of OR, concat(…) for one of ||, and parts of"
                        + " it as WITH queries or tables",
                position,
                cause);
    }

    private static AlluviumException tooComplex(String message, String hint, int position, @Nullable Throwable cause) {
        return new AlluviumException(ErrorCode.STATEMENT_TOO_COMPLEX, message, hint, position, cause);
    }
}

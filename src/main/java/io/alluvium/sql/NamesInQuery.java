package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// Decides which words of a query are names although the grammar has them as keywords: `date`,
/// `value`, `position`.
///
/// The grammar looks one or two tokens ahead and so must reserve hundreds of words. Here the words around a keyword
/// are known, and they tell: a word is a name after `.` and after `AS`; where an operand begins and the next token
/// cannot belong to that keyword's construct; and anywhere, when the keyword is only ever a function or a type, and
/// no parenthesis follows. The words that PostgreSQL reserves are names only after `.` and `AS`, as they are there.
final class NamesInQuery {

    /// PostgreSQL 17, appendix C: reserved, and reserved except as a function or type. `user` is left out.
    static final Set<String> RESERVED = words("""
            ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC BOTH CASE CAST CHECK COLLATE COLUMN
            CONSTRAINT CREATE CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP
            CURRENT_USER DEFAULT DEFERRABLE DESC DISTINCT DO ELSE END EXCEPT FALSE FETCH FOR FOREIGN FROM
            GRANT GROUP HAVING IN INITIALLY INTERSECT INTO LATERAL LEADING LIMIT LOCALTIME LOCALTIMESTAMP
            NOT NULL OFFSET ON ONLY OR ORDER PLACING PRIMARY REFERENCES RETURNING SELECT SESSION_USER SOME
            SYMMETRIC SYSTEM_USER TABLE THEN TO TRAILING TRUE UNION UNIQUE USING VARIADIC WHEN WHERE WINDOW
            WITH AUTHORIZATION BINARY COLLATION CONCURRENTLY CROSS CURRENT_SCHEMA FREEZE FULL ILIKE INNER IS
            ISNULL JOIN LEFT LIKE NATURAL NOTNULL OUTER OVERLAPS RIGHT SIMILAR TABLESAMPLE VERBOSE
            """);

    /// Keywords that join words without a parenthesis, so that their place must prove that they are names.
    private static final Set<String> STRUCTURAL = words("""
            ASOF AT BERNOULLI BETWEEN BY CALL CONTAINS CUBE CURRENT CURSOR DATE DATETIME DEFINE DELETE
            DESCRIBE DROP EMPTY EQUALS ESCAPE EXCLUDE EXISTS EXPLAIN EXTEND FILTER FIRST FOLLOWING GROUPING
            GROUPS IGNORE IMMEDIATELY INSERT INTERVAL LAST LOCAL MATCH_CONDITION MATCH_RECOGNIZE MEASURES
            MEMBER MERGE MINUS MULTISET NEW NEXT NO NONE NULLS OF OMIT ONE ORDINALITY OTHERS OVER PARTITION
            PATTERN PER PERCENT PERIOD PRECEDES PRECEDING PRECISION QUALIFY RANGE RECURSIVE REPEATABLE
            RESPECT ROLLUP ROW ROWS RUNNING SEPARATOR SET SETS SKIP STREAM SUBMULTISET SUBSET SUCCEEDS
            SYSTEM SYSTEM_TIME TIES TIME TIMESTAMP UESCAPE UNBOUNDED UNKNOWN UNNEST UPDATE UPSERT VALUE
            VALUES VARYING VERSIONING WITHIN WITHOUT ZONE
            """);

    /// Structural words that end a construct, and so never name what stands before them.
    private static final Set<String> NEVER_ALIAS = Set.of(
            "BETWEEN",
            "EMPTY",
            "FOLLOWING",
            "MULTISET",
            "PRECEDING",
            "PRECISION",
            "ROW",
            "ROWS",
            "UNKNOWN",
            "VARYING",
            "WITHIN");

    /// Words that may follow NOT.
    private static final Set<String> AFTER_NOT = Set.of("BETWEEN", "EMPTY", "MEMBER", "SUBMULTISET", "UNKNOWN");

    private static final Set<String> BEFORE_OPERAND = words("""
            ALL AND ASYMMETRIC BETWEEN BOTH BY CASE DISTINCT ELSE ESCAPE FOR FROM HAVING ILIKE JOIN LEADING
            LIKE LIMIT NOT OFFSET ON OR QUALIFY SELECT SYMMETRIC TABLE THEN TRAILING WHEN WHERE
            """);

    private static final Set<String> AFTER_OPERAND = words("""
            AND AS ASC ASOF AT BETWEEN CROSS DESC ELSE END EXCEPT FETCH FOR FROM FULL GROUP HAVING ILIKE IN
            INNER INTERSECT IS JOIN LEFT LIKE LIMIT NATURAL NOT NULLS OFFSET ON OR ORDER QUALIFY RIGHT
            SIMILAR THEN TO UNION USING WHEN WHERE WINDOW
            """);

    private static final Set<String> UNITS = Set.of("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND");

    private static final Set<String> UNIT_FIRST = Set.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF");

    private static final Set<String> CASTS = Set.of("CAST", "TRY_CAST", "SAFE_CAST");

    private final List<Lexeme> query;
    private final int size;
    /// The word before each parenthesis that is open.
    private final Deque<String> parentheses = new ArrayDeque<>();

    private NamesInQuery(List<Lexeme> query) {
        this.query = query;
        this.size = query.size();
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /// The query with every keyword that is a name made an identifier.
    static List<Lexeme> mark(List<Lexeme> query) {
        return new NamesInQuery(query).mark();
    }

    private List<Lexeme> mark() {
        var marked = new ArrayList<Lexeme>(size);
        for (int i = 0; i < size; i++) {
            Lexeme lexeme = query.get(i);
            if (lexeme.is(LPAREN)) {
                parentheses.push(word(i - 1));
            } else if (lexeme.is(RPAREN)) {
                parentheses.poll();
            }
            marked.add(lexeme.isKeyword() && isName(i, lexeme.word()) ? lexeme.asName() : lexeme);
        }
        return marked;
    }

    private boolean isName(int i, String word) {
        if (kind(i - 1) == DOT) {
            return true;
        }
        if (isType(i)) {
            return false;
        }
        if (word(i - 1).equals("AS") && !(word.equals("OF") && word(i - 2).equals("SYSTEM_TIME"))) {
            return true;
        }
        if (RESERVED.contains(word) || isUnit(i, word)) {
            return false;
        }
        if (kind(i + 1) == LPAREN) {
            return word.equals("DATE") || word.equals("TIME") || word.equals("TIMESTAMP");
        }
        if (kind(i + 1) == QUOTED_STRING) {
            return false;
        }
        return isOperand(i, word) || (STRUCTURAL.contains(word) ? isAlias(i, word) : true);
    }

    private boolean isType(int i) {
        String before = word(i - 1);
        return kind(i - 1) == INFIX_CAST
                || before.equals("RETURNING")
                || (before.equals("AS") && !parentheses.isEmpty() && CASTS.contains(parentheses.element()));
    }

    /// `INTERVAL '1' YEAR`, `EXTRACT(YEAR FROM x)`, `FLOOR(x TO YEAR)`, `DAY TO SECOND`, `INTERVAL '1'
    /// YEAR(3)`.
    private boolean isUnit(int i, String word) {
        if (kind(i - 1) == LPAREN && UNIT_FIRST.contains(word(i - 2))) {
            return true;
        }
        return UNITS.contains(word)
                && (word(i - 1).equals("TO")
                        || (kind(i - 1) == QUOTED_STRING && (word(i - 2).equals("INTERVAL") || isSign(i - 2))));
    }

    private boolean isSign(int i) {
        return (kind(i) == MINUS || kind(i) == PLUS) && word(i - 1).equals("INTERVAL");
    }

    /// Whether the word stands where an operand is wanted and is followed by what can only follow a whole
    /// operand.
    private boolean isOperand(int i, String word) {
        String before = word(i - 1);
        if (before.equals("WITH")) {
            return word(i + 1).equals("AS");
        }
        if (before.equals("NOT") && AFTER_NOT.contains(word)) {
            return false;
        }
        if (!isBeforeOperand(i - 1) || !isAfterOperand(i + 1)) {
            return false;
        }
        return switch (word) {
            case "INTERVAL" -> !((kind(i + 1) == MINUS || kind(i + 1) == PLUS) && kind(i + 2) == QUOTED_STRING);
            case "MULTISET", "MAP" -> kind(i + 1) != LBRACKET;
            case "ROWS", "RANGE" ->
                !(word(i + 1).equals("BETWEEN")
                        && kind(i - 1) == LPAREN
                        && (word(i - 2).equals("OVER") || word(i - 2).equals("AS")));
            default -> true;
        };
    }

    private boolean isBeforeOperand(int i) {
        return switch (kind(i)) {
            case COMMA, LPAREN, LBRACKET, EQ, NE, NE2, LT, GT, LE, GE, PLUS, MINUS, STAR, SLASH, PERCENT_REMAINDER ->
                true;
            case CONCAT, NAMED_ARGUMENT_ASSIGNMENT -> true;
            default -> BEFORE_OPERAND.contains(word(i));
        };
    }

    private boolean isAfterOperand(int i) {
        return switch (kind(i)) {
            case COMMA, RPAREN, LBRACKET, RBRACKET, EQ, NE, NE2, LT, GT, LE, GE, PLUS, MINUS, STAR, SLASH -> true;
            case PERCENT_REMAINDER, CONCAT, DOT, INFIX_CAST, EOF -> true;
            default -> AFTER_OPERAND.contains(word(i));
        };
    }

    /// `SELECT a value FROM`, `FROM t rows JOIN`: a name for what stands before it.
    private boolean isAlias(int i, String word) {
        if (NEVER_ALIAS.contains(word)) {
            return false;
        }
        boolean afterWhole = switch (kind(i - 1)) {
            case RPAREN, RBRACKET, IDENTIFIER, QUOTED_IDENTIFIER, QUOTED_STRING -> true;
            case UNSIGNED_INTEGER_LITERAL, DECIMAL_NUMERIC_LITERAL, APPROX_NUMERIC_LITERAL -> true;
            default -> false;
        };
        return afterWhole && isAfterOperand(i + 1) && kind(i + 1) != LBRACKET && !isOperator(i + 1);
    }

    private boolean isOperator(int i) {
        return switch (kind(i)) {
            case EQ, NE, NE2, LT, GT, LE, GE, PLUS, MINUS, STAR, SLASH, PERCENT_REMAINDER, CONCAT, DOT, INFIX_CAST ->
                true;
            default -> false;
        };
    }

    private int kind(int i) {
        return i < 0 || i >= size ? EOF : query.get(i).kind();
    }

    private String word(int i) {
        return i < 0 || i >= size || !query.get(i).isWord() ? "" : query.get(i).word();
    }
}

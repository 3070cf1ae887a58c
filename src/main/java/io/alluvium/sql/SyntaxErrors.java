package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.alluvium.sql.generated.ParseException;
import io.alluvium.sql.generated.Token;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.runtime.CalciteContextException;
import org.jspecify.annotations.Nullable;

/// What is wrong with a text, in a sentence: what was expected, what was found, and where.
final class SyntaxErrors {

    /// The tokens worth naming, in this order, when the grammar lists dozens that could follow.
    private static final List<String> TELLING = List.of(
            ")", "]", ",", "AS", "FROM", "JOIN", "ON", "BY", "AND", "THEN", "WHEN", "END", "WHERE", "GROUP", "HAVING",
            "ORDER", "LIMIT", "SELECT", "UNION", "=");
    private static final int MOST_NAMED = 5;

    /// The words that a mistyped one may have been meant to be.
    private static final Set<String> MEANT = Set.of(
            "SELECT",
            "DISTINCT",
            "FROM",
            "WHERE",
            "GROUP",
            "HAVING",
            "ORDER",
            "LIMIT",
            "OFFSET",
            "JOIN",
            "INNER",
            "LEFT",
            "RIGHT",
            "UNION",
            "VALUES",
            "BETWEEN",
            "WITH",
            "EMIT",
            "USING",
            "TABLE",
            "CREATE",
            "PRIMARY");

    /// Reserved words that people use for columns.
    private static final Set<String> LIKELY_NAMES = Set.of(
            "ALL",
            "ANY",
            "BOTH",
            "CASE",
            "CHECK",
            "COLUMN",
            "CONSTRAINT",
            "DEFAULT",
            "DESC",
            "DO",
            "END",
            "FOR",
            "GRANT",
            "GROUP",
            "IN",
            "LEFT",
            "LIMIT",
            "OFFSET",
            "ONLY",
            "ORDER",
            "PRIMARY",
            "REFERENCES",
            "RIGHT",
            "TABLE",
            "TO",
            "UNIQUE",
            "WHEN",
            "WINDOW");

    private SyntaxErrors() {}

    static AlluviumException at(int offset, String message, @Nullable String hint) {
        return new AlluviumException(ErrorCode.SYNTAX, message, hint, offset + 1, null);
    }

    /// @param expected what could have stood there, in words
    static AlluviumException expected(String expected, Lexeme found) {
        return expected(expected, found, null);
    }

    static AlluviumException expected(String expected, Lexeme found, @Nullable String hint) {
        String open = unclosed(found.kind());
        return at(
                found.start(),
                open == null ? "expected " + expected + " but found " + shown(found.kind(), found.text()) : open,
                hint);
    }

    static AlluviumException of(SourceText source, ParseException e) {
        Token last = e.currentToken;
        Token found = last.next;
        int offset = Math.min(source.offset(found.beginLine, found.beginColumn), source.length());
        String open = unclosed(found.kind);
        if (open != null) {
            return new AlluviumException(ErrorCode.SYNTAX, open, null, offset + 1, e);
        }
        boolean isCount = last.image.equalsIgnoreCase("LIMIT") || last.image.equalsIgnoreCase("OFFSET");
        if (isCount && found.kind == MINUS) {
            String clause = last.image.toUpperCase(Locale.ROOT);
            return new AlluviumException(
                    ErrorCode.INVALID_PARAMETER,
                    clause + " must not be negative",
                    "Leave " + clause + " out to get all rows.",
                    offset + 1,
                    e);
        }
        String message = "expected " + expectation(e) + " but found " + shown(found.kind, found.image);
        return new AlluviumException(ErrorCode.SYNTAX, message, hint(last, found), offset + 1, e);
    }

    static AlluviumException of(SourceText source, CalciteContextException e) {
        Throwable cause = e.getCause();
        String text = cause == null || cause.getMessage() == null ? "the query is not valid" : cause.getMessage();
        int offset = source.offset(Math.max(1, e.getPosLine()), Math.max(1, e.getPosColumn()));
        return new AlluviumException(ErrorCode.SYNTAX, text, null, offset + 1, e);
    }

    private static String expectation(ParseException e) {
        var names = new LinkedHashSet<String>();
        for (int[] sequence : e.expectedTokenSequences) {
            names.add(tokenImage[sequence[0]].replace("\"", ""));
        }
        var words = new ArrayList<String>();
        if (names.contains("CASE") && names.contains("<UNSIGNED_INTEGER_LITERAL>")) {
            words.add("an expression");
        } else if (names.contains("<IDENTIFIER>") && names.contains("<QUOTED_IDENTIFIER>")) {
            // Nearly everywhere an alias could follow, and that is never what was forgotten.
            if (names.stream().noneMatch(TELLING::contains)) {
                words.add("a name");
            }
        }
        if (names.size() <= MOST_NAMED && words.isEmpty()) {
            names.forEach(name -> words.add(readable(name)));
        } else if (words.isEmpty() || !words.getFirst().equals("an expression")) {
            TELLING.stream()
                    .filter(names::contains)
                    .limit(MOST_NAMED)
                    .map(SyntaxErrors::readable)
                    .forEach(words::add);
            if (names.contains("<EOF>")) {
                words.add("the end of the statement");
            }
        }
        return words.isEmpty() ? "something else" : alternatives(words);
    }

    static String alternatives(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    private static String readable(String name) {
        return switch (name) {
            case "<EOF>" -> "the end of the statement";
            case "<IDENTIFIER>", "<QUOTED_IDENTIFIER>" -> "a name";
            case "<QUOTED_STRING>" -> "a string";
            case "<UNSIGNED_INTEGER_LITERAL>" -> "a number";
            case "GROUP", "ORDER" -> name + " BY";
            default -> Character.isLetter(name.charAt(0)) ? name : "'" + name + "'";
        };
    }

    static String shown(int kind, String image) {
        if (kind == EOF) {
            return "the end of the statement";
        }
        String oneLine = image.length() > 40 ? image.substring(0, 40).strip() + "…" : image;
        return image.startsWith("'") || image.startsWith("\"") ? oneLine : "'" + oneLine + "'";
    }

    private static @Nullable String unclosed(int kind) {
        return switch (kind) {
            case QUOTE -> "the string that begins here is not closed";
            case DOUBLE_QUOTE -> "the quoted name that begins here is empty or not closed";
            default -> null;
        };
    }

    private static @Nullable String hint(Token last, Token found) {
        if (LIKELY_NAMES.contains(found.image.toUpperCase(Locale.ROOT))) {
            return reservedHint(found.image);
        }
        for (Token token : List.of(found, last)) {
            if (token.kind == IDENTIFIER) {
                String word = token.image;
                List<String> near = Nearest.to(word, MEANT, 1);
                if (word.length() > 3 && !near.isEmpty() && !near.getFirst().equalsIgnoreCase(word)) {
                    return "Did you mean " + near.getFirst() + " instead of " + word + "?";
                }
            }
        }
        return null;
    }

    static String reservedHint(String word) {
        return word.toUpperCase(Locale.ROOT) + " is a reserved word; as a name it is written \""
                + word.toLowerCase(Locale.ROOT) + "\".";
    }
}

package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.fault.AlluviumException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Takes the `WITH (option = value, …)` clauses out of a statement. `WITH (` begins nothing else in SQL, so that a
/// clause may stand after any source; [SourceNames] checks that it does.
final class OptionClauses {

    private final List<Lexeme> statement;
    private final List<Lexeme> rest = new ArrayList<>();
    private final List<Clause> clauses = new ArrayList<>();
    private int at;

    private OptionClauses(List<Lexeme> statement) {
        this.statement = statement;
    }

    /// @param start where the clause stands
    /// @param follows the offset after the token that the clause follows
    record Clause(int start, int follows, List<Option> options) {}

    /// @param name in lower case
    record Option(String name, String value, int start) {}

    /// @param rest the statement without its clauses
    record Taken(List<Lexeme> rest, List<Clause> clauses) {}

    /// @param statement tokens, one of the kind EOF at the end
    static Taken take(List<Lexeme> statement) {
        var reader = new OptionClauses(statement);
        while (reader.at < statement.size()) {
            if (reader.isClause()) {
                reader.clause();
            } else {
                reader.rest.add(reader.next());
            }
        }
        return new Taken(reader.rest, reader.clauses);
    }

    /// One map of several clauses and of what stood in addresses. A table has one set of options.
    static Map<String, String> merged(List<Clause> clauses, List<Option> fromAddresses) {
        var merged = new LinkedHashMap<String, String>();
        var all = new ArrayList<Option>();
        for (Clause clause : clauses) {
            checkNoneTwice(clause.options());
            all.addAll(clause.options());
        }
        all.addAll(fromAddresses);
        for (Option option : all) {
            String before = merged.putIfAbsent(option.name(), option.value());
            if (before != null && !before.equals(option.value())) {
                throw SyntaxErrors.at(
                        option.start(),
                        "the option \"" + option.name() + "\" is given twice, as '" + before + "' and as '"
                                + option.value() + "'",
                        "A table has one set of options: where its sources need different ones, make a table of each"
                                + " and join the tables.");
            }
        }
        return merged;
    }

    private static void checkNoneTwice(List<Option> options) {
        var seen = new LinkedHashMap<String, Option>();
        for (Option option : options) {
            if (seen.put(option.name(), option) != null) {
                throw SyntaxErrors.at(
                        option.start(), "the option \"" + option.name() + "\" stands twice in this WITH", null);
            }
        }
    }

    private boolean isClause() {
        return statement.get(at).is("WITH")
                && statement.get(Math.min(at + 1, statement.size() - 1)).is(LPAREN);
    }

    private void clause() {
        int start = next().start();
        next();
        var options = new ArrayList<Option>();
        do {
            options.add(option());
        } while (accept(COMMA));
        if (!accept(RPAREN)) {
            throw SyntaxErrors.expected("',' or ')' after the option's value", peek());
        }
        clauses.add(new Clause(start, rest.isEmpty() ? 0 : rest.getLast().end(), options));
    }

    private Option option() {
        int start = peek().start();
        String name =
                text("the name of an option, such as \"topic.wait.timeout\"").toLowerCase(Locale.ROOT);
        if (name.isBlank()) {
            throw SyntaxErrors.at(start, "the option's name is empty", null);
        }
        if (!accept(EQ)) {
            throw SyntaxErrors.expected("'=' after the option \"" + name + "\"", peek());
        }
        return new Option(name, text("a value for the option \"" + name + "\""), start);
    }

    /// A string, a quoted name, or bare words and numbers without a gap, such as `file.watch`, `true`, `-1`,
    /// `5m`.
    private String text(String expected) {
        Lexeme first = peek();
        if (first.isString()) {
            return Quoted.string(next());
        }
        if (first.is(QUOTED_IDENTIFIER)) {
            return next().quotedName();
        }
        if (first.is(DOUBLE_QUOTE) && isEmptyName()) {
            next();
            next();
            return "";
        }
        var bare = new StringBuilder();
        int end = first.start();
        while (isBare(peek()) && peek().start() == end) {
            bare.append(peek().text());
            end = next().end();
        }
        if (bare.isEmpty()) {
            throw SyntaxErrors.expected(expected, first, "Values may be quoted: \"name\" = 'value'.");
        }
        return bare.toString();
    }

    private boolean isEmptyName() {
        Lexeme after = statement.get(Math.min(at + 1, statement.size() - 1));
        return after.is(DOUBLE_QUOTE) && after.start() == peek().end();
    }

    private static boolean isBare(Lexeme lexeme) {
        return switch (lexeme.kind()) {
            case UNSIGNED_INTEGER_LITERAL, DECIMAL_NUMERIC_LITERAL, APPROX_NUMERIC_LITERAL, DOT, MINUS, PLUS -> true;
            default -> lexeme.isWord();
        };
    }

    private boolean accept(int kind) {
        if (!peek().is(kind)) {
            return false;
        }
        at++;
        return true;
    }

    private Lexeme peek() {
        return statement.get(Math.min(at, statement.size() - 1));
    }

    private Lexeme next() {
        return statement.get(at++);
    }

    /// A clause where no source and no statement ends.
    static AlluviumException misplaced(Clause clause) {
        return SyntaxErrors.at(
                clause.start(),
                "WITH (…) stands neither after a source nor at the end of the statement",
                "Put it after the source in FROM, or last.");
    }
}

package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Locale;

/// Reads the tokens of a statement from left to right. Mutable, used by one thread.
final class Tokens {

    private final List<Lexeme> lexemes;
    private int at;

    /// @param lexemes with one of the kind EOF at the end
    Tokens(List<Lexeme> lexemes) {
        this.lexemes = lexemes;
    }

    Lexeme peek() {
        return lexemes.get(at);
    }

    Lexeme peek(int ahead) {
        return lexemes.get(Math.min(at + ahead, lexemes.size() - 1));
    }

    Lexeme next() {
        Lexeme lexeme = lexemes.get(at);
        at = Math.min(at + 1, lexemes.size() - 1);
        return lexeme;
    }

    boolean atEnd() {
        return peek().is(EOF);
    }

    /// What is left, without the end.
    List<Lexeme> remaining() {
        return lexemes.subList(at, lexemes.size() - 1);
    }

    int endOffset() {
        return lexemes.getLast().start();
    }

    boolean accept(String word) {
        if (!peek().is(word)) {
            return false;
        }
        next();
        return true;
    }

    /// Takes all of the words or none.
    boolean accept(String first, String second) {
        if (!peek().is(first) || !peek(1).is(second)) {
            return false;
        }
        next();
        next();
        return true;
    }

    boolean accept(int kind) {
        if (!peek().is(kind)) {
            return false;
        }
        next();
        return true;
    }

    void expect(String word) {
        if (!accept(word)) {
            throw SyntaxErrors.expected(word, peek());
        }
    }

    void expect(int kind, String shown) {
        if (!accept(kind)) {
            throw SyntaxErrors.expected("'" + shown + "'", peek());
        }
    }

    void expectEnd() {
        if (!atEnd()) {
            throw SyntaxErrors.expected("the end of the statement", peek());
        }
    }

    /// A name as SQL has it after folding.
    ///
    /// @param what it names, such as `the table's name`
    String name(String what) {
        Lexeme lexeme = peek();
        if (lexeme.is(QUOTED_IDENTIFIER)) {
            return next().quotedName();
        }
        if (!lexeme.isWord()) {
            throw SyntaxErrors.expected(what, lexeme);
        }
        if (NamesInQuery.RESERVED.contains(lexeme.word())) {
            throw SyntaxErrors.expected(what, lexeme, SyntaxErrors.reservedHint(lexeme.text()));
        }
        return next().text().toLowerCase(Locale.ROOT);
    }

    TableName tableName() {
        int start = peek().start();
        return tableName(qualifiedName("a table's name"), start);
    }

    /// A name that may have the schema's before it.
    ///
    /// @param what it names, such as `a table's name`
    String qualifiedName(String what) {
        Lexeme first = peek();
        String name = name(what);
        if (!accept(DOT)) {
            return name;
        }
        if (!name.equals("public")) {
            throw new AlluviumException(
                    ErrorCode.UNDEFINED_TABLE,
                    "there is no schema " + name,
                    "All tables are in the schema public, which need not be written.",
                    first.start() + 1,
                    null);
        }
        return name(what);
    }

    static TableName tableName(String name, int offset) {
        try {
            return new TableName(name);
        } catch (IllegalArgumentException e) {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION, String.valueOf(e.getMessage()), null, offset + 1, e);
        }
    }
}

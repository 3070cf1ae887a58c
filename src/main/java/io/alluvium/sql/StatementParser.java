package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.EOF;
import static io.alluvium.sql.generated.SqlGrammarConstants.SEMICOLON;

import io.alluvium.catalog.TableDefinition.Origin;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/// SQL text to statements. What DDL there is, is read here word by word; queries are read by Calcite's grammar with
/// our additions (`src/main/codegen`).
///
/// In a [Statement.CreateTable] every bare name in FROM is a table; [Definitions] knows which are topics.
public final class StatementParser {

    private StatementParser() {}

    /// Reads one statement; a semicolon may end it.
    ///
    /// @throws AlluviumException SYNTAX, FEATURE_NOT_SUPPORTED, CONFIGURATION and others, with the position
    ///     in
    /// `sql`
    public static Statement parse(String sql) {
        return read(sql).statement();
    }

    /// Reads any number of statements, separated by semicolons.
    ///
    /// @throws AlluviumException for the first statement that is wrong, with the position in `text`
    public static List<Statement> parseScript(String text) {
        var source = new SourceText(text);
        Lexer.Lexed lexed = Lexer.lex(source);
        lexed.problem().ifPresent(problem -> {
            throw problem;
        });
        return split(lexed.lexemes()).stream()
                .map(statement -> StatementReader.read(source, statement, Variables.NONE, Origin.SESSION)
                        .statement())
                .toList();
    }

    /// The 1-based place in `sql`, a CREATE TABLE, of one of its sources, counted from 0.
    public static int placeOfSource(String sql, int source) {
        return read(sql).sourceStarts().get(source) + 1;
    }

    /// One statement with the places of its sources.
    static StatementReader.Read read(String sql) {
        var source = new SourceText(sql);
        Lexer.Lexed lexed = Lexer.lex(source);
        lexed.problem().ifPresent(problem -> {
            throw problem;
        });
        List<List<Lexeme>> statements = split(lexed.lexemes());
        if (statements.isEmpty()) {
            throw new AlluviumException(ErrorCode.SYNTAX, "there is no statement", null, 1, null);
        }
        if (statements.size() > 1) {
            throw SyntaxErrors.at(
                    statements.get(1).getFirst().start(),
                    "there is more than one statement",
                    "Send them one at a time.");
        }
        return StatementReader.read(source, statements.getFirst(), Variables.NONE, Origin.SESSION);
    }

    /// The tokens of each statement, each with an EOF in the place of its semicolon; empty statements are
    /// left out.
    static List<List<Lexeme>> split(List<Lexeme> lexemes) {
        var statements = new ArrayList<List<Lexeme>>();
        var statement = new ArrayList<Lexeme>();
        for (Lexeme lexeme : lexemes) {
            if (lexeme.is(SEMICOLON) || lexeme.is(EOF)) {
                if (!statement.isEmpty()) {
                    statement.add(new Lexeme(EOF, "", lexeme.start(), lexeme.start()));
                    statements.add(List.copyOf(statement));
                    statement.clear();
                }
            } else {
                statement.add(lexeme);
            }
        }
        return statements;
    }
}

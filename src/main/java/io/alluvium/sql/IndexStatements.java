package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.catalog.TableIndex;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `CREATE INDEX`, `DROP INDEX` and `SHOW INDEXES`, as PostgreSQL writes them.
final class IndexStatements {

    private static final int MOST_COLUMNS = 32;

    private IndexStatements() {}

    /// @param tokens from INDEX or UNIQUE on
    static Statement.CreateIndex create(Tokens tokens, String sql) {
        if (tokens.peek().is("UNIQUE")) {
            throw notSupported(
                    "a unique index is not supported",
                    "The table's key is unique; for other columns make a plain index: CREATE INDEX ON table (column).",
                    tokens.peek());
        }
        tokens.expect("INDEX");
        // Nobody waits for an index here, whichever way it is written.
        tokens.accept("CONCURRENTLY");
        boolean ifNotExists = ifNotExists(tokens);
        String name = null;
        if (!tokens.peek().is("ON")) {
            name = indexName(tokens);
        } else if (ifNotExists) {
            throw SyntaxErrors.expected("the index's name after IF NOT EXISTS", tokens.peek());
        }
        tokens.expect("ON");
        TableName table = tokens.tableName();
        TableIndex.Kind kind = tokens.accept("USING") ? kind(tokens) : TableIndex.Kind.ORDERED;
        List<String> columns = columns(tokens);
        if (!tokens.atEnd()) {
            Lexeme next = tokens.peek();
            for (String clause : List.of("INCLUDE", "WHERE", "WITH", "TABLESPACE", "NULLS")) {
                if (next.is(clause)) {
                    throw notSupported(
                            clause + " is not supported in CREATE INDEX",
                            "An index has all rows of its table; leave the clause out.",
                            next);
                }
            }
            tokens.expectEnd();
        }
        return new Statement.CreateIndex(sql, name, table, columns, kind, ifNotExists);
    }

    private static boolean ifNotExists(Tokens tokens) {
        if (!tokens.accept("IF", "NOT")) {
            return false;
        }
        tokens.expect("EXISTS");
        return true;
    }

    private static String indexName(Tokens tokens) {
        Lexeme first = tokens.peek();
        String name = tokens.qualifiedName("the index's name");
        if (name.isEmpty() || name.length() > 128) {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION,
                    "an index's name has 1 to 128 characters, not " + name.length(),
                    null,
                    first.start() + 1,
                    null);
        }
        return name;
    }

    private static TableIndex.Kind kind(Tokens tokens) {
        Lexeme method = tokens.peek();
        String name = tokens.name("btree or hash");
        return switch (name) {
            case "btree", "ordered" -> TableIndex.Kind.ORDERED;
            case "hash" -> TableIndex.Kind.HASH;
            case "gin", "gist", "brin", "spgist" ->
                throw notSupported(
                        "indexes of the kind " + name + " are not supported",
                        "btree finds values, ranges and the beginnings of texts; hash finds values.",
                        method);
            default -> throw SyntaxErrors.expected("btree or hash", method);
        };
    }

    private static List<String> columns(Tokens tokens) {
        tokens.expect(LPAREN, "(");
        var columns = new ArrayList<String>();
        do {
            Lexeme first = tokens.peek();
            String name = column(tokens);
            if (columns.contains(name)) {
                throw new AlluviumException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "the column " + name + " is there twice in the index",
                        "Name each column once.",
                        first.start() + 1,
                        null);
            }
            columns.add(name);
            if (columns.size() > MOST_COLUMNS) {
                throw notSupported(
                        "an index of more than " + MOST_COLUMNS + " columns is not supported",
                        "Name the columns that conditions name most often.",
                        first);
            }
        } while (tokens.accept(COMMA));
        tokens.expect(RPAREN, ")");
        return columns;
    }

    private static String column(Tokens tokens) {
        Lexeme first = tokens.peek();
        if (first.is(LPAREN)) {
            throw expression(first);
        }
        String name = tokens.name("a column's name");
        if (tokens.peek().is(LPAREN)) {
            throw expression(first);
        }
        tokens.accept("ASC");
        Lexeme next = tokens.peek();
        if (next.is("DESC")) {
            throw notSupported(
                    "a descending column is not supported in an index",
                    "Leave DESC out: an index is read in both directions.",
                    next);
        }
        if (next.is("NULLS") || next.is("COLLATE")) {
            throw notSupported(
                    next.word() + " is not supported in an index",
                    "Texts are ordered by code point, NULL is above all other values.",
                    next);
        }
        return name;
    }

    private static AlluviumException expression(Lexeme at) {
        return notSupported(
                "an index over an expression is not supported",
                "Make the expression a column of the table: CREATE TABLE … AS SELECT expression AS name … Then index"
                        + " that column.",
                at);
    }

    /// @param tokens from INDEX on
    static Statement.DropIndex drop(Tokens tokens, String sql) {
        tokens.expect("INDEX");
        tokens.accept("CONCURRENTLY");
        boolean ifExists = tokens.accept("IF", "EXISTS");
        String name = indexName(tokens);
        if (tokens.peek().is(COMMA)) {
            throw notSupported("DROP INDEX drops one index", "Write a statement for each.", tokens.peek());
        }
        if (!tokens.accept("CASCADE")) {
            tokens.accept("RESTRICT");
        }
        tokens.expectEnd();
        return new Statement.DropIndex(sql, name, ifExists);
    }

    /// @param tokens from INDEXES on
    static Statement.ShowIndexes show(Tokens tokens, String sql) {
        tokens.expect("INDEXES");
        TableName table = tokens.accept("FROM") || tokens.accept("IN") ? tokens.tableName() : null;
        if (table == null && !tokens.atEnd()) {
            throw SyntaxErrors.expected("FROM and a table's name, or the end of the statement", tokens.peek());
        }
        tokens.expectEnd();
        return new Statement.ShowIndexes(sql, table);
    }

    private static AlluviumException notSupported(String message, @Nullable String hint, Lexeme at) {
        return new AlluviumException(ErrorCode.FEATURE_NOT_SUPPORTED, message, hint, at.start() + 1, null);
    }
}

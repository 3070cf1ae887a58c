package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.catalog.TableDefinition.Origin;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// Reads one statement from its tokens: tells the kinds apart and reads all but `CREATE TABLE`, for which there is
/// [CreateTableReader].
final class StatementReader {

    private static final Set<String> STATEMENTS = Set.of(
            "CREATE",
            "DESCRIBE",
            "DROP",
            "EXPLAIN",
            "PAUSE",
            "REFRESH",
            "REPLAY",
            "RESUME",
            "SELECT",
            "SHOW",
            "TABLE",
            "VALUES",
            "WITH");
    private static final Set<String> CHANGES =
            Set.of("ALTER", "COPY", "DELETE", "INSERT", "MERGE", "REPLACE", "TRUNCATE", "UPDATE", "UPSERT");

    private final SourceText source;
    private final List<Lexeme> statement;
    private final Variables variables;
    private final Origin origin;
    private final Tokens tokens;
    private final String sql;

    private StatementReader(SourceText source, List<Lexeme> statement, Variables variables, Origin origin) {
        this.source = source;
        this.statement = statement;
        this.variables = variables;
        this.origin = origin;
        this.tokens = new Tokens(statement);
        this.sql = source.text()
                .substring(
                        statement.getFirst().start(),
                        statement.get(Math.max(0, statement.size() - 2)).end());
    }

    /// @param sourceStarts the offsets of the sources of a CREATE TABLE, in the order of its `sources`; else
    ///     empty
    record Read(Statement statement, List<Integer> sourceStarts) {
        static Read of(Statement statement) {
            return new Read(statement, List.of());
        }
    }

    /// @param statement the tokens of one statement, with one of the kind EOF at the end
    static Read read(SourceText source, List<Lexeme> statement, Variables variables, Origin origin) {
        return new StatementReader(source, statement, variables, origin).read();
    }

    private Read read() {
        Lexeme first = tokens.peek();
        return switch (first.isWord() ? first.word() : first.text()) {
            case "SELECT", "VALUES", "WITH", "TABLE", "(" -> Read.of(query());
            case "CREATE" -> create();
            case "DROP" -> Read.of(drop());
            case "PAUSE" -> Read.of(new Statement.PauseTable(sql, tableOf("PAUSE")));
            case "RESUME" -> Read.of(new Statement.ResumeTable(sql, tableOf("RESUME")));
            case "REFRESH" -> Read.of(new Statement.RefreshTable(sql, tableOf("REFRESH")));
            case "REPLAY" -> Read.of(new Statement.ReplayErrors(sql, errorsOf()));
            case "SHOW" -> Read.of(show());
            case "DESCRIBE", "DESC" -> Read.of(describe());
            case "EXPLAIN" -> Read.of(explain());
            default -> throw notAStatement(first);
        };
    }

    private static AlluviumException notAStatement(Lexeme first) {
        if (first.isWord() && CHANGES.contains(first.word())) {
            return notSupported(
                    first.word() + " is not supported: a table holds what its source holds",
                    "Change the source, or replace the definition with CREATE OR REPLACE TABLE.",
                    first);
        }
        List<String> near = first.isWord() ? Nearest.to(first.text(), STATEMENTS, 1) : List.of();
        return SyntaxErrors.expected(
                "a statement",
                first,
                near.isEmpty()
                        ? "Statements begin with SELECT, CREATE, DROP, PAUSE, RESUME, SHOW, DESCRIBE or" + " EXPLAIN."
                        : "Did you mean " + near.getFirst() + "?");
    }

    private Statement.Query query() {
        return query(sql);
    }

    private Statement.Query query(String text) {
        List<Lexeme> query = tokens.remaining();
        for (int i = 0; i + 1 < query.size(); i++) {
            if (query.get(i).is("WITH") && query.get(i + 1).is(LPAREN)) {
                throw SyntaxErrors.at(
                        query.get(i).start(),
                        "options belong to CREATE TABLE, not to a query",
                        "Make a table of the source first: CREATE TABLE name AS SELECT … WITH (…).");
            }
        }
        int last = query.size() - 1;
        if (last > 1 && query.get(last - 1).is("EMIT") && isEmit(query.get(last))) {
            throw SyntaxErrors.at(
                    query.get(last - 1).start(),
                    "EMIT belongs to CREATE TABLE, not to a query",
                    "A query answers with the rows of now.");
        }
        SqlNode node = QueryGrammar.parse(source, query, tokens.endOffset());
        SourceNames.checkTablesOnly(source, node);
        return new Statement.Query(text, node);
    }

    private static boolean isEmit(Lexeme lexeme) {
        return lexeme.is("CHANGES") || lexeme.is("FINAL");
    }

    private Read create() {
        Lexeme create = tokens.next();
        boolean orReplace = tokens.accept("OR", "REPLACE");
        Lexeme what = tokens.peek();
        if (tokens.accept("TABLE")) {
            return CreateTableReader.read(source, variables.fill(statement), sql, orReplace, origin);
        }
        if (!orReplace && (what.is("INDEX") || what.is("UNIQUE"))) {
            return Read.of(IndexStatements.create(tokens, sql));
        }
        if (what.is("MATERIALIZED") || what.is("VIEW") || what.is("STREAM") || what.is("TEMPORARY")) {
            throw notSupported(
                    "CREATE " + what.word() + " is not supported",
                    "CREATE TABLE name AS SELECT … makes a table that is kept current.",
                    create);
        }
        throw SyntaxErrors.expected(orReplace ? "TABLE" : "TABLE or OR REPLACE TABLE", what);
    }

    private Statement drop() {
        tokens.next();
        if (tokens.peek().is("INDEX")) {
            return IndexStatements.drop(tokens, sql);
        }
        if (!tokens.accept("TABLE")) {
            throw SyntaxErrors.expected("TABLE or INDEX", tokens.peek());
        }
        boolean ifExists = tokens.accept("IF", "EXISTS");
        TableName name = tokens.tableName();
        if (tokens.peek().is(COMMA)) {
            throw notSupported("DROP TABLE drops one table", "Write a statement for each.", tokens.peek());
        }
        boolean cascade = tokens.accept("CASCADE");
        if (!cascade) {
            tokens.accept("RESTRICT");
        }
        tokens.expectEnd();
        return new Statement.DropTable(sql, name, ifExists, cascade);
    }

    private TableName tableOf(String verb) {
        tokens.expect(verb);
        return tableOf();
    }

    private TableName tableOf() {
        tokens.expect("TABLE");
        TableName name = tokens.tableName();
        tokens.expectEnd();
        return name;
    }

    /// `REPLAY ERRORS FOR TABLE name`.
    private TableName errorsOf() {
        tokens.next();
        tokens.expect("ERRORS");
        tokens.expect("FOR");
        return tableOf();
    }

    private Statement show() {
        tokens.next();
        Lexeme what = tokens.peek();
        if (what.is("INDEXES")) {
            return IndexStatements.show(tokens, sql);
        }
        for (Statement.Shown shown : Statement.Shown.values()) {
            if (tokens.accept(shown.name())) {
                tokens.expectEnd();
                return new Statement.Show(sql, shown);
            }
        }
        List<String> all = Stream.concat(Arrays.stream(Statement.Shown.values()).map(Enum::name), Stream.of("INDEXES"))
                .toList();
        List<String> near = what.isWord() ? Nearest.to(what.text(), all, 1) : List.of();
        throw SyntaxErrors.expected(
                SyntaxErrors.alternatives(all), what, near.isEmpty() ? null : "Did you mean " + near.getFirst() + "?");
    }

    private Statement.Describe describe() {
        tokens.next();
        if (tokens.peek().is("TABLE") && !tokens.peek(1).is(EOF)) {
            tokens.next();
        }
        TableName name = tokens.tableName();
        tokens.expectEnd();
        return new Statement.Describe(sql, name);
    }

    private Statement.Explain explain() {
        tokens.next();
        boolean analyze = tokens.accept("ANALYZE") || analyzeOption();
        Lexeme what = tokens.peek();
        if (what.is("CREATE")) {
            List<Lexeme> inner = statement.subList(statement.indexOf(what), statement.size());
            Statement created = read(source, inner, variables, origin).statement();
            return new Statement.Explain(sql, analyze, null, (Statement.CreateTable) created);
        }
        if (!what.is("SELECT") && !what.is("VALUES") && !what.is("WITH") && !what.is("TABLE") && !what.is(LPAREN)) {
            throw SyntaxErrors.expected("a query or CREATE TABLE", what);
        }
        return new Statement.Explain(sql, analyze, query(textFrom(what)), null);
    }

    /// PostgreSQL's `EXPLAIN (ANALYZE) …`.
    private boolean analyzeOption() {
        if (!tokens.peek().is(LPAREN) || !tokens.peek(1).is("ANALYZE")) {
            return false;
        }
        tokens.next();
        tokens.next();
        boolean off = tokens.accept("FALSE") || tokens.accept("OFF");
        if (!off && !tokens.accept("TRUE")) {
            tokens.accept("ON");
        }
        tokens.expect(RPAREN, ")");
        return !off;
    }

    private String textFrom(Lexeme first) {
        return sql.substring(first.start() - statement.getFirst().start());
    }

    private static AlluviumException notSupported(String message, @Nullable String hint, Lexeme at) {
        return new AlluviumException(ErrorCode.FEATURE_NOT_SUPPORTED, message, hint, at.start() + 1, null);
    }
}

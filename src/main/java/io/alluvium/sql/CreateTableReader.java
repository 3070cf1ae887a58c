package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableDefinition.Origin;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// Reads `CREATE TABLE … AS SELECT …`. The option clauses and the marks of key columns are taken out first; the
/// query that is left goes to the grammar, and then the clauses are checked to have stood after a source or at the
/// end.
final class CreateTableReader {

    private final SourceText source;
    private final String sql;
    private final boolean orReplace;
    private final Origin origin;
    private final List<OptionClauses.Clause> clauses;
    private final Tokens tokens;
    private final int lastEnd;

    private CreateTableReader(
            SourceText source, OptionClauses.Taken taken, String sql, boolean orReplace, Origin origin) {
        this.source = source;
        this.sql = sql;
        this.orReplace = orReplace;
        this.origin = origin;
        this.clauses = taken.clauses();
        this.tokens = new Tokens(taken.rest());
        this.lastEnd = taken.rest().get(Math.max(0, taken.rest().size() - 2)).end();
    }

    /// @param statement all tokens, from CREATE to one of the kind EOF
    static StatementReader.Read read(
            SourceText source, List<Lexeme> statement, String sql, boolean orReplace, Origin origin) {
        return new CreateTableReader(source, OptionClauses.take(statement), sql, orReplace, origin).read();
    }

    private StatementReader.Read read() {
        while (!tokens.accept("TABLE")) {
            tokens.next();
        }
        boolean ifNotExists = ifNotExists();
        TableName name = tokens.tableName();
        ColumnList.Declared declared = tokens.peek().is(LPAREN) ? ColumnList.read(tokens) : ColumnList.Declared.NOTHING;
        if (!tokens.accept("AS")) {
            throw SyntaxErrors.expected(
                    declared.columns().isEmpty() ? "AS or a column list" : "AS",
                    tokens.peek(),
                    "A table is made from a query: CREATE TABLE " + name + " AS SELECT * FROM …");
        }
        List<Lexeme> query = new ArrayList<>(tokens.remaining());
        boolean emitFinal = takeEmit(query);
        checkSelect(query);
        HistoryClause then = HistoryClause.take(query);
        KeyMarks marks = KeyMarks.take(query);
        SqlNode parsed = QueryGrammar.parse(source, marks.query(), tokens.endOffset());
        List<String> markedKey = marks.columns(source, parsed);
        SourceNames.Replaced replaced = SourceNames.replace(source, parsed);
        if (then != null) {
            replaced.ends().add(then.end());
        }
        checkPlaces(replaced);
        boolean renamed = !declared.columns().isEmpty()
                && replaced.sources().stream().anyMatch(s -> s.definition() instanceof SourceDefinition.OtherTable);
        DefinitionRules.check(source, replaced.query(), !renamed);

        var definition = new TableDefinition(
                name,
                declared.columns(),
                key(declared, markedKey, marks),
                sources(replaced, then),
                options(replaced),
                emitFinal,
                sql,
                origin);
        return new StatementReader.Read(
                new Statement.CreateTable(definition, orReplace, ifNotExists, replaced.query()),
                replaced.sources().stream().map(SourceNames.Found::start).toList());
    }

    private static List<SourceDefinition> sources(SourceNames.Replaced replaced, @Nullable HistoryClause then) {
        List<SourceDefinition> sources =
                replaced.sources().stream().map(SourceNames.Found::definition).toList();
        return then == null ? sources : List.of(then.after(sources));
    }

    private boolean ifNotExists() {
        if (!tokens.peek().is("IF") || !tokens.peek(1).is("NOT")) {
            return false;
        }
        tokens.next();
        tokens.next();
        tokens.expect("EXISTS");
        return true;
    }

    /// Takes `EMIT CHANGES` or `EMIT FINAL` off the end.
    private boolean takeEmit(List<Lexeme> query) {
        int size = query.size();
        if (size < 2 || !query.get(size - 2).is("EMIT") || (size > 2 && isNameFollowing(query.get(size - 3)))) {
            return false;
        }
        Lexeme what = query.get(size - 1);
        if (!what.is("CHANGES") && !what.is("FINAL")) {
            throw SyntaxErrors.expected("CHANGES or FINAL after EMIT", what);
        }
        query.removeLast();
        query.removeLast();
        return what.is("FINAL");
    }

    private static boolean isNameFollowing(Lexeme before) {
        return before.is("AS") || before.is(DOT);
    }

    private void checkSelect(List<Lexeme> query) {
        Lexeme first = query.isEmpty() ? tokens.peek() : query.getFirst();
        if (!first.is("SELECT")
                && !first.is("WITH")
                && !first.is("VALUES")
                && !first.is("TABLE")
                && !first.is(LPAREN)) {
            String found = SyntaxErrors.shown(first.kind(), first.text());
            throw SyntaxErrors.at(
                    first.start(),
                    "only SELECT can follow CREATE TABLE … AS, not " + found,
                    "A table is made from a query: CREATE TABLE name AS SELECT * FROM …");
        }
    }

    private void checkPlaces(SourceNames.Replaced replaced) {
        for (OptionClauses.Clause clause : clauses) {
            if (clause.follows() != lastEnd && !replaced.ends().contains(clause.follows())) {
                // EMIT may follow the clause that ends the statement.
                if (tokens.remaining().stream().noneMatch(l -> l.start() >= clause.follows() && !isEmit(l))) {
                    continue;
                }
                throw OptionClauses.misplaced(clause);
            }
        }
    }

    private static boolean isEmit(Lexeme lexeme) {
        return lexeme.is("EMIT") || lexeme.is("CHANGES") || lexeme.is("FINAL");
    }

    private Map<String, String> options(SourceNames.Replaced replaced) {
        return OptionClauses.merged(
                clauses,
                replaced.sources().stream().flatMap(s -> s.options().stream()).toList());
    }

    private static List<String> key(ColumnList.Declared declared, List<String> marked, KeyMarks marks) {
        if (!declared.key().isEmpty() && !marked.isEmpty()) {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION,
                    "the column list and the SELECT both name a primary key",
                    "Keep one of them.",
                    marks.firstOffset() + 1,
                    null);
        }
        return marked.isEmpty() ? declared.key() : marked;
    }
}

package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.sql.generated.ParseException;
import io.alluvium.sql.generated.SimpleCharStream;
import io.alluvium.sql.generated.SqlGrammar;
import io.alluvium.sql.generated.SqlGrammarTokenManager;
import io.alluvium.sql.generated.Token;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;

/// The tokens of a query to its tree: runs the generated grammar over tokens that are already cut, and translates
/// its errors into sentences.
final class QueryGrammar {

    private static final int LONGEST_NAME = 4096;

    /// What PostgreSQL allows beyond the standard: `!=`, `%`, and OFFSET before LIMIT.
    private static final SqlConformance CONFORMANCE = new SqlDelegatingConformance(SqlConformanceEnum.DEFAULT) {
        @Override
        public boolean isBangEqualAllowed() {
            return true;
        }

        @Override
        public boolean isPercentRemainderAllowed() {
            return true;
        }

        @Override
        public boolean isOffsetLimitAllowed() {
            return true;
        }
    };

    private QueryGrammar() {}

    /// @param query the tokens of one query, without an end
    /// @param end the offset at which the query ends, for messages
    static SqlNode parse(SourceText source, List<Lexeme> query, int end) {
        StatementSize.check(query);
        var parameters = new HashMap<SqlParserPos, Integer>();
        List<Lexeme> marked = NamesInQuery.mark(withSourceNames(withParameters(source, query, parameters)));
        var tokens = new ArrayList<Token>(marked.size() + 1);
        marked.forEach(lexeme -> tokens.add(token(source, lexeme)));
        tokens.add(token(source, new Lexeme(EOF, "", end, end)));

        var grammar = new SqlGrammar(new CutTokens(tokens));
        grammar.setUnquotedCasing(Casing.TO_LOWER);
        grammar.setQuotedCasing(Casing.UNCHANGED);
        grammar.setIdentifierMaxLength(LONGEST_NAME);
        grammar.setConformance(CONFORMANCE);
        grammar.setOriginalSql(source.text());
        try {
            return PostgresForms.translate(grammar.SqlQueryEof(), parameters);
        } catch (ParseException e) {
            throw SyntaxErrors.of(source, e);
        } catch (CalciteContextException e) {
            throw SyntaxErrors.of(source, e);
        } catch (StackOverflowError e) {
            throw StatementSize.nestedTooDeeply(
                    query.isEmpty() ? end + 1 : query.getFirst().start() + 1, e);
        }
    }

    /// `$1` becomes the grammar's `?`; which one it was is kept by its place.
    private static List<Lexeme> withParameters(
            SourceText source, List<Lexeme> query, Map<SqlParserPos, Integer> parameters) {
        var changed = new ArrayList<Lexeme>(query.size());
        boolean unnumbered = false;
        for (Lexeme lexeme : query) {
            if (!lexeme.is(IDENTIFIER) || !lexeme.text().matches("\\$[0-9]+")) {
                unnumbered |= lexeme.is(HOOK);
                changed.add(lexeme);
                continue;
            }
            String digits = lexeme.text().substring(1);
            int number = digits.length() > 5 ? 0 : Integer.parseInt(digits);
            if (number < 1 || number > 65_535) {
                throw SyntaxErrors.at(
                        lexeme.start(), "there is no parameter " + lexeme.text(), "Parameters are $1 to $65535.");
            }
            parameters.put(position(source, lexeme), number - 1);
            changed.add(lexeme.as(HOOK, "?"));
        }
        if (unnumbered && !parameters.isEmpty()) {
            throw SyntaxErrors.at(
                    query.stream()
                            .filter(l -> l.is(HOOK))
                            .findFirst()
                            .orElseThrow()
                            .start(),
                    "the query has parameters of both kinds, ? and $1",
                    "Number all of them or none.");
        }
        return changed;
    }

    /// The address of a source becomes a quoted name, which the grammar takes for a table.
    private static List<Lexeme> withSourceNames(List<Lexeme> query) {
        var changed = new ArrayList<Lexeme>(query.size());
        for (int i = 0; i < query.size(); i++) {
            Lexeme lexeme = query.get(i);
            if (lexeme.is(SOURCE_ADDRESS)) {
                changed.add(asQuotedName(lexeme, lexeme.text()));
            } else if (lexeme.isString() && isTable(query, i) && Sources.isAddress(Quoted.string(lexeme))) {
                changed.add(asQuotedName(lexeme, Quoted.string(lexeme)));
            } else {
                changed.add(lexeme);
            }
        }
        return changed;
    }

    private static Lexeme asQuotedName(Lexeme lexeme, String name) {
        return lexeme.as(QUOTED_IDENTIFIER, '"' + name.replace("\"", "\"\"") + '"');
    }

    /// Whether a string stands where FROM has a table.
    private static boolean isTable(List<Lexeme> query, int string) {
        if (string == 0) {
            return false;
        }
        Lexeme before = query.get(string - 1);
        return before.is("FROM") || before.is("JOIN") || (before.is(COMMA) && isInFrom(query, string - 1));
    }

    private static boolean isInFrom(List<Lexeme> query, int comma) {
        int depth = 0;
        for (int i = comma - 1; i >= 0 && depth >= 0; i--) {
            Lexeme lexeme = query.get(i);
            if (lexeme.is(RPAREN)) {
                depth++;
            } else if (lexeme.is(LPAREN)) {
                depth--;
            } else if (depth == 0 && lexeme.isKeyword()) {
                switch (lexeme.word()) {
                    case "FROM", "JOIN", "ON", "USING" -> {
                        return true;
                    }
                    case "SELECT", "WHERE", "BY", "HAVING", "VALUES" -> {
                        return false;
                    }
                    default -> {}
                }
            }
        }
        return false;
    }

    private static Token token(SourceText source, Lexeme lexeme) {
        SqlParserPos position = position(source, lexeme);
        Token token = Token.newToken(lexeme.kind(), lexeme.text());
        token.beginLine = position.getLineNum();
        token.beginColumn = position.getColumnNum();
        token.endLine = position.getEndLineNum();
        token.endColumn = position.getEndColumnNum();
        return token;
    }

    static SqlParserPos position(SourceText source, Lexeme lexeme) {
        int last = Math.max(lexeme.start(), lexeme.end() - 1);
        return new SqlParserPos(
                source.line(lexeme.start()), source.column(lexeme.start()), source.line(last), source.column(last));
    }

    /// Hands out tokens that are already cut.
    private static final class CutTokens extends SqlGrammarTokenManager {

        private final Iterator<Token> tokens;
        private final Token end;

        CutTokens(List<Token> tokens) {
            super(new SimpleCharStream(new StringReader("")));
            this.tokens = tokens.iterator();
            this.end = tokens.getLast();
        }

        @Override
        public Token getNextToken() {
            return tokens.hasNext() ? tokens.next() : end;
        }
    }
}

package io.alluvium.sql;

import static io.alluvium.sql.generated.SqlGrammarConstants.*;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// `THEN kafka_topic('orders')` after the source of a definition: the topic that goes on where the source ends.
/// `THEN` begins it wherever no `CASE` is open.
///
/// @param start where `THEN` stands
/// @param end the offset after the topic
record HistoryClause(SourceDefinition.KafkaTopic topic, int start, int end) {

    private static final String EXAMPLE = "Write SELECT * FROM file:///history/*.parquet THEN kafka_topic('orders').";

    /// Takes the clause out of a query.
    ///
    /// @return null when there is none
    static @Nullable HistoryClause take(List<Lexeme> query) {
        OptionalInt found = find(query);
        if (found.isEmpty()) {
            return null;
        }
        int at = found.getAsInt();
        List<Lexeme> rest = query.subList(at + 1, query.size());
        Lexeme then = query.get(at);
        if (rest.isEmpty()) {
            throw SyntaxErrors.at(then.start(), "THEN is not followed by a topic", EXAMPLE);
        }
        Lexeme first = rest.getFirst();
        int length = first.is(SOURCE_ADDRESS) || first.isString() || first.is(QUOTED_IDENTIFIER) ? 1 : 4;
        Sources.Source source = length == 1 ? address(first) : function(rest);
        int end = rest.get(length - 1).end();
        query.subList(at, at + 1 + length).clear();
        if (source.definition() instanceof SourceDefinition.KafkaTopic topic) {
            return new HistoryClause(topic, then.start(), end);
        }
        throw new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "only a topic can stand after THEN, not the "
                        + source.definition().describe(),
                EXAMPLE,
                first.start() + 1,
                null);
    }

    /// The only `THEN` that belongs to no `CASE`.
    private static OptionalInt find(List<Lexeme> query) {
        int open = 0;
        for (int i = 0; i < query.size(); i++) {
            Lexeme lexeme = query.get(i);
            if (lexeme.is("CASE")) {
                open++;
            } else if (lexeme.is("END")) {
                open--;
            } else if (lexeme.is("THEN") && open == 0) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private static Sources.Source address(Lexeme lexeme) {
        String text = lexeme.isString()
                ? Quoted.string(lexeme)
                : lexeme.is(QUOTED_IDENTIFIER) ? lexeme.quotedName() : lexeme.text();
        if (!Sources.isAddress(text)) {
            throw SyntaxErrors.at(lexeme.start(), "'" + text + "' after THEN is no source", EXAMPLE);
        }
        return Sources.ofAddress(text, lexeme.start());
    }

    private static Sources.Source function(List<Lexeme> rest) {
        Lexeme name = rest.getFirst();
        boolean isCall = rest.size() >= 4
                && name.isWord()
                && rest.get(1).is(LPAREN)
                && rest.get(2).isString()
                && rest.get(3).is(RPAREN);
        if (!isCall) {
            throw SyntaxErrors.at(name.start(), "THEN is not followed by a topic", EXAMPLE);
        }
        return Sources.ofFunction(
                name.text().toLowerCase(Locale.ROOT), List.of(Quoted.string(rest.get(2))), name.start());
    }

    /// The source with what comes before the topic.
    SourceDefinition after(List<SourceDefinition> sources) {
        if (sources.size() == 1 && sources.getFirst() instanceof SourceDefinition.Single first) {
            return new SourceDefinition.History(first, topic);
        }
        throw new AlluviumException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "THEN follows one file source or one database",
                EXAMPLE,
                start + 1,
                null);
    }
}

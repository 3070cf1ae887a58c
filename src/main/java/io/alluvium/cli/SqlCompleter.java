package io.alluvium.cli;

import io.alluvium.fault.AlluviumException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes keywords, in the case that the word was begun in, and the names of the service's tables.
final class SqlCompleter implements Completer {

    private static final List<String> KEYWORDS = List.of(
            "ALL",
            "ANALYZE",
            "AND",
            "AS",
            "ASC",
            "AVG",
            "BETWEEN",
            "BY",
            "CASE",
            "CAST",
            "CHANGES",
            "CONFIG",
            "COUNT",
            "CREATE",
            "CROSS",
            "DESC",
            "DESCRIBE",
            "DISTINCT",
            "DROP",
            "ELSE",
            "EMIT",
            "END",
            "EXCEPT",
            "EXISTS",
            "EXPLAIN",
            "FALSE",
            "FINAL",
            "FROM",
            "FULL",
            "FUNCTIONS",
            "GROUP",
            "HAVING",
            "IF",
            "IN",
            "INDEX",
            "INNER",
            "INTERSECT",
            "IS",
            "JOIN",
            "KEY",
            "LEFT",
            "LIKE",
            "LIMIT",
            "MAX",
            "MIN",
            "NOT",
            "NULL",
            "OFFSET",
            "ON",
            "OR",
            "ORDER",
            "OUTER",
            "PAUSE",
            "PRIMARY",
            "REFRESH",
            "REPLACE",
            "RESUME",
            "RIGHT",
            "SELECT",
            "SHOW",
            "SOURCES",
            "SUM",
            "TABLE",
            "TABLES",
            "THEN",
            "TOPICS",
            "TRUE",
            "UNION",
            "USING",
            "VALUES",
            "WHEN",
            "WHERE",
            "WITH");

    private final SqlClient client;

    SqlCompleter(SqlClient client) {
        this.client = client;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String word = line.word();
        boolean upper = word.isEmpty() || word.chars().noneMatch(Character::isLowerCase);
        Stream.concat(
                        KEYWORDS.stream().map(keyword -> upper ? keyword : keyword.toLowerCase(Locale.ROOT)),
                        tables().stream())
                .map(Candidate::new)
                .forEach(candidates::add);
    }

    /// None when the service does not answer: completion is no place for an error.
    private List<String> tables() {
        try {
            return client.tables();
        } catch (SqlFailure | AlluviumException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}

package io.alluvium.serve;

import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/// Knows the first words of each kind of statement, which is all that a session's tests need.
public final class FakeParser {

    private static final SqlNode NODE = SqlLiteral.createNull(SqlParserPos.ZERO);

    private FakeParser() {}

    public static Statement parse(String sql) {
        if (sql.contains("INDEX")) {
            return StatementParser.parse(sql);
        }
        String[] words = sql.strip().split("\\s+");
        return switch (words[0].toUpperCase(Locale.ROOT)) {
            case "SELECT" -> new Statement.Query(sql, NODE);
            case "EXPLAIN" -> new Statement.Explain(sql, sql.contains("ANALYZE"), new Statement.Query(sql, NODE), null);
            case "SHOW" -> new Statement.Show(sql, Statement.Shown.valueOf(words[1]));
            case "DESCRIBE" -> new Statement.Describe(sql, name(words));
            case "CREATE" -> create(sql, words);
            case "DROP" ->
                new Statement.DropTable(sql, name(words), sql.contains("IF EXISTS"), sql.contains("CASCADE"));
            case "PAUSE" -> new Statement.PauseTable(sql, name(words));
            case "RESUME" -> new Statement.ResumeTable(sql, name(words));
            default ->
                throw new AlluviumException(
                        ErrorCode.SYNTAX, "\"" + words[0] + "\" does not begin a statement", "Try SELECT", 1, null);
        };
    }

    private static Statement create(String sql, String[] words) {
        TableName name = name(words);
        var definition = new TableDefinition(
                name, List.of(), List.of(), List.of(), Map.of(), false, sql, TableDefinition.Origin.SESSION);
        return new Statement.CreateTable(definition, sql.contains("OR REPLACE"), sql.contains("IF NOT EXISTS"), NODE);
    }

    /// The first word in small letters.
    private static TableName name(String[] words) {
        for (String word : words) {
            if (word.equals(word.toLowerCase(Locale.ROOT))) {
                return new TableName(word);
            }
        }
        throw new IllegalArgumentException("no name in " + List.of(words));
    }
}

package io.alluvium.testkit;

import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The SQL of the pages under `docs/how-to`, for tests that run it.
public final class HowTo {

    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final Pattern END = Pattern.compile(";$", Pattern.MULTILINE);

    private HowTo() {}

    /// The statements of a page in their order.
    public static List<Statement> statements(String page) throws IOException {
        return blocks(page).stream()
                .flatMap(block -> StatementParser.parseScript(block).stream())
                .toList();
    }

    /// The same as they are written, without the semicolon.
    public static List<String> texts(String page) throws IOException {
        return blocks(page).stream()
                .flatMap(block -> END.splitAsStream(block))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static List<String> blocks(String page) throws IOException {
        Matcher blocks = SQL.matcher(Files.readString(Path.of("docs", "how-to", page)));
        return blocks.results().map(block -> block.group(1)).toList();
    }
}

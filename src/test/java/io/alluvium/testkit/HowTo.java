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

    private HowTo() {}

    /// The statements of a page in their order.
    public static List<Statement> statements(String page) throws IOException {
        Matcher blocks = SQL.matcher(Files.readString(Path.of("docs", "how-to", page)));
        return blocks.results()
                .flatMap(block -> StatementParser.parseScript(block.group(1)).stream())
                .toList();
    }
}

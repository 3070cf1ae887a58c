package io.alluvium.source.jdbc;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is read in a database: a table (or view) by its name, or a query.
///
/// @param text as it was written, without a semicolon at its end
/// @param parts the parts of the name; empty for a query
record Relation(String text, List<Part> parts) {

    private static final Pattern QUERY = Pattern.compile("(?is)\\s*(select|with)\\b.*");
    private static final Pattern PART =
            Pattern.compile("\"((?:[^\"]|\"\")+)\"|`((?:[^`]|``)+)`|([\\p{L}_][\\p{L}\\p{N}_$#-]*)");

    /// @param quoted whether upper and lower case count as they are written
    record Part(String name, boolean quoted) {}

    Relation {
        parts = List.copyOf(parts);
    }

    /// @throws AlluviumException CONFIGURATION when it is neither the name of a table nor a query
    static Relation of(String written) {
        String text = written.strip().replaceFirst("\\s*;\\s*$", "");
        if (QUERY.matcher(text).matches()) {
            return new Relation(text, List.of());
        }
        var parts = new ArrayList<Part>();
        Matcher part = PART.matcher(text);
        int at = 0;
        while (at <= text.length() && part.find(at) && part.start() == at && parts.size() < 3) {
            parts.add(
                    part.group(1) != null
                            ? new Part(part.group(1).replace("\"\"", "\""), true)
                            : part.group(2) != null
                                    ? new Part(part.group(2).replace("``", "`"), true)
                                    : new Part(part.group(3), false));
            if (part.end() == text.length()) {
                return new Relation(text, parts);
            }
            if (text.charAt(part.end()) != '.') {
                break;
            }
            at = part.end() + 1;
        }
        throw new AlluviumException(
                ErrorCode.CONFIGURATION,
                "'" + text + "' is neither the name of a table nor a query",
                "Write 'table', 'schema.table', with the quotes of the database around names that need them,"
                        + " or a query that begins with SELECT or WITH.");
    }

    boolean isQuery() {
        return parts.isEmpty();
    }

    /// What stands behind FROM.
    String from() {
        return isQuery() ? "(" + text + "\n) alluvium_rows" : text;
    }
}

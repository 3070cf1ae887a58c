package io.alluvium.cli;

import io.alluvium.fault.FaultCategory;
import java.util.Optional;

/// A statement that the service refused or could not run, in the service's own words.
final class SqlFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String sqlState;
    private final FaultCategory category;
    private final transient Optional<String> hint;
    private final int position;

    /// @param position the 1-based character of the statement, 0 when there is none
    SqlFailure(String sqlState, FaultCategory category, String message, Optional<String> hint, int position) {
        super(message);
        this.sqlState = sqlState;
        this.category = category;
        this.hint = hint;
        this.position = position;
    }

    FaultCategory category() {
        return category;
    }

    /// The message with SQLSTATE, the place in the statement under a caret, and the hint.
    String describe(String sql) {
        StringBuilder text =
                new StringBuilder("error ").append(sqlState).append(": ").append(getMessage());
        if (position > 0 && position <= sql.length() + 1) {
            appendPlace(text, sql);
        }
        hint.ifPresent(h -> text.append("\n  hint: ").append(h));
        return text.toString();
    }

    private void appendPlace(StringBuilder text, String sql) {
        int at = position - 1;
        int start = sql.lastIndexOf('\n', at - 1) + 1;
        int end = sql.indexOf('\n', at);
        String line = sql.substring(start, end < 0 ? sql.length() : end).replace('\t', ' ');
        long number = 1 + sql.substring(0, start).chars().filter(c -> c == '\n').count();
        String label = "  line " + number + ": ";
        text.append('\n').append(label).append(line).append('\n');
        text.repeat(' ', label.length() + at - start).append('^');
    }
}

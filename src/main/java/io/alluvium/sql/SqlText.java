package io.alluvium.sql;

/// Places in the text of a statement.
final class SqlText {

    private SqlText() {}

    /// The 1-based character of `sql` at a 1-based line and column, 0 when there is no such place.
    static int position(String sql, int line, int column) {
        if (line < 1 || column < 1) {
            return 0;
        }
        int start = 0;
        for (int i = 1; i < line; i++) {
            int end = sql.indexOf('\n', start);
            if (end < 0) {
                return 0;
            }
            start = end + 1;
        }
        int position = start + column;
        return position <= sql.length() + 1 ? position : 0;
    }
}

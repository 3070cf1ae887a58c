package io.alluvium.format;

import io.alluvium.data.ColumnType;

/// What is said of a value that its column's type cannot hold.
final class Misfit {

    private static final int LONGEST_EXCERPT = 60;

    private Misfit() {}

    static String reason(String value, ColumnType type) {
        String excerpt = value.length() > LONGEST_EXCERPT ? value.substring(0, LONGEST_EXCERPT) + "…" : value;
        return "'" + excerpt + "' does not fit " + type;
    }
}

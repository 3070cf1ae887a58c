package io.alluvium.source.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a statement that defines something does to one table, as far as the binary log does not say it row by row.
/// The server writes a statement there only when it has done something: a `CREATE TABLE IF NOT EXISTS` stands there
/// when there was none.
final class MariaStatement {

    enum Effect {
        NONE,
        /// The rows stay.
        ALTERS,
        /// None of the rows, or not all of them, need be there any more.
        REPLACES
    }

    /// Comments, but for the marks around what the server runs as `/*! … */`; then names in quotes, texts, words.
    private static final Pattern TOKEN = Pattern.compile("(?s)\\s+|--\\s[^\\n]*|#[^\\n]*|/\\*M?!\\d*|\\*/|/\\*.*?\\*/"
            + "|(`(?:[^`]++|``)*+`|\"(?:[^\"]++|\"\")*+\"|'(?:[^'\\\\]++|''|\\\\.)*+'|[\\p{L}\\p{N}_$]++|.)");

    private static final Set<String> BEGINS = Set.of("CREATE", "DROP", "RENAME", "ALTER", "SET");
    private static final Set<String> PARTS = Set.of("DROP", "TRUNCATE", "EXCHANGE", "CONVERT");
    private static final Set<String> OF_A_TABLE = Set.of("COLUMN", "INDEX", "KEY");

    private final String database;
    private final String table;
    private final String current;
    private final List<String> tokens;
    private int next;

    private MariaStatement(String database, String table, String current, List<String> tokens) {
        this.database = database;
        this.table = table;
        this.current = current;
        this.tokens = tokens;
    }

    /// Names are compared without their case, as some servers do: to load again is harmless.
    ///
    /// @param database the table's
    /// @param current the database of the session
    static Effect effect(String sql, String current, String database, String table) {
        var tokens = new ArrayList<String>();
        Matcher matcher = TOKEN.matcher(sql);
        while (matcher.find()) {
            String token = matcher.group(1);
            if (token != null) {
                if (tokens.isEmpty() && !BEGINS.contains(token.toUpperCase(Locale.ROOT))) {
                    return Effect.NONE;
                }
                tokens.add(token);
            }
        }
        return new MariaStatement(database, table, current, tokens).effect();
    }

    private Effect effect() {
        if (skips("SET") && skips("STATEMENT")) {
            while (next < tokens.size() && !skips("FOR")) {
                next++;
            }
        }
        if (skips("CREATE")) {
            return create();
        }
        if (skips("DROP")) {
            return drop();
        }
        if (skips("RENAME")) {
            return (skips("TABLE") || skips("TABLES")) && names() ? Effect.REPLACES : Effect.NONE;
        }
        return skips("ALTER") ? alter() : Effect.NONE;
    }

    private Effect create() {
        if (skips("OR")) {
            skips("REPLACE");
        }
        if (isDatabase()) {
            return ofDatabase();
        }
        if (!skips("TABLE")) {
            return indexed();
        }
        condition();
        return isTable() ? Effect.REPLACES : Effect.NONE;
    }

    /// `CREATE INDEX … ON t`, and what is no matter of tables.
    private Effect indexed() {
        while (next < tokens.size()
                && !word(next).equals("INDEX")
                && !word(next).equals("ON")) {
            next++;
        }
        if (!skips("INDEX")) {
            return Effect.NONE;
        }
        while (next < tokens.size() && !skips("ON")) {
            next++;
        }
        return isTable() ? Effect.ALTERS : Effect.NONE;
    }

    private Effect drop() {
        if (isDatabase()) {
            return ofDatabase();
        }
        if (skips("TABLE") || skips("TABLES")) {
            return names() ? Effect.REPLACES : Effect.NONE;
        }
        return indexed();
    }

    private boolean isDatabase() {
        return skips("DATABASE") || skips("SCHEMA");
    }

    private Effect ofDatabase() {
        condition();
        return next < tokens.size() && name(next).equalsIgnoreCase(database) ? Effect.REPLACES : Effect.NONE;
    }

    private Effect alter() {
        while (skips("ONLINE") || skips("OFFLINE") || skips("IGNORE")) {
            // Words that change nothing here.
        }
        if (!skips("TABLE")) {
            return Effect.NONE;
        }
        condition();
        boolean own = isTable();
        boolean parts = false;
        boolean moves = false;
        boolean renames = false;
        for (int i = next; i < tokens.size(); i++) {
            String word = word(i);
            parts |= word.equals("PARTITION");
            moves |= PARTS.contains(word);
            renames |= word.equals("RENAME") && !OF_A_TABLE.contains(word(i + 1));
            if (own && word.equals("TABLESPACE")) {
                return Effect.REPLACES;
            }
        }
        if (own) {
            return renames || (parts && moves) ? Effect.REPLACES : Effect.ALTERS;
        }
        return (renames || (parts && moves)) && names() ? Effect.REPLACES : Effect.NONE;
    }

    /// Whether the table is named anywhere from here on.
    private boolean names() {
        while (next < tokens.size()) {
            int begin = next;
            if (isTable()) {
                return true;
            }
            next = Math.max(next, begin + 1);
        }
        return false;
    }

    /// Reads a name, with or without its database.
    private boolean isTable() {
        if (next >= tokens.size()) {
            return false;
        }
        String first = name(next++);
        if (!word(next).equals(".")) {
            return first.equalsIgnoreCase(table) && current.equalsIgnoreCase(database);
        }
        next++;
        return next < tokens.size() && name(next++).equalsIgnoreCase(table) && first.equalsIgnoreCase(database);
    }

    /// `IF EXISTS` and `IF NOT EXISTS`.
    private void condition() {
        if (skips("IF")) {
            skips("NOT");
            skips("EXISTS");
        }
    }

    private boolean skips(String word) {
        if (!word(next).equals(word)) {
            return false;
        }
        next++;
        return true;
    }

    private String word(int index) {
        return index < tokens.size() ? tokens.get(index).toUpperCase(Locale.ROOT) : "";
    }

    private String name(int index) {
        String token = tokens.get(index);
        if (token.length() < 2 || (token.charAt(0) != '`' && token.charAt(0) != '"')) {
            return token;
        }
        String quote = token.substring(0, 1);
        return token.substring(1, token.length() - 1).replace(quote + quote, quote);
    }
}

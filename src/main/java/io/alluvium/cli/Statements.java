package io.alluvium.cli;

import java.util.ArrayList;
import java.util.List;

/// Text cut into statements at the semicolons that stand outside literals, quoted names and comments.
///
/// @param complete each without its semicolon; empty ones are left out
/// @param rest what follows the last semicolon, comments included; blank when the text ends there
/// @param restIsBlank whether `rest` holds nothing but white space and closed comments
record Statements(List<String> complete, String rest, boolean restIsBlank) {

    Statements {
        complete = List.copyOf(complete);
    }

    static Statements of(String text) {
        return new Scanner(text).scan();
    }

    /// All statements, where the last one needs no semicolon.
    List<String> all() {
        if (restIsBlank) {
            return complete;
        }
        List<String> all = new ArrayList<>(complete);
        all.add(rest.strip());
        return all;
    }

    private static final class Scanner {
        private final String text;
        private final List<String> complete = new ArrayList<>();
        private int start;
        private int at;
        private boolean blank = true;

        Scanner(String text) {
            this.text = text;
        }

        Statements scan() {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == ';') {
                    endStatement();
                } else if (c == '\'' || c == '"') {
                    blank = false;
                    skipQuoted(c);
                } else if (text.startsWith("--", at)) {
                    skipTo("\n");
                } else if (text.startsWith("/*", at)) {
                    skipComment();
                } else {
                    blank &= Character.isWhitespace(c);
                    at++;
                }
            }
            return new Statements(complete, text.substring(start), blank);
        }

        private void endStatement() {
            if (!blank) {
                complete.add(text.substring(start, at).strip());
            }
            at++;
            start = at;
            blank = true;
        }

        /// A doubled quote inside is two quoted parts side by side, which comes to the same.
        private void skipQuoted(char quote) {
            int end = text.indexOf(quote, at + 1);
            at = end < 0 ? text.length() : end + 1;
        }

        private void skipTo(String end) {
            int found = text.indexOf(end, at);
            at = found < 0 ? text.length() : found + end.length();
        }

        /// Comments nest, as in PostgreSQL. One that is not closed makes the rest a statement that is not
        /// finished.
        private void skipComment() {
            int depth = 0;
            do {
                if (text.startsWith("/*", at)) {
                    depth++;
                    at += 2;
                } else if (text.startsWith("*/", at)) {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < text.length());
            if (depth > 0) {
                blank = false;
            }
        }
    }
}

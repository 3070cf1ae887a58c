package io.alluvium.format;

import io.alluvium.format.ValueReader.BadValueException;

/// The words of a `.proto` file, one after the other: names with their points, numbers, texts in their quotes,
/// single characters. Comments and blanks are passed over.
final class ProtoTokens {

    private static final int LONGEST_SHOWN = 40;

    private final String text;
    private int at;
    private String next;

    ProtoTokens(String text) throws BadValueException {
        this.text = text;
        this.next = scan();
    }

    /// The word that comes next, empty at the end.
    String peek() {
        return next;
    }

    String take() throws BadValueException {
        String taken = next;
        if (taken.isEmpty()) {
            throw wrong("it ends in the middle of a declaration");
        }
        next = scan();
        return taken;
    }

    boolean takeIf(String word) throws BadValueException {
        if (!next.equals(word)) {
            return false;
        }
        take();
        return true;
    }

    void expect(String word) throws BadValueException {
        if (!takeIf(word)) {
            throw wrong("'" + word + "' is expected and '" + shown(next) + "' is there");
        }
    }

    String name() throws BadValueException {
        if (next.isEmpty() || !(Character.isLetter(next.charAt(0)) || next.charAt(0) == '_' || next.charAt(0) == '.')) {
            throw wrong("a name is expected and '" + shown(next) + "' is there");
        }
        return take();
    }

    /// A name, or another word that may stand in its place.
    String name(String other) throws BadValueException {
        return next.equals(other) ? take() : name();
    }

    int number() throws BadValueException {
        boolean negative = takeIf("-");
        String digits = take();
        try {
            long value = Long.decode(digits);
            return Math.toIntExact(negative ? -value : value);
        } catch (NumberFormatException | ArithmeticException e) {
            throw wrong("'" + shown(digits) + "' is no number of 32 bits");
        }
    }

    /// A text in quotes; several that follow each other are one.
    String text() throws BadValueException {
        var out = new StringBuilder();
        if (!isQuoted(next)) {
            throw wrong("a text is expected and '" + shown(next) + "' is there");
        }
        while (isQuoted(next)) {
            String quoted = take();
            out.append(quoted, 1, quoted.length() - 1);
        }
        return out.toString();
    }

    private static boolean isQuoted(String word) {
        return word.startsWith("\"") || word.startsWith("'");
    }

    /// Passes over everything up to a `;`, or up to the end of the block that comes before one.
    void skipStatement() throws BadValueException {
        int depth = 0;
        while (true) {
            String word = take();
            switch (word) {
                case "{", "[", "(" -> depth++;
                case "]", ")" -> depth--;
                case "}" -> {
                    depth--;
                    if (depth == 0) {
                        takeIf(";");
                        return;
                    }
                }
                case ";" -> {
                    if (depth == 0) {
                        return;
                    }
                }
                default -> {}
            }
            if (depth < 0) {
                throw wrong("'" + word + "' closes what was not opened");
            }
        }
    }

    /// Passes over options in brackets, if there are any.
    void skipOptions() throws BadValueException {
        if (!next.equals("[")) {
            return;
        }
        int depth = 0;
        do {
            String word = take();
            depth += word.equals("[") || word.equals("{") ? 1 : word.equals("]") || word.equals("}") ? -1 : 0;
        } while (depth > 0);
    }

    private String scan() throws BadValueException {
        skipBlanks();
        if (at == text.length()) {
            return "";
        }
        int from = at;
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            at = quoteEnd(first);
        } else if (isPartOfName(first)) {
            while (at < text.length() && isPartOfName(text.charAt(at))) {
                at++;
            }
        } else {
            at++;
        }
        return text.substring(from, at);
    }

    private int quoteEnd(char quote) throws BadValueException {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw wrong("a text has no end");
        }
        return end + 1;
    }

    private static boolean isPartOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }

    private void skipBlanks() throws BadValueException {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\uFEFF') {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw wrong("a comment has no end");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private static String shown(String word) {
        return word.isEmpty() ? "the end" : word.length() > LONGEST_SHOWN ? word.substring(0, LONGEST_SHOWN) : word;
    }

    BadValueException wrong(String what) {
        long line = text.substring(0, Math.min(at, text.length())).lines().count();
        return new BadValueException(null, "it is no schema of Protobuf, at line " + Math.max(1, line) + ": " + what);
    }
}

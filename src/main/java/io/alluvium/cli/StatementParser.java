package io.alluvium.cli;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/// Tells the line editor whether a statement is complete, and what words there are to complete.
final class StatementParser implements Parser {

    /// Quotes and escapes mean nothing to it: what is left are the words between blanks, commas and
    /// parentheses.
    private final DefaultParser words =
            new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !isComplete(line)) {
            throw new EOFError(-1, -1, "the statement has no semicolon yet", ";");
        }
        return words.parse(line, cursor, ParseContext.UNSPECIFIED);
    }

    static boolean isComplete(String line) {
        String text = line.strip();
        return text.startsWith("\\")
                || text.equalsIgnoreCase("quit")
                || text.equalsIgnoreCase("exit")
                || Statements.of(text).restIsBlank();
    }

    /// A backslash begins a command of the shell.
    @Override
    public boolean isEscapeChar(char c) {
        return false;
    }
}

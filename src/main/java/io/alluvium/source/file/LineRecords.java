package io.alluvium.source.file;

import java.io.IOException;

/// A record a line; blank lines are none.
final class LineRecords extends Records {

    LineRecords(TextWindow text, long line, boolean takesLast) {
        super(text, line, takesLast);
    }

    @Override
    boolean advance() throws IOException {
        int searched = 0;
        while (true) {
            int at = text.from + searched;
            while (at < text.to && text.bytes[at] != '\n') {
                at++;
            }
            if (at < text.to) {
                if (take(at, at + 1)) {
                    return true;
                }
                searched = 0;
            } else {
                searched = at - text.from;
                if (text.isTooLong()) {
                    return failLine(tooLong());
                }
                if (!text.more()) {
                    return takesLast && !text.isEmpty() && take(text.to, text.to);
                }
            }
        }
    }

    /// Takes the line that ends at `lineEnd`; false when it is blank.
    private boolean take(int lineEnd, int next) {
        start = text.from;
        end = lineEnd;
        offset = text.offset(start);
        line = nextLine;
        text.from = next;
        nextLine++;
        while (start < end && isBlank(text.bytes[start])) {
            start++;
        }
        while (end > start && isBlank(text.bytes[end - 1])) {
            end--;
        }
        if (end - start > TextWindow.LONGEST_RECORD) {
            problem = tooLong();
        }
        return start < end;
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }
}

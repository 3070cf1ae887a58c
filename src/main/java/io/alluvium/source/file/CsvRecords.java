package io.alluvium.source.file;

import io.alluvium.format.CsvDialect;
import io.alluvium.format.CsvFields;
import java.io.IOException;

/// CSV records; empty lines are none. When quotes are wrong only the record's first line is given up, and the
/// next one begins on the line behind it.
final class CsvRecords extends Records {

    private final CsvFields fields;

    CsvRecords(TextWindow text, CsvDialect dialect, long line, boolean takesLast) {
        super(text, line, takesLast);
        this.fields = new CsvFields(dialect);
    }

    /// The fields of the record.
    CsvFields fields() {
        return fields;
    }

    @Override
    boolean advance() throws IOException {
        boolean ended = false;
        while (true) {
            skipEmptyLines(ended);
            if (text.isEmpty()) {
                if (!text.more()) {
                    return false;
                }
                continue;
            }
            int next = fields.parse(text.bytes, text.from, text.to, ended && takesLast);
            if (next - text.from > TextWindow.LONGEST_RECORD) {
                return failLine(tooLong());
            }
            if (next >= 0) {
                start = text.from;
                end = next;
                while (end > start && (text.bytes[end - 1] == '\n' || text.bytes[end - 1] == '\r')) {
                    end--;
                }
                offset = text.offset(start);
                line = nextLine;
                nextLine += fields.lineBreaks();
                text.from = next;
                return true;
            }
            if (next == CsvFields.BROKEN) {
                return failLine(fields.problem());
            }
            if (text.isTooLong()) {
                return failLine(fields.lineBreaks() > 0 ? "a quote is not closed, or " + tooLong() : tooLong());
            }
            if (ended) {
                return false;
            }
            ended = !text.more();
        }
    }

    private void skipEmptyLines(boolean ended) {
        while (text.from < text.to) {
            byte first = text.bytes[text.from];
            if (first == '\n') {
                text.from++;
                nextLine++;
            } else if (first == '\r' && text.from + 1 < text.to && text.bytes[text.from + 1] == '\n') {
                text.from += 2;
                nextLine++;
            } else if (first == '\r' && text.from + 1 == text.to && ended && takesLast) {
                text.from++;
            } else {
                return;
            }
        }
    }
}

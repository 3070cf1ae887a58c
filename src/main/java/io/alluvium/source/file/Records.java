package io.alluvium.source.file;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The records of a file one after the other, each as a part of the window's bytes that is good until the
/// next one is asked for. Belongs to one thread.
abstract sealed class Records permits CsvRecords, LineRecords, ArrayRecords {

    private static final int LONGEST_RAW = 1 << 16;

    final TextWindow text;
    /// Whether what stands at the end without a line break is a record.
    final boolean takesLast;

    int start;
    int end;
    long offset;
    long line;
    long nextLine;

    @Nullable
    String problem;

    private byte @Nullable [] rawStart;
    private boolean torn;

    Records(TextWindow text, long line, boolean takesLast) {
        this.text = text;
        this.nextLine = line;
        this.takesLast = takesLast;
    }

    static Records of(FileFormat format, TextWindow text, long line, boolean takesLast) {
        return switch (format.kind()) {
            case CSV -> new CsvRecords(text, format.dialect(), line, takesLast);
            case JSON_LINES -> new LineRecords(text, line, takesLast);
            case JSON_ARRAY -> new ArrayRecords(text);
            case PARQUET, AVRO -> throw new IllegalArgumentException(format.kind() + " is no text");
        };
    }

    /// Goes to the next record; the window then starts behind it.
    ///
    /// @return false when no complete one is left
    final boolean next() throws IOException {
        problem = null;
        rawStart = null;
        return advance();
    }

    abstract boolean advance() throws IOException;

    final byte[] bytes() {
        return text.bytes;
    }

    /// The offset in the file behind the record.
    long offsetBehind() {
        return text.offset(text.from);
    }

    /// The record as it stands, cut off when it is very long.
    final byte[] raw() {
        byte[] kept = rawStart;
        return kept != null ? kept : Arrays.copyOfRange(bytes(), start, Math.min(end, start + LONGEST_RAW));
    }

    /// Leaves lines out.
    ///
    /// @return false when there are fewer that are complete
    final boolean skipLines(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (!skipLine()) {
                return false;
            }
        }
        return true;
    }

    /// Goes behind the next line break.
    private boolean skipLine() throws IOException {
        int at = text.from;
        while (true) {
            while (at < text.to && text.bytes[at] != '\n') {
                at++;
            }
            if (at < text.to) {
                text.from = at + 1;
                nextLine++;
                return true;
            }
            text.from = text.to;
            if (!text.more()) {
                return takesLast;
            }
            at = text.from;
        }
    }

    /// Makes the line at the window's start a record that cannot be read.
    ///
    /// @return false when the line is not complete yet
    final boolean failLine(String why) throws IOException {
        offset = text.offset(text.from);
        line = nextLine;
        problem = why;
        int searched = 0;
        while (true) {
            int at = text.from + searched;
            while (at < text.to && text.bytes[at] != '\n') {
                at++;
            }
            if (at < text.to) {
                start = text.from;
                end = at;
                text.from = at + 1;
                nextLine++;
                return true;
            }
            searched = at - text.from;
            if (text.isTooLong()) {
                keepRaw();
                start = text.from;
                end = start;
                torn = !skipLine();
                return !torn;
            }
            if (!text.more()) {
                if (!takesLast) {
                    return false;
                }
                start = text.from;
                end = text.to;
                text.from = text.to;
                nextLine++;
                return true;
            }
        }
    }

    /// Whether the window, once there is no next record, does not start where the last one ended: a record
    /// without an end was too long to be kept.
    final boolean isTorn() {
        return torn;
    }

    /// Keeps the beginning of a record whose bytes are about to be let go.
    final void keepRaw() {
        rawStart = Arrays.copyOfRange(text.bytes, text.from, Math.min(text.to, text.from + LONGEST_RAW));
    }

    static String tooLong() {
        return "it is longer than " + (TextWindow.LONGEST_RECORD >> 20) + " MB";
    }
}

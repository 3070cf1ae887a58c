package io.alluvium.source.file;

import io.alluvium.format.CsvFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// An open file and what has to be known to read it, or parts of it. Parts of text that is not compressed may be
/// read by several threads at the same time; anything else moves the channel's own position, and takes one.
///
/// @param mostRecords how many records a batch has at the most
record FileContent(FileTable table, String path, FileFormat format, FileChannel channel, int mostRecords) {

    /// Within how many bytes the start of a part is looked for.
    private static final int PROBE = 1 << 15;

    private static final int MOST_GUESSES = 64;

    FileBatch newBatch(long begin) {
        return new FileBatch(mostRecords, begin);
    }

    /// Whether a part of the file can be read without what stands before it: offsets are those in the file, and a
    /// line break is one byte.
    boolean isDivisible() {
        return !format.isWhole() && format.charset().equals(StandardCharsets.UTF_8);
    }

    /// A file that is read as a whole, without its first records.
    FileBatches whole(long skipped) throws IOException {
        if (format.kind().isRowFile()) {
            return new RowFileBatches(this, table.rows(path, format.open(path, channel)), skipped);
        }
        return TextBatches.whole(this, records(0, 1, channel.size(), true), skipped);
    }

    /// The records of the file's text up to an offset.
    Records records(long offset, long line, long end, boolean takesLast) throws IOException {
        TextWindow text = format.isCompressed()
                ? TextWindow.of(channel, format.compression(), format.charset())
                : TextWindow.of(channel, format.charset(), offset, end);
        return Records.of(format, text, line, takesLast);
    }

    /// A part of a file that may grow: the records that begin at `begin` or behind it, and before `stop`.
    ///
    /// @param begin the start of a record or of the line before it
    /// @param end nothing is read behind it; a record that has no end before it is none
    /// @param takesLast whether what stands before `end` without a line break is a record
    FileBatches part(Preamble preamble, long begin, long line, long stop, long end, boolean takesLast)
            throws IOException {
        Records records = records(begin, line, end, takesLast);
        return TextBatches.part(this, records, table.rows(path, preamble, records), begin, stop);
    }

    /// Where at an offset or behind it a record probably begins: at the start of a line, for CSV of one that has as
    /// many fields as the others. Whether it does is known from the end of what stands before.
    ///
    /// @return -1 when nothing near looks like it
    long guess(Preamble preamble, long offset) throws IOException {
        byte[] probe = new byte[PROBE];
        int length = ByteInput.fill(ByteInput.of(channel, offset - 1, offset - 1 + PROBE), probe);
        int first = lineBehind(probe, 0, length);
        if (first >= 0 && format.kind() == FileFormat.Kind.CSV) {
            var fields = new CsvFields(format.dialect());
            int count = table.fieldCount(preamble);
            int line = first;
            for (int i = 0; i < MOST_GUESSES && line >= 0; i++) {
                if (fields.parse(probe, afterEmptyLines(probe, line, length), length, false) >= 0
                        && fields.count() == count) {
                    return offset - 1 + line;
                }
                line = lineBehind(probe, line, length);
            }
        }
        return first < 0 ? -1 : offset - 1 + first;
    }

    private static int lineBehind(byte[] text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (text[at] == '\n') {
                return at + 1;
            }
        }
        return -1;
    }

    private static int afterEmptyLines(byte[] text, int from, int to) {
        int at = from;
        while (at < to && (text[at] == '\n' || text[at] == '\r')) {
            at++;
        }
        return at;
    }
}

package io.alluvium.source.file;

import io.alluvium.format.DamagedException;
import io.alluvium.format.Utf8;
import io.alluvium.source.file.FileBatch.Bad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Rows of text: those of a part of a file that may grow, or those of a file that is read as a whole, of which the
/// first ones are counted off.
final class TextBatches implements FileBatches {

    private static final int MOST_READ_AT_ONCE = 4096;

    private final FileContent content;
    private final Records records;
    private final byte[] path;
    private final boolean isWhole;
    private final long begin;
    private final long stop;
    private long left;
    private @Nullable Rows rows;
    private boolean ended;
    /// Where the record behind the last one that was taken begins, and its line.
    private long taken;
    private long takenLine;
    private long count;
    private long seen;

    private TextBatches(
            FileContent content, Records records, @Nullable Rows rows, boolean isWhole, long begin, long stop) {
        this.content = content;
        this.records = records;
        this.rows = rows;
        this.path = content.path().getBytes(StandardCharsets.UTF_8);
        this.isWhole = isWhole;
        this.begin = begin;
        this.stop = stop;
        this.taken = begin;
        this.takenLine = records.nextLine;
    }

    /// The records that begin before an offset. `records` stands behind the preamble.
    static TextBatches part(FileContent content, Records records, Rows rows, long begin, long stop) {
        return new TextBatches(content, records, rows, false, begin, stop);
    }

    /// What comes behind the first records of a file. `records` stands at its start.
    static TextBatches whole(FileContent content, Records records, long skipped) {
        var batches = new TextBatches(content, records, null, true, skipped, Long.MAX_VALUE);
        batches.left = skipped;
        return batches;
    }

    @Override
    public @Nullable FileBatch next() throws IOException {
        if (ended) {
            return null;
        }
        FileBatch batch = content.newBatch(begin);
        try {
            Rows present = rows();
            ended = present == null;
            for (int i = 0; present != null && !ended && !batch.isFull() && i < MOST_READ_AT_ONCE; i++) {
                ended = (!isWhole && records.offsetBehind() >= stop) || !records.next();
                if (!ended) {
                    count(batch, present);
                }
            }
        } catch (DamagedException e) {
            batch.add(new Bad(records.nextLine, null, String.valueOf(e.getMessage()), FileBatch.NONE, 0, 0), -1);
            ended = true;
        }
        settle(batch);
        return batch;
    }

    /// Makes the rows; null when the preamble of a file is not all there.
    private @Nullable Rows rows() throws IOException {
        if (rows == null) {
            Preamble preamble = Preamble.read(content.path(), content.format(), records);
            rows = preamble == null ? null : content.table().rows(content.path(), preamble, records);
        }
        return rows;
    }

    private void count(FileBatch batch, Rows present) {
        count++;
        seen = Math.max(seen, records.offset + 1);
        if (left > 0) {
            left--;
        } else {
            take(batch, present);
        }
        if (!isWhole) {
            taken = records.offsetBehind();
            takenLine = records.nextLine;
        }
    }

    private void take(FileBatch batch, Rows present) {
        String reason = records.problem;
        String column = null;
        if (reason == null && !Utf8.isValid(records.bytes(), records.start, records.end)) {
            reason = "it is not valid " + content.format().charset();
        }
        if (reason == null && !present.make(records)) {
            reason = present.reason();
            column = present.column;
        }
        long place = records.offset;
        if (reason == null) {
            batch.add(content.table().isByPlace() ? Rows.placeKey(path, place) : present.key, present.value, place);
        } else {
            batch.add(new Bad(records.line, column, reason, records.raw(), place, place + 1), place);
        }
    }

    private void settle(FileBatch batch) throws IOException {
        batch.isLast = ended;
        batch.line = records.nextLine;
        if (isWhole) {
            batch.end = count;
            batch.seen = seen;
            batch.bytesRead = content.channel().position();
            return;
        }
        TextWindow text = records.text;
        if (records.isTorn()) {
            batch.end = taken;
            batch.line = takenLine;
        } else {
            batch.end = text.offset(text.from);
            batch.trail = text.trail();
        }
        batch.seen = batch.end;
        batch.bytesRead = batch.end;
    }
}

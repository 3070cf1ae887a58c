package io.alluvium.source.file;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A file's text in ranges that are read at the same time, and handed over in their order.
///
/// A range has the records that begin in it. Where the first of them begins cannot be told from the bytes alone, as
/// a line break may stand in quotes; so a place is guessed ([FileContent#guess]), and the range is read from there.
/// How records are cut apart depends on nothing but where the first one begins. So a guess is right exactly if the
/// range before, itself read from a right place, ends there. What was read from another place is thrown away and
/// read again by the thread that asks for it. Where most guesses are wrong no more are made.
///
/// Belongs to the loader's thread.
final class TextRanges implements FileBatches {

    /// Guessing ends when so many were wrong, and more than were right.
    private static final int MOST_WRONG = 8;

    private final FileContent content;
    private final Preamble preamble;
    private final Readers readers;
    private final long end;
    private final boolean takesLast;
    private final Behind behind;

    private final Queue<Range> ahead = new ArrayDeque<>();
    private long planned;
    private int right;
    private int wrong;

    /// What is handed over at present, and its first batch where that was looked at already.
    private @Nullable FileBatches current;

    private @Nullable FileBatch looked;
    /// Up to where `current` goes; whether it may have left out a record that has its end far behind.
    private long stop;

    private boolean isCut;
    private long linesBefore;
    /// Up to where the file was handed over.
    private long at;

    private long line;

    /// What is done when threads may be free for other files.
    interface Behind {
        void run() throws IOException;
    }

    /// A range that is being read.
    ///
    /// @param stop the first offset behind it
    /// @param isCut whether it is read only up to a place not far behind that
    private record Range(long stop, boolean isCut, ReadAhead batches) {}

    /// @param begin the start of a record
    /// @param line the number of its line
    /// @param end nothing is read behind it
    /// @param takesLast whether what stands before `end` without a line break is a record
    TextRanges(
            FileContent content,
            Preamble preamble,
            Readers readers,
            long begin,
            long line,
            long end,
            boolean takesLast,
            Behind behind) {
        this.content = content;
        this.preamble = preamble;
        this.readers = readers;
        this.end = end;
        this.takesLast = takesLast;
        this.behind = behind;
        this.planned = begin;
        this.at = begin;
        this.line = line;
        plan();
    }

    /// Whether a part of a file is worth to be read in ranges, and can be.
    static boolean areSeveral(FileContent content, Readers readers, long begin, long end) {
        return readers.areSeveral() && content.isDivisible() && end - begin > readers.rangeBytes();
    }

    /// Has as many ranges read as threads are free.
    void plan() {
        while (planned < end && readers.hasFree()) {
            long from = planned;
            long to = Math.min(end, from + readers.rangeBytes());
            long last = Math.min(end, to + readers.rangeBytes());
            boolean isFirst = from == at && ahead.isEmpty() && current == null;
            ahead.add(new Range(
                    to,
                    last < end,
                    readers.start(() -> open(isFirst ? from : content.guess(preamble, from), to, last))));
            planned = to;
        }
    }

    private FileBatches open(long begin, long to, long last) throws IOException {
        return begin < 0 || begin >= last
                ? () -> null
                : content.part(preamble, begin, 0, to, last, takesLast && last == end);
    }

    @Override
    public @Nullable FileBatch next() throws IOException, InterruptedException {
        while (current != null || hasFollowing()) {
            FileBatch batch = take();
            if (batch != null) {
                batch.linesBefore = linesBefore;
                at = batch.end;
                line = linesBefore + batch.line;
                return batch;
            }
            endCurrent();
        }
        return null;
    }

    private @Nullable FileBatch take() throws IOException, InterruptedException {
        FileBatch first = looked;
        looked = null;
        FileBatches present = current;
        return first != null || present == null ? first : present.next();
    }

    private void endCurrent() throws IOException {
        closeCurrent();
        if (at < stop && isCut) {
            readHere(stop);
        } else if (at < stop) {
            // What stands there has no end.
            giveUp();
        } else {
            plan();
            if (planned == end) {
                behind.run();
            }
        }
    }

    /// Goes on where the file was handed over up to.
    private boolean hasFollowing() throws IOException, InterruptedException {
        plan();
        Range range = ahead.poll();
        if (range == null) {
            if (planned < end) {
                planned = Math.min(end, planned + readers.rangeBytes());
                readHere(planned);
                return true;
            }
            return false;
        }
        FileBatch first = range.batches.next();
        if (first != null && first.begin == at) {
            right++;
            current = range.batches;
            looked = first;
            linesBefore = line;
            stop = range.stop;
            isCut = range.isCut;
        } else {
            wrong++;
            range.batches.close();
            boolean isInVain = wrong >= MOST_WRONG && wrong > right;
            if (isInVain) {
                giveUp();
            }
            readHere(isInVain ? end : range.stop);
        }
        return true;
    }

    private void readHere(long to) throws IOException {
        current = content.part(preamble, at, line, to, end, takesLast);
        linesBefore = 0;
        stop = to;
        isCut = false;
    }

    private void giveUp() {
        planned = end;
        ahead.forEach(range -> range.batches.close());
        ahead.clear();
    }

    private void closeCurrent() throws IOException {
        FileBatches present = current;
        current = null;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void close() throws IOException {
        giveUp();
        closeCurrent();
    }
}

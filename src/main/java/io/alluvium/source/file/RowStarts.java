package io.alluvium.source.file;

import java.util.Arrays;

/// The offsets at which the rows of a file begin, in rising order: one to three bytes a row.
final class RowStarts {

    private byte[] deltas = new byte[64];
    private int length;
    private long last = -1;

    /// Adds an offset; those that are not behind the last one are known already.
    void add(long offset) {
        if (offset <= last) {
            return;
        }
        if (deltas.length - length < Long.BYTES + 2) {
            deltas = Arrays.copyOf(deltas, Math.addExact(deltas.length, Math.max(64, deltas.length >> 1)));
        }
        long delta = offset - last;
        while (delta >= 0x80) {
            deltas[length++] = (byte) (delta | 0x80);
            delta >>>= 7;
        }
        deltas[length++] = (byte) delta;
        last = offset;
    }

    /// Takes an offset.
    interface OffsetConsumer {
        void accept(long offset) throws InterruptedException;
    }

    /// An offset that all of them are before.
    long end() {
        return last + 1;
    }

    /// Gives the offsets that `others` does not have.
    void without(RowStarts others, OffsetConsumer consumer) throws InterruptedException {
        var mine = new Cursor(this);
        var theirs = new Cursor(others);
        theirs.next();
        while (mine.next()) {
            while (theirs.offset < mine.offset && theirs.next()) {
                // Catches up.
            }
            if (theirs.offset != mine.offset) {
                consumer.accept(mine.offset);
            }
        }
    }

    private static final class Cursor {
        private final RowStarts starts;
        private int at;
        private long offset = -1;

        Cursor(RowStarts starts) {
            this.starts = starts;
        }

        /// Goes on; at the end the offset becomes one that no row has.
        boolean next() {
            if (at >= starts.length) {
                offset = Long.MAX_VALUE;
                return false;
            }
            long delta = 0;
            int shift = 0;
            byte part;
            do {
                part = starts.deltas[at++];
                delta |= (long) (part & 0x7F) << shift;
                shift += 7;
            } while (part < 0);
            offset += delta;
            return true;
        }
    }
}

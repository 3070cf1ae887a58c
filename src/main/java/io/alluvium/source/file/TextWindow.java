package io.alluvium.source.file;

import io.alluvium.format.DamagedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A part of a file's text in UTF-8 that moves forward: what has been read and not yet taken stands between
/// [#from] and [#to] in [#bytes]. It grows only as far as the longest record needs. Belongs to one thread.
final class TextWindow {

    /// The longest record that is read, in bytes of UTF-8.
    static final int LONGEST_RECORD = 16 << 20;
    /// How many bytes before an offset tell whether a file is still the one that was read.
    static final int TRAIL = 64;

    private static final int SMALLEST = 1 << 13;
    private static final int USUAL = 1 << 20;
    private static final int LARGEST = LONGEST_RECORD + (2 << 20);
    private static final int BYTE_ORDER_BYTES = 2;

    byte[] bytes;
    int from;
    int to;

    private final ByteInput input;
    private final @Nullable LineTranscoder transcoder;
    private boolean ended;
    private boolean begun;
    /// The offset in the file, or in the text when it is transcoded, of `bytes[0]`.
    private long base;
    /// With a transcoder: where lines start in `bytes`, and their offsets in the file.
    private int[] lineStarts = new int[64];
    private long[] lineOffsets = new long[64];
    private int lines;
    private long sourceOffset;

    private TextWindow(ByteInput input, @Nullable LineTranscoder transcoder, long base, long expected) {
        this.input = input;
        this.transcoder = transcoder;
        this.base = base;
        this.sourceOffset = base;
        this.begun = base > 0;
        this.bytes = new byte[Math.clamp(expected + 1, SMALLEST, USUAL)];
    }

    /// The text of a file from one offset, which is the start of a line, to another.
    static TextWindow of(FileChannel channel, Charset charset, long offset, long end) throws IOException {
        if (charset.equals(StandardCharsets.UTF_8)) {
            int trail = (int) Math.min(TRAIL, offset);
            var window = new TextWindow(
                    ByteInput.of(channel, offset - trail, end), null, offset - trail, end - offset + trail);
            while (window.to < trail && window.more()) {
                // The bytes before the offset are read only to be known.
            }
            window.from = trail;
            return window;
        }
        byte[] start = new byte[BYTE_ORDER_BYTES];
        int length = ByteInput.fill(ByteInput.of(channel, 0, BYTE_ORDER_BYTES), start);
        Charset ordered = LineTranscoder.resolve(charset, start, length);
        return new TextWindow(
                NOTHING, new LineTranscoder(ByteInput.of(channel, offset, end), ordered), offset, end - offset);
    }

    /// The text of a compressed file from its start; offsets are those of what it holds.
    static TextWindow of(FileChannel channel, FileCompression compression, Charset charset) throws IOException {
        ByteInput unpacked = compression.input(channel);
        if (charset.equals(StandardCharsets.UTF_8)) {
            return new TextWindow(unpacked, null, 0, USUAL);
        }
        byte[] start = new byte[BYTE_ORDER_BYTES];
        int length = ByteInput.fill(compression.input(channel), start);
        Charset ordered = LineTranscoder.resolve(charset, start, length);
        return new TextWindow(NOTHING, new LineTranscoder(compression.input(channel), ordered), 0, USUAL);
    }

    private static final ByteInput NOTHING = (into, at, length) -> -1;

    /// Reads on.
    ///
    /// @return false at the end of the file
    boolean more() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        int before = to;
        if (transcoder == null) {
            readOn();
        } else {
            ended = !transcoder.next(this::addLine);
        }
        if (!begun && to > from) {
            begun = true;
            skipByteOrderMark();
        }
        return to > before;
    }

    private void readOn() throws IOException {
        int before = to;
        try {
            while (to < bytes.length) {
                int read = input.read(bytes, to, bytes.length - to);
                if (read < 0) {
                    ended = true;
                    return;
                }
                to += read;
            }
        } catch (DamagedException e) {
            // What was read before the damage is taken first: reading on fails again.
            if (to == before) {
                throw e;
            }
        }
    }

    private void makeRoom() {
        int dropped = transcoder == null ? from - Math.min(from, TRAIL) : from;
        if (dropped > 0) {
            System.arraycopy(bytes, dropped, bytes, 0, to - dropped);
            from -= dropped;
            to -= dropped;
            base += dropped;
            dropLines(dropped);
        }
        if (to == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(LARGEST, bytes.length * 2));
        }
    }

    private void dropLines(int dropped) {
        int keep = 0;
        while (keep + 1 < lines && lineStarts[keep + 1] <= dropped) {
            keep++;
        }
        lines = Math.max(0, lines - keep);
        for (int i = 0; i < lines; i++) {
            lineStarts[i] = lineStarts[i + keep] - dropped;
            lineOffsets[i] = lineOffsets[i + keep];
        }
    }

    private void addLine(byte[] text, int length, int sourceLength) {
        if (bytes.length - to < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, to + length));
        }
        if (lines == lineStarts.length) {
            lineStarts = Arrays.copyOf(lineStarts, lines * 2);
            lineOffsets = Arrays.copyOf(lineOffsets, lines * 2);
        }
        lineStarts[lines] = to;
        lineOffsets[lines] = sourceOffset;
        lines++;
        System.arraycopy(text, 0, bytes, to, length);
        to += length;
        sourceOffset += sourceLength;
    }

    private void skipByteOrderMark() {
        if (to - from >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF) {
            from += 3;
        }
    }

    boolean isEmpty() {
        return from == to;
    }

    /// Whether what has been read and not taken is more than any record may have.
    boolean isTooLong() {
        return to - from > LONGEST_RECORD;
    }

    /// The offset in the file of the start of a line at `index`, or of the end of what was read.
    long offset(int index) {
        if (transcoder == null) {
            return base + index;
        }
        if (index == to) {
            return sourceOffset;
        }
        int line = Arrays.binarySearch(lineStarts, 0, lines, index);
        return line >= 0 ? lineOffsets[line] : lineOffsets[Math.max(0, -line - 2)];
    }

    /// The offset in the file's text of any place; the same as in the file when that is in UTF-8.
    long textOffset(int index) {
        return base + index;
    }

    /// Up to [#TRAIL] bytes that stand before what was not taken yet; none for other character sets than
    /// UTF-8.
    byte[] trail() {
        if (transcoder != null) {
            return new byte[0];
        }
        return Arrays.copyOfRange(bytes, from - Math.min(from, TRAIL), from);
    }
}

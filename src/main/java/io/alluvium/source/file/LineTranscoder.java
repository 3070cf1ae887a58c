package io.alluvium.source.file;

import io.alluvium.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns text of any character set into UTF-8 line by line, so that the start of each line has a byte offset
/// in the file. Bytes that mean nothing in the character set become the byte FF, which is never valid in
/// UTF-8, so that the record which holds them is found to be bad.
final class LineTranscoder {

    private static final byte INVALID = (byte) 0xFF;
    private static final int CHUNK = 1 << 18;

    private final ByteInput input;
    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final byte[] lineFeed;
    private final CharBuffer chars = CharBuffer.allocate(8192);
    private byte[] raw = new byte[CHUNK];
    private int rawLength;
    private boolean ended;

    private byte[] text = new byte[CHUNK];
    private int length;

    /// @param charset not one that asks for a byte order mark
    LineTranscoder(ByteInput input, Charset charset) {
        this.input = input;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        this.lineFeed = "\n".getBytes(charset);
    }

    /// The character set with its byte order, for those that leave it to a mark at the start of the file.
    static Charset resolve(Charset charset, byte[] start, int length) {
        boolean little = length > 1 && start[0] == (byte) 0xFF && start[1] == (byte) 0xFE;
        return switch (charset.name()) {
            case "UTF-16" -> little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
            case "UTF-32" -> Charset.forName(little ? "UTF-32LE" : "UTF-32BE");
            default -> charset;
        };
    }

    /// Takes the next lines, given to `lines` one by one.
    ///
    /// @return false at the end
    boolean next(Lines lines) throws IOException {
        int complete = 0;
        while (!ended && complete == 0) {
            fill();
            complete = endOfLastLine();
            if (complete == 0 && rawLength > TextWindow.LONGEST_RECORD) {
                complete = rawLength / lineFeed.length * lineFeed.length;
            }
        }
        if (ended) {
            complete = rawLength;
        }
        if (complete == 0) {
            return false;
        }
        int at = 0;
        while (at < complete) {
            int end = endOfLine(at, complete);
            transcode(at, end);
            lines.add(text, length, end - at);
            at = end;
        }
        System.arraycopy(raw, complete, raw, 0, rawLength - complete);
        rawLength -= complete;
        return true;
    }

    /// Takes lines in UTF-8.
    interface Lines {
        /// @param sourceLength how many bytes the line has in the file
        void add(byte[] text, int length, int sourceLength);
    }

    private void fill() throws IOException {
        if (rawLength == raw.length) {
            raw = Arrays.copyOf(raw, raw.length * 2);
        }
        int before = rawLength;
        try {
            while (rawLength < raw.length) {
                int read = input.read(raw, rawLength, raw.length - rawLength);
                if (read < 0) {
                    ended = true;
                    return;
                }
                rawLength += read;
            }
        } catch (DamagedException e) {
            // What was read before the damage is taken first: reading on fails again.
            if (rawLength == before) {
                throw e;
            }
        }
    }

    private int endOfLastLine() {
        int width = lineFeed.length;
        for (int at = rawLength / width * width - width; at >= 0; at -= width) {
            if (isLineFeed(at)) {
                return at + width;
            }
        }
        return 0;
    }

    private int endOfLine(int from, int to) {
        int width = lineFeed.length;
        for (int at = from; at + width <= to; at += width) {
            if (isLineFeed(at)) {
                return at + width;
            }
        }
        return to;
    }

    private boolean isLineFeed(int at) {
        for (int i = 0; i < lineFeed.length; i++) {
            if (raw[at + i] != lineFeed[i]) {
                return false;
            }
        }
        return true;
    }

    private void transcode(int from, int to) {
        length = 0;
        decoder.reset();
        ByteBuffer bytes = ByteBuffer.wrap(raw, from, to - from);
        while (true) {
            chars.clear();
            CoderResult result = decoder.decode(bytes, chars, true);
            encode();
            if (result.isError()) {
                bytes.position(bytes.position() + result.length());
                reserve(1);
                text[length++] = INVALID;
            } else if (result.isUnderflow()) {
                return;
            }
        }
    }

    private void encode() {
        chars.flip();
        reserve((int) (chars.remaining() * (double) encoder.maxBytesPerChar()));
        ByteBuffer out = ByteBuffer.wrap(text, length, text.length - length);
        encoder.reset();
        encoder.encode(chars, out, true);
        length = out.position();
    }

    private void reserve(int more) {
        if (text.length - length < more) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + more));
        }
    }
}

package io.alluvium.source.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes of a file, one after the other.
interface ByteInput {

    /// Reads at least one byte, or -1 at the end.
    int read(byte[] into, int at, int length) throws IOException;

    /// The bytes between two offsets, as far as the file goes.
    static ByteInput of(FileChannel channel, long from, long to) {
        return new ByteInput() {
            private long position = from;

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                int most = (int) Math.min(length, to - position);
                if (most <= 0) {
                    return -1;
                }
                int read = channel.read(ByteBuffer.wrap(into, at, most), position);
                position += Math.max(read, 0);
                return read;
            }
        };
    }

    /// Fills `into` from its start as far as the input goes; how many bytes there were.
    static int fill(ByteInput input, byte[] into) throws IOException {
        int filled = 0;
        while (filled < into.length) {
            int read = input.read(into, filled, into.length - filled);
            if (read < 0) {
                break;
            }
            filled += read;
        }
        return filled;
    }

    /// The bytes between two offsets of a file.
    ///
    /// @throws EOFException when the file ends before
    static byte[] bytes(FileChannel channel, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (fill(of(channel, from, from + length), bytes) < length) {
            throw new EOFException("the file ends before byte " + (from + length));
        }
        return bytes;
    }
}

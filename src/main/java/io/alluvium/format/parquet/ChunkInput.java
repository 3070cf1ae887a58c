package io.alluvium.format.parquet;

import io.alluvium.format.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// The bytes of one column's pages, through a small buffer for their headers. Belongs to one thread.
final class ChunkInput extends InputStream {

    private final FileChannel channel;
    private final long end;
    private final byte[] buffer = new byte[4096];
    private long next;
    private int at;
    private int filled;
    private @Nullable IOException failure;

    ChunkInput(FileChannel channel, long start, long end) {
        this.channel = channel;
        this.next = start;
        this.end = end;
    }

    /// What the file could not be read for; null when it could.
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        return at < filled || fill() ? buffer[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (at == filled && !fill()) {
            return -1;
        }
        int taken = Math.min(length, filled - at);
        System.arraycopy(buffer, at, into, from, taken);
        at += taken;
        return taken;
    }

    private boolean fill() throws IOException {
        int most = (int) Math.min(buffer.length, end - next);
        int read = most <= 0 ? 0 : channelRead(ByteBuffer.wrap(buffer, 0, most));
        at = 0;
        filled = Math.max(read, 0);
        next += filled;
        return filled > 0;
    }

    private int channelRead(ByteBuffer into) throws IOException {
        try {
            return channel.read(into, next);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /// The next bytes.
    ///
    /// @throws DamagedException when there are not as many
    byte[] take(int length) throws IOException {
        if (length > end - next + (filled - at)) {
            throw new DamagedException("a page is longer than its column");
        }
        byte[] taken = new byte[length];
        int had = Math.min(length, filled - at);
        System.arraycopy(buffer, at, taken, 0, had);
        at += had;
        ByteBuffer rest = ByteBuffer.wrap(taken, had, length - had);
        while (rest.hasRemaining()) {
            int read = channelRead(rest);
            if (read < 0) {
                throw new DamagedException("the file is cut off");
            }
            next += read;
        }
        return taken;
    }
}

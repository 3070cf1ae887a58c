package io.alluvium.source.file;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.alluvium.format.DamagedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// How a file of text is compressed as a whole.
enum FileCompression {
    NONE(""),
    GZIP("gz"),
    ZSTD("zst");

    private static final int BUFFER = 1 << 16;

    /// What a file's name ends with.
    final String extension;

    FileCompression(String extension) {
        this.extension = extension;
    }

    static FileCompression of(String extension) {
        for (FileCompression compression : values()) {
            if (compression != NONE && compression.extension.equals(extension)) {
                return compression;
            }
        }
        return NONE;
    }

    /// What a file holds, all of its members or frames. Damage is a DamagedException, again and again.
    ByteInput input(FileChannel channel) throws IOException {
        channel.position(0);
        return channel.size() == 0 ? (into, at, length) -> -1 : new Unpacked(this, Channels.newInputStream(channel));
    }

    private InputStream unpacked(InputStream file) throws IOException {
        return switch (this) {
            case NONE -> file;
            case GZIP -> new GZIPInputStream(file, BUFFER);
            case ZSTD -> new ZstdInputStream(file);
        };
    }

    /// Belongs to one thread.
    private static final class Unpacked implements ByteInput {
        private final FileCompression compression;
        private final InputStream file;
        private @Nullable InputStream stream;
        private @Nullable DamagedException damage;

        Unpacked(FileCompression compression, InputStream file) {
            this.compression = compression;
            this.file = file;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            DamagedException known = damage;
            if (known != null) {
                throw known;
            }
            try {
                InputStream open = stream;
                if (open == null) {
                    open = compression.unpacked(file);
                    stream = open;
                }
                return open.read(into, at, length);
            } catch (EOFException | ZipException | ZstdIOException e) {
                damage = new DamagedException(
                        "the ." + compression.extension + " data is damaged or cut off here: " + e.getMessage(), e);
                throw damage;
            }
        }
    }
}

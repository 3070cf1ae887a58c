package io.alluvium.source.file;

import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One file that a loader reads or has read. Belongs to the loader's thread.
final class TrackedFile {

    final String path;
    final byte[] pathBytes;

    /// How far it has been read; null before the first record.
    @Nullable
    FilePosition position;
    /// As it looked when it was last read to its end.
    @Nullable
    Look last;
    /// As it looked when it was last seen to be changing.
    @Nullable
    Look changing;
    /// The places at which the table may have rows of it; null when they are not known or not needed.
    @Nullable
    RowStarts starts;

    @Nullable
    Preamble preamble;

    @Nullable
    FileFormat format;

    @Nullable
    FileChannel channel;
    /// The file system's key of what `channel` reads.
    String channelKey = "";
    byte[] head = {};
    long done;

    TrackedFile(String path, @Nullable FilePosition position) {
        this.path = path;
        this.pathBytes = path.getBytes(StandardCharsets.UTF_8);
        this.position = position;
        this.done = position == null ? 0 : position.at();
    }

    /// The same file under another path.
    TrackedFile movedTo(String newPath) {
        var moved = new TrackedFile(newPath, position);
        moved.last = last;
        moved.preamble = preamble;
        moved.format = format;
        moved.channel = channel;
        moved.channelKey = channelKey;
        moved.head = head;
        moved.done = done;
        return moved;
    }

    /// The file system's key of the file that was read; empty before.
    String key() {
        FilePosition known = position;
        return known == null ? "" : FileIdentity.key(known.identity());
    }

    /// Begins with another content under the same path.
    ///
    /// @param seen up to where the table has rows at places of the new content
    void startAgain(String identity, long seen) {
        position = new FilePosition(identity, 0, 1, seen, false);
        preamble = null;
        done = 0;
    }

    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        channelKey = "";
        if (open != null) {
            open.close();
        }
    }
}

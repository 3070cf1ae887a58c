package io.alluvium.source.file;

import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file that is read from its start before it is its turn, as it was when it was opened for that. It has a
/// channel of its own. Belongs to the loader's thread.
final class FileAhead implements FileBatches {

    private final FileContent content;
    private final Look look;
    private final byte[] head;
    private final @Nullable Preamble preamble;
    private final FileBatches batches;

    private FileAhead(FileContent content, Look look, byte[] head, @Nullable Preamble preamble, FileBatches batches) {
        this.content = content;
        this.look = look;
        this.head = head;
        this.preamble = preamble;
        this.batches = batches;
    }

    /// @param behind called when threads may be free for other files
    /// @return empty while there is no row in the file
    static Optional<FileAhead> begin(FileContent content, Look look, Readers readers, TextRanges.Behind behind)
            throws IOException {
        byte[] head = FileIdentity.head(content.channel());
        if (content.format().isWhole()) {
            ReadAhead whole = readers.start(() -> content.whole(0));
            return Optional.of(new FileAhead(content, look, head, null, whole));
        }
        boolean takesLast = !content.table().isWatched();
        Preamble preamble =
                Preamble.read(content.path(), content.format(), content.records(0, 1, look.size(), takesLast));
        if (preamble == null) {
            return Optional.empty();
        }
        FileBatches batches = TextRanges.areSeveral(content, readers, preamble.end(), look.size())
                ? new TextRanges(
                        content, preamble, readers, preamble.end(), preamble.line(), look.size(), takesLast, behind)
                : readers.start(() -> content.part(
                        preamble, preamble.end(), preamble.line(), Long.MAX_VALUE, look.size(), takesLast));
        return Optional.of(new FileAhead(content, look, head, preamble, batches));
    }

    String path() {
        return content.path();
    }

    Look look() {
        return look;
    }

    byte[] head() {
        return head.clone();
    }

    /// What stands before its rows; null for a file that is read as a whole.
    @Nullable
    Preamble preamble() {
        return preamble;
    }

    /// Whether what is read here is what would be read now, up to where the file ended.
    boolean isStill(Look now) {
        return content.format().isWhole()
                ? now.equals(look)
                : now.key().equals(look.key()) && now.size() >= look.size();
    }

    /// Has further parts of it read when threads are free.
    void plan() {
        if (batches instanceof TextRanges ranges) {
            ranges.plan();
        }
    }

    @Override
    public @Nullable FileBatch next() throws IOException, InterruptedException {
        return batches.next();
    }

    @Override
    public void close() throws IOException {
        try {
            batches.close();
        } finally {
            content.channel().close();
        }
    }
}

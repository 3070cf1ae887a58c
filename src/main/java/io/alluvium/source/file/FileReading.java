package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.DamagedException;
import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads one open file on from where it had come to, and sends its rows. Belongs to the loader's thread.
final class FileReading {

    private final FileTable table;
    private final TrackedFile file;
    private final FileContent content;
    private final FileFormat format;
    private final FileChannel channel;
    private final Look look;
    private final Readers readers;
    private final Changes changes;
    private final Commit commit;

    /// Commits what was sent with the present positions of all files.
    interface Commit {
        void run() throws InterruptedException;
    }

    /// @param file open
    /// @param look what the file system said about it after it was opened
    FileReading(
            FileTable table,
            TrackedFile file,
            FileFormat format,
            Look look,
            Readers readers,
            Changes changes,
            Commit commit) {
        this.table = table;
        this.file = file;
        this.format = format;
        this.channel = Objects.requireNonNull(file.channel);
        this.content = new FileContent(table, file.path, format, channel, changes.mostTogether());
        this.look = look;
        this.readers = readers;
        this.changes = changes;
        this.commit = commit;
    }

    /// Sends the rows of a file that is new and has been read ahead.
    void run(FileAhead ahead, TextRanges.Behind behind) throws IOException, InterruptedException {
        file.head = ahead.head();
        file.startAgain(identity(FileBatch.NONE), 0);
        file.preamble = ahead.preamble();
        if (table.isByPlace() && table.isWatched()) {
            file.starts = new RowStarts();
        }
        behind.run();
        send(ahead);
    }

    /// Sends what the table does not have yet; from the start when it is not the file that was read before.
    ///
    /// @param behind called when threads may be free for other files
    void run(TextRanges.Behind behind) throws IOException, InterruptedException {
        file.head = FileIdentity.head(channel);
        FilePosition before = file.position;
        if (before == null) {
            file.startAgain(identity(FileBatch.NONE), 0);
        } else if (!isSame(before) || isHalfReplaced(before)) {
            startAgain(before);
        }
        if (table.isByPlace() && table.isWatched() && file.starts == null) {
            file.starts =
                    present().seen() == 0 ? new RowStarts() : scan(present().seen());
        }
        if (format.isWhole()) {
            behind.run();
            try (FileBatches batches = content.whole(present().at())) {
                send(batches);
            }
        } else {
            readOn(!table.isWatched(), behind);
        }
    }

    /// Sends the complete records that are left in a file that has lost its path.
    void drain() throws IOException, InterruptedException {
        if (!format.isWhole() && file.position != null && isSame(present())) {
            readOn(false, () -> {});
        }
    }

    private FilePosition present() {
        return Objects.requireNonNull(file.position);
    }

    private String identity(byte[] trail) {
        return format.isWhole() ? look.whole() : FileIdentity.of(look.key(), file.head, trail);
    }

    /// Whether the table has rows at places behind the position, where the file may have changed once more since it
    /// was replaced and read again in part.
    private boolean isHalfReplaced(FilePosition position) {
        return table.isByPlace() && !format.isWhole() && position.at() < position.seen();
    }

    private boolean isSame(FilePosition position) throws IOException {
        return format.isWhole()
                ? position.identity().equals(look.whole())
                : FileIdentity.isSame(position, look, channel);
    }

    /// Begins with a content that is not the one read before. Rows that only have their place are deleted
    /// where the new content has none, and that is committed at once with the new identity, so that a restart
    /// knows it.
    private void startAgain(FilePosition before) throws IOException, InterruptedException {
        changes.touch();
        changes.readAgain(file.path + ":");
        file.preamble = null;
        if (!table.isByPlace() || before.seen() == 0) {
            file.startAgain(identity(FileBatch.NONE), 0);
            return;
        }
        RowStarts old = file.starts;
        if (old == null) {
            throw placesLost(file.path);
        }
        RowStarts now = scan(Long.MAX_VALUE);
        old.without(now, offset -> changes.send(Rows.placeKey(file.pathBytes, offset), null));
        file.starts = now;
        file.startAgain(identity(FileBatch.NONE), now.end());
        commit.run();
    }

    /// @return the error that asks for the table to be loaded anew, as rows that are gone cannot be told
    static AlluviumException placesLost(String path) {
        return new AlluviumException(
                ErrorCode.POSITION_LOST,
                "file '" + path + "' was replaced while it was not read: which of its rows are gone cannot be told",
                "The table is loaded again. With a key column (\"key\" = \"…\") rows are known without their place.");
    }

    /// The places of all complete records before an offset of the text.
    private RowStarts scan(long end) throws IOException {
        var starts = new RowStarts();
        if (format.kind().isRowFile()) {
            long count = format.open(file.path, channel).count();
            for (long row = 0; row < count; row++) {
                starts.add(row);
            }
            return starts;
        }
        Records records = content.records(0, 1, channel.size(), format.isWhole() || !table.isWatched());
        try {
            if (Preamble.read(file.path, format, records) != null) {
                while (records.next() && (format.isWhole() || records.offset < end)) {
                    starts.add(records.offset);
                }
            }
        } catch (DamagedException e) {
            return starts;
        }
        return starts;
    }

    private void readOn(boolean takesLast, TextRanges.Behind behind) throws IOException, InterruptedException {
        long end = channel.size();
        Preamble preamble = file.preamble;
        if (preamble == null) {
            preamble = Preamble.read(file.path, format, content.records(0, 1, end, takesLast));
            if (preamble == null) {
                return;
            }
            file.preamble = preamble;
        }
        FilePosition from = present();
        boolean inRows = from.at() >= preamble.end();
        long begin = inRows ? from.at() : preamble.end();
        long line = inRows ? from.line() : preamble.line();
        try (FileBatches batches = TextRanges.areSeveral(content, readers, begin, end)
                ? new TextRanges(content, preamble, readers, begin, line, end, takesLast, behind)
                : content.part(preamble, begin, line, Long.MAX_VALUE, end, takesLast)) {
            behind.run();
            send(batches);
        }
    }

    private void send(FileBatches batches) throws IOException, InterruptedException {
        FileBatch sent = null;
        for (FileBatch batch = batches.next(); batch != null; batch = batches.next()) {
            if (!changes.hasRoomFor(batch.size)) {
                settle(sent);
                commit.run();
            }
            send(batch);
            sent = batch;
            if (changes.isDue()) {
                settle(batch);
                commit.run();
            }
        }
        settle(sent);
    }

    private void send(FileBatch batch) throws InterruptedException {
        int bad = 0;
        for (int i = 0; i < batch.size; i++) {
            if (file.starts != null) {
                file.starts.add(batch.places[i]);
            }
            byte[] row = batch.values[i];
            if (row == null) {
                refuse(batch.bad.get(bad++), batch.linesBefore);
            } else {
                changes.send(batch.keys[i], row);
            }
        }
    }

    private void refuse(FileBatch.Bad bad, long linesBefore) throws InterruptedException {
        String place = file.path + (format.kind().isRowFile() ? ":row " : ":line ") + (linesBefore + bad.number);
        changes.bad(place, bad.column, bad.reason, bad.raw);
        long to = table.isByPlace() ? Math.min(bad.to, present().seen()) : bad.from;
        for (long hidden = bad.from; hidden < to; hidden++) {
            changes.send(Rows.placeKey(file.pathBytes, hidden), null);
        }
    }

    /// Puts the position behind what was sent.
    private void settle(@Nullable FileBatch sent) {
        FilePosition before = present();
        if (sent == null || (!format.isWhole() && sent.end <= before.at())) {
            return;
        }
        file.position = new FilePosition(
                identity(sent.trail),
                sent.end,
                sent.linesBefore + sent.line,
                Math.max(before.seen(), sent.seen),
                format.isWhole() && sent.isLast);
        file.done = format.isWhole() && sent.isLast ? look.size() : sent.bytesRead;
        changes.touch();
    }

    /// What a file that cannot be read at all counts as.
    static void leaveOut(TrackedFile file, AlluviumException error, Changes changes) {
        String message = error.getMessage();
        changes.bad(
                file.path + ":line 1",
                null,
                message == null ? error.code().name() : message,
                file.path.getBytes(StandardCharsets.UTF_8));
    }
}

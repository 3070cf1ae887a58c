package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.DamagedException;
import io.alluvium.format.RowFile;
import io.alluvium.format.Utf8;
import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads one open file on from where it had come to, and sends its rows. Belongs to the loader's thread.
final class FileReading {

    private static final byte[] NO_BYTES = {};

    private final FileTable table;
    private final TrackedFile file;
    private final FileFormat format;
    private final FileChannel channel;
    private final Look look;
    private final Changes changes;
    private final Commit commit;
    /// Where the record behind the last one that was taken begins; -1 before the first one.
    private long taken = -1;
    private long takenLine;

    /// Commits what was sent with the present positions of all files.
    interface Commit {
        void run() throws InterruptedException;
    }

    /// @param file open
    /// @param look what the file system said about it after it was opened
    FileReading(FileTable table, TrackedFile file, FileFormat format, Look look, Changes changes, Commit commit) {
        this.table = table;
        this.file = file;
        this.format = format;
        this.channel = Objects.requireNonNull(file.channel);
        this.look = look;
        this.changes = changes;
        this.commit = commit;
    }

    /// Sends what the table does not have yet; from the start when it is not the file that was read before.
    void run() throws IOException, InterruptedException {
        file.head = FileIdentity.head(channel);
        FilePosition before = file.position;
        if (before == null) {
            file.startAgain(identity(NO_BYTES), 0);
        } else if (!isSame(before) || isHalfReplaced(before)) {
            startAgain(before);
        }
        if (table.isByPlace() && table.isWatched() && file.starts == null) {
            file.starts =
                    present().seen() == 0 ? new RowStarts() : scan(present().seen());
        }
        if (format.kind().isRowFile()) {
            readRows();
        } else if (format.isWhole()) {
            readWhole();
        } else {
            readOn(!table.isWatched());
        }
    }

    /// Sends the complete records that are left in a file that has lost its path.
    void drain() throws IOException, InterruptedException {
        if (!format.isWhole() && file.position != null && isSame(present())) {
            readOn(false);
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
            file.startAgain(identity(NO_BYTES), 0);
            return;
        }
        RowStarts old = file.starts;
        if (old == null) {
            throw placesLost(file.path);
        }
        RowStarts now = scan(Long.MAX_VALUE);
        old.without(now, offset -> changes.send(Rows.placeKey(file.pathBytes, offset), null));
        file.starts = now;
        file.startAgain(identity(NO_BYTES), now.end());
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
        Records records = open(0, 1, format.isWhole() || !table.isWatched());
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

    private Records open(long offset, long line, boolean takesLast) throws IOException {
        TextWindow text = format.isCompressed()
                ? TextWindow.of(channel, format.compression(), format.charset())
                : TextWindow.of(channel, format.charset(), offset, channel.size());
        return Records.of(format, text, line, takesLast);
    }

    private void readOn(boolean takesLast) throws IOException, InterruptedException {
        Preamble preamble = file.preamble;
        if (preamble == null) {
            preamble = Preamble.read(file.path, format, open(0, 1, takesLast));
            if (preamble == null) {
                return;
            }
            file.preamble = preamble;
        }
        FilePosition from = present();
        boolean inRows = from.at() >= preamble.end();
        Records records = open(inRows ? from.at() : preamble.end(), inRows ? from.line() : preamble.line(), takesLast);
        Rows rows = table.rows(file.path, preamble, records);
        while (records.next()) {
            take(records, rows);
            if (changes.isDue()) {
                settle(records);
                commit.run();
            }
        }
        settle(records);
    }

    /// Puts the position behind the records that were taken.
    private void settle(Records records) throws IOException {
        FilePosition before = present();
        TextWindow text = records.text;
        boolean torn = records.isTorn();
        long at = torn ? taken : text.offset(text.from);
        if (at > before.at()) {
            file.position = new FilePosition(
                    identity(torn ? NO_BYTES : text.trail()),
                    at,
                    torn ? takenLine : records.nextLine,
                    Math.max(before.seen(), at),
                    false);
            file.done = at;
            changes.touch();
        }
    }

    private void take(Records records, Rows rows) throws InterruptedException {
        if (file.starts != null) {
            file.starts.add(records.offset);
        }
        String reason = records.problem;
        String column = null;
        if (reason == null && !Utf8.isValid(records.bytes(), records.start, records.end)) {
            reason = "it is not valid " + format.charset();
        }
        if (reason == null && !rows.make(records)) {
            reason = rows.reason();
            column = rows.column;
        }
        if (reason == null) {
            changes.send(table.isByPlace() ? Rows.placeKey(file.pathBytes, records.offset) : rows.key, rows.value);
        } else {
            refuse(records, column, reason);
        }
        taken = records.offsetBehind();
        takenLine = records.nextLine;
    }

    private void refuse(Records records, @Nullable String column, String reason) throws InterruptedException {
        changes.bad(file.path + ":line " + records.line, column, reason, records.raw());
        if (table.isByPlace() && records.offset < present().seen()) {
            changes.send(Rows.placeKey(file.pathBytes, records.offset), null);
        }
    }

    /// Reads a file that has no offsets to begin at: what was sent before an interruption is counted off.
    private void readWhole() throws IOException, InterruptedException {
        Records records = open(0, 1, true);
        long count = 0;
        long end = present().seen();
        try {
            Preamble preamble = Preamble.read(file.path, format, records);
            if (preamble != null) {
                Rows rows = table.rows(file.path, preamble, records);
                long skip = present().at();
                while (records.next()) {
                    count++;
                    end = Math.max(end, records.offset + 1);
                    if (count > skip) {
                        take(records, rows);
                        if (changes.isDue()) {
                            settleWhole(count, end, records.nextLine, false, channel.position());
                            commit.run();
                        }
                    }
                }
            }
        } catch (DamagedException e) {
            changes.bad(file.path + ":line " + records.nextLine, null, String.valueOf(e.getMessage()), NO_BYTES);
        }
        settleWhole(count, end, records.nextLine, true, channel.position());
        changes.touch();
    }

    /// Reads a file of rows on from the row it had come to.
    private void readRows() throws IOException, InterruptedException {
        RowFile.Cursor cursor = table.rows(file.path, format.open(file.path, channel));
        JsonRows rows = table.rows();
        cursor.skipTo(present().at());
        long end = present().seen();
        long next = present().at();
        while (cursor.next()) {
            take(cursor, rows);
            next = cursor.rowBehind();
            end = Math.max(end, next);
            if (changes.isDue()) {
                settleWhole(next, end, 1, false, cursor.bytesRead());
                commit.run();
            }
        }
        settleWhole(next, end, 1, true, look.size());
        changes.touch();
    }

    private void take(RowFile.Cursor cursor, JsonRows rows) throws InterruptedException {
        long row = cursor.row();
        RowFile.Problem problem = cursor.problem();
        if (problem == null && !rows.take(cursor.value())) {
            problem = new RowFile.Problem(rows.column, rows.reason());
        }
        if (problem == null) {
            if (file.starts != null) {
                file.starts.add(row);
            }
            changes.send(table.isByPlace() ? Rows.placeKey(file.pathBytes, row) : rows.key, rows.value);
            return;
        }
        changes.bad(file.path + ":row " + (row + 1), problem.column(), problem.reason(), NO_BYTES);
        for (long hidden = row;
                table.isByPlace()
                        && hidden < Math.min(cursor.rowBehind(), present().seen());
                hidden++) {
            changes.send(Rows.placeKey(file.pathBytes, hidden), null);
        }
    }

    private void settleWhole(long count, long end, long line, boolean all, long bytesRead) {
        file.position = new FilePosition(look.whole(), count, line, end, all);
        file.done = all ? look.size() : bytesRead;
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

package io.alluvium.source.file;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.Loader;
import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Loads files and follows them by looking at them again and again, and at once when the file system says so.
///
/// Each look finds the files that there are, tells from their identities which grew, were replaced or moved,
/// and reads what is new, one file after the other in the order of their paths. The position is committed
/// with the rows that it covers, each file's at the end of a record.
///
/// With a key column, a file that moves to another path is read on there; what is gone from a replaced file
/// stays in the table. When the key is a row's place, the table has the rows that stand in the files: rows of
/// a replaced file are deleted where they no longer stand, which is why their places are kept in memory, and
/// a file that moves takes its rows along under new keys. Rows of a file that is deleted stay.
final class FileLoader implements Loader {

    private static final int MOST_OPEN = 64;
    private static final int MOST_TRIES = 3;
    /// How many times as long as a look takes nothing is done between two of them that events ask for.
    private static final int GAP_OF_LOOKS = 4;

    /// Why files are looked at. Files that are read as a whole are never read on an event: they have to have been
    /// the same for an interval.
    private enum Occasion {
        BULK,
        INTERVAL,
        EVENT
    }

    private final FileTable table;
    private final Readers readers;
    private final int commitRows;
    private final LongSupplier nanoClock;
    private final Map<String, TrackedFile> files = new TreeMap<>();
    /// Files that are held open, so that the end of one that is moved away is not missed; the last used last.
    private final LinkedHashSet<TrackedFile> open = new LinkedHashSet<>();
    private Position position = Position.START;
    private boolean ahead;
    private long total;

    /// @param commitRows how many rows are committed together at the most
    FileLoader(FileTable table, Readers readers, int commitRows, LongSupplier nanoClock) {
        this.table = table;
        this.readers = readers;
        this.commitRows = commitRows;
        this.nanoClock = nanoClock;
    }

    @Override
    public Position loadAll(Position from, ChangeSink sink) throws InterruptedException {
        restore(from);
        var changes = new Changes(sink, commitRows, nanoClock);
        look(changes, Occasion.BULK);
        commit(changes);
        return position;
    }

    /// Without `file.watch` there is nothing to follow, and it returns at once.
    @Override
    public void follow(Position from, ChangeSink sink) throws InterruptedException {
        if (!table.isWatched()) {
            return;
        }
        restore(from);
        long interval = table.options().duration("file.watch.interval").toNanos();
        var changes = new Changes(sink, commitRows, nanoClock);
        try (var events = new FileEvents(table.pattern())) {
            while (true) {
                long start = nanoClock.getAsLong();
                poll(changes, Occasion.INTERVAL);
                watch(events, changes);
                followEvents(events, start, interval, changes);
            }
        }
    }

    /// Watches the directories that there are now. In new ones files may have changed before that was heard.
    private void watch(FileEvents events, Changes changes) throws InterruptedException {
        while (events.watch(table.pattern().folders())) {
            poll(changes, Occasion.EVENT);
        }
    }

    /// Reads what the file system says has changed, until the time has come to look at everything.
    private void followEvents(FileEvents events, long start, long interval, Changes changes)
            throws InterruptedException {
        long lookNanos = nanoClock.getAsLong() - start;
        long left = interval;
        while (left > 0) {
            switch (events.await(left, GAP_OF_LOOKS * lookNanos)) {
                case FileEvents.News.Silence s -> {
                    return;
                }
                case FileEvents.News.Written written -> glance(written.files(), changes);
                case FileEvents.News.Moved m -> {
                    poll(changes, Occasion.EVENT);
                    watch(events, changes);
                }
            }
            left = interval - (nanoClock.getAsLong() - start - lookNanos);
        }
    }

    /// Looks once at the files that `from` knows.
    void poll(Position from, ChangeSink sink) throws InterruptedException {
        restore(from);
        poll(new Changes(sink, commitRows, nanoClock), Occasion.INTERVAL);
    }

    private void poll(Changes changes, Occasion occasion) throws InterruptedException {
        look(changes, occasion);
        if (changes.isUncommitted()) {
            commit(changes);
        }
    }

    /// Reads on in files that are known and were written to; looks at everything when one of them is not the
    /// file that was read.
    private void glance(Set<Path> written, Changes changes) throws InterruptedException {
        Map<String, Look> looks = new LinkedHashMap<>();
        try {
            for (Path path : written) {
                Look look = Look.at(path);
                TrackedFile file = files.get(path.toString());
                if (file == null || !file.key().equals(look.key())) {
                    poll(changes, Occasion.EVENT);
                    return;
                }
                looks.put(path.toString(), look);
            }
        } catch (IOException e) {
            poll(changes, Occasion.EVENT);
            return;
        }
        FilesAhead none = ahead(Map.of(), changes);
        guarded(changes, () -> {
            for (Map.Entry<String, Look> entry : looks.entrySet()) {
                read(entry.getKey(), entry.getValue(), changes, Occasion.EVENT, none);
            }
        });
        if (changes.isUncommitted()) {
            commit(changes);
        }
    }

    /// Takes up a position, unless this loader itself has just come to it.
    private void restore(Position from) {
        if (!ahead && from.equals(position)) {
            return;
        }
        closeFiles();
        files.clear();
        from.parts().forEach((path, text) -> files.put(path, new TrackedFile(path, FilePosition.parse(path, text))));
        position = from;
        ahead = false;
    }

    private void commit(Changes changes) throws InterruptedException {
        Map<String, String> parts = new HashMap<>();
        long done = 0;
        for (TrackedFile file : files.values()) {
            FilePosition at = file.position;
            if (at != null) {
                parts.put(file.path, at.text());
                done += file.done;
            }
        }
        var reached = new Position(parts);
        changes.commit(reached, done, Math.max(done, total));
        position = reached;
        ahead = false;
    }

    /// Something that reads files.
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void guarded(Changes changes, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (ClosedByInterruptException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw FileFaults.translate(e, table.pattern().text());
        } finally {
            ahead = changes.isUncommitted();
        }
    }

    private void look(Changes changes, Occasion occasion) throws InterruptedException {
        guarded(changes, () -> {
            Map<String, Look> looks = looks(changes);
            List<String> first = List.of();
            if (table.isByPlace()) {
                forgetMoved(looks, changes);
            } else {
                first = followMoved(looks, changes);
            }
            try (FilesAhead ahead = ahead(occasion == Occasion.BULK ? looks : Map.of(), changes)) {
                for (String path : first) {
                    read(path, Objects.requireNonNull(looks.get(path)), changes, occasion, ahead);
                }
                for (Map.Entry<String, Look> entry : looks.entrySet()) {
                    read(entry.getKey(), entry.getValue(), changes, occasion, ahead);
                }
            }
        });
    }

    private FilesAhead ahead(Map<String, Look> looks, Changes changes) {
        return new FilesAhead(table, readers, changes.mostTogether(), looks, files.keySet());
    }

    private static InterruptedException interrupted(IOException e) {
        Thread.interrupted();
        var interrupted = new InterruptedException("the loader was stopped while it read");
        interrupted.initCause(e);
        return interrupted;
    }

    /// What there is. When nothing is, the ends of files that are still open are read first.
    private Map<String, Look> looks(Changes changes) throws IOException, InterruptedException {
        Map<String, Look> looks = new LinkedHashMap<>();
        total = 0;
        try {
            for (Path path : table.pattern().match()) {
                try {
                    Look look = Look.at(path);
                    looks.put(path.toString(), look);
                    total += look.size();
                } catch (NoSuchFileException e) {
                    if (!table.pattern().isGlob()) {
                        throw FileFaults.missing(table.pattern().text(), e);
                    }
                }
            }
            return looks;
        } catch (AlluviumException e) {
            if (e.code() == ErrorCode.FILE_MISSING) {
                for (TrackedFile file : List.copyOf(files.values())) {
                    letGo(file, changes);
                }
                if (changes.isUncommitted()) {
                    commit(changes);
                }
            }
            throw e;
        }
    }

    /// Finds files that moved to another path, and goes on with them there; forgets those that are gone.
    ///
    /// @return the paths that files moved to, those first which were changed first: what stands in them is
    ///     older than what stands in the files that took their paths
    private List<String> followMoved(Map<String, Look> looks, Changes changes)
            throws IOException, InterruptedException {
        Map<String, TrackedFile> byKey = new HashMap<>();
        for (TrackedFile file : files.values()) {
            Look there = looks.get(file.path);
            if (!file.key().isEmpty() && (there == null || !there.key().equals(file.key()))) {
                byKey.put(file.key(), file);
            }
        }
        List<TrackedFile> arrived = new ArrayList<>();
        for (Map.Entry<String, Look> entry : looks.entrySet()) {
            TrackedFile present = files.get(entry.getKey());
            if (present == null || !present.key().equals(entry.getValue().key())) {
                TrackedFile moved = byKey.remove(entry.getValue().key());
                if (moved != null) {
                    files.remove(moved.path);
                    open.remove(moved);
                    arrived.add(moved.movedTo(entry.getKey()));
                }
            }
        }
        for (TrackedFile file : arrived) {
            TrackedFile replaced = files.put(file.path, file);
            if (replaced != null) {
                letGo(replaced, changes);
            }
            if (file.channel != null) {
                open.add(file);
            }
            changes.touch();
        }
        for (TrackedFile file : List.copyOf(files.values())) {
            if (!looks.containsKey(file.path)) {
                letGo(file, changes);
                files.remove(file.path);
                changes.touch();
            }
        }
        return arrived.stream()
                .map(file -> file.path)
                .sorted(Comparator.comparingLong(
                        path -> Objects.requireNonNull(looks.get(path)).modifiedNanos()))
                .toList();
    }

    /// Deletes the rows of files that moved to a path where they are read anew. Files that are gone otherwise
    /// stay known, as their rows do.
    private void forgetMoved(Map<String, Look> looks, Changes changes) throws IOException, InterruptedException {
        Map<String, String> pathsByKey = new HashMap<>();
        looks.forEach((path, look) -> pathsByKey.put(look.key(), path));
        Iterator<TrackedFile> each = files.values().iterator();
        while (each.hasNext()) {
            TrackedFile file = each.next();
            if (looks.containsKey(file.path)) {
                continue;
            }
            close(file);
            file.last = null;
            String newPath = pathsByKey.get(file.key());
            FilePosition at = file.position;
            if (newPath != null && !files.containsKey(newPath) && !file.key().isEmpty() && at != null) {
                RowStarts starts = file.starts;
                if (starts == null && at.seen() > 0) {
                    throw FileReading.placesLost(file.path);
                }
                if (starts != null) {
                    starts.without(
                            new RowStarts(), offset -> changes.send(Rows.placeKey(file.pathBytes, offset), null));
                }
                each.remove();
                changes.touch();
            }
        }
    }

    /// Reads what is left in a file that no longer has its path, and closes it.
    private void letGo(TrackedFile file, Changes changes) throws IOException, InterruptedException {
        FileChannel channel = file.channel;
        FileFormat format = file.format;
        if (channel != null && format != null && !table.isByPlace()) {
            var look = new Look(file.channelKey, channel.size(), 0);
            new FileReading(table, file, format, look, readers, changes, () -> commit(changes)).drain();
        }
        close(file);
    }

    private void read(String path, Look seen, Changes changes, Occasion occasion, FilesAhead ahead)
            throws IOException, InterruptedException {
        TrackedFile known = files.get(path);
        TrackedFile file = known == null ? new TrackedFile(path, null) : known;
        if (seen.equals(file.last)) {
            return;
        }
        try {
            if (readChanged(file, seen, changes, occasion, ahead)) {
                files.put(path, file);
            }
        } catch (NoSuchFileException e) {
            if (!table.pattern().isGlob()) {
                throw FileFaults.missing(table.pattern().text(), e);
            }
        } catch (AlluviumException e) {
            if (!table.pattern().isGlob() || !FileFaults.isOfOneFile(e)) {
                throw e;
            }
            close(file);
            FileReading.leaveOut(file, e, changes);
            file.last = seen;
            files.put(path, file);
        }
    }

    private boolean readChanged(TrackedFile file, Look seen, Changes changes, Occasion occasion, FilesAhead ahead)
            throws IOException, InterruptedException {
        Path path = Path.of(file.path);
        Optional<AlluviumException> refusal = table.pattern().refusal(path);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        FileFormat format = FileFormat.of(file.path, table.options());
        FilePosition at = file.position;
        if (format.isWhole() && at != null && at.isAll() && at.identity().equals(seen.whole())) {
            if (!table.isByPlace() || !table.isWatched() || file.starts != null) {
                file.last = seen;
                return true;
            }
        } else if (format.isWhole() && occasion == Occasion.EVENT) {
            return false;
        } else if (format.isWhole() && occasion == Occasion.INTERVAL && !seen.equals(file.changing)) {
            file.changing = seen;
            return true;
        }
        Optional<Look> opened = open(file, path, seen, changes);
        if (opened.isEmpty()) {
            return false;
        }
        file.format = format;
        file.last = read(file, format, opened.get(), changes, ahead);
        return true;
    }

    /// Reads an open file on.
    ///
    /// @return how it looked when its end was looked for
    private Look read(TrackedFile file, FileFormat format, Look look, Changes changes, FilesAhead ahead)
            throws IOException, InterruptedException {
        FileReading.Commit commit = () -> {
            files.put(file.path, file);
            commit(changes);
        };
        Optional<FileAhead> early = file.position == null ? ahead.take(file.path, look) : Optional.empty();
        if (early.isEmpty()) {
            new FileReading(table, file, format, look, readers, changes, commit).run(ahead::fill);
            return look;
        }
        try (FileAhead begun = early.get()) {
            Look then = begun.look();
            new FileReading(table, file, format, then, readers, changes, commit).run(begun, ahead::fill);
            return then;
        }
    }

    /// Opens the file at a path, or goes on with the one that is open.
    ///
    /// @return how the open file looks; empty when the path leads to ever new ones
    private Optional<Look> open(TrackedFile file, Path path, Look seen, Changes changes)
            throws IOException, InterruptedException {
        if (file.channel != null && !file.channelKey.equals(seen.key())) {
            letGo(file, changes);
        }
        Look look = seen;
        for (int i = 0; i < MOST_TRIES; i++) {
            if (file.channel == null) {
                file.channel = FileChannel.open(path.toRealPath());
            }
            Look now = Look.at(path);
            if (now.key().equals(look.key())) {
                file.channelKey = now.key();
                keepOpen(file);
                return Optional.of(now);
            }
            file.close();
            look = now;
        }
        return Optional.empty();
    }

    private void keepOpen(TrackedFile file) throws IOException {
        open.remove(file);
        open.add(file);
        if (open.size() > MOST_OPEN) {
            close(open.getFirst());
        }
    }

    private void close(TrackedFile file) throws IOException {
        open.remove(file);
        file.close();
    }

    @Override
    public void close() {
        readers.close();
        closeFiles();
    }

    private void closeFiles() {
        for (TrackedFile file : List.copyOf(open)) {
            try {
                close(file);
            } catch (IOException e) {
                throw FileFaults.translate(e, file.path);
            }
        }
    }
}

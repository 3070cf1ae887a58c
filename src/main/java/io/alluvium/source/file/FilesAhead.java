package io.alluvium.source.file;

import io.alluvium.fault.AlluviumException;
import io.alluvium.source.file.FileIdentity.Look;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// New files that are read before it is their turn, as long as threads are free. What is in the way of that is met
/// again, and reported, when it is their turn. Belongs to the loader's thread.
final class FilesAhead implements AutoCloseable {

    private final FileTable table;
    private final Readers readers;
    private final int mostRecords;
    private final List<Map.Entry<String, Look>> files;
    private final Map<String, Integer> turns = new HashMap<>();
    private final Deque<FileAhead> begun = new ArrayDeque<>();
    private int next;

    /// @param looks the files in the order of their turns
    /// @param known the paths of those that have been read before
    FilesAhead(FileTable table, Readers readers, int mostRecords, Map<String, Look> looks, Set<String> known) {
        this.table = table;
        this.readers = readers;
        this.mostRecords = mostRecords;
        this.files = looks.entrySet().stream()
                .filter(file -> !known.contains(file.getKey()))
                .toList();
        for (int i = 0; i < files.size(); i++) {
            turns.put(files.get(i).getKey(), i);
        }
    }

    /// Reads ahead as far as threads are free.
    void fill() throws IOException {
        begun.forEach(FileAhead::plan);
        while (next < files.size() && readers.hasFree()) {
            Map.Entry<String, Look> file = files.get(next++);
            begin(file.getKey(), file.getValue()).ifPresent(begun::add);
        }
    }

    private Optional<FileAhead> begin(String path, Look seen) throws IOException {
        FileChannel channel = null;
        Optional<FileAhead> file = Optional.empty();
        try {
            Path there = Path.of(path);
            if (table.pattern().refusal(there).isEmpty()) {
                channel = FileChannel.open(there.toRealPath());
                Look look = Look.at(there);
                var content = new FileContent(table, path, FileFormat.of(path, table.options()), channel, mostRecords);
                file = look.key().equals(seen.key())
                        ? FileAhead.begin(content, look, readers, this::fill)
                        : Optional.empty();
            }
        } catch (IOException | AlluviumException e) {
            // It is met again when the file is read.
            file = Optional.empty();
        } finally {
            if (channel != null && file.isEmpty()) {
                channel.close();
            }
        }
        return file;
    }

    /// The file whose turn it is, if it is being read and has not changed since in a way that matters. Those whose
    /// turn is over are given up.
    Optional<FileAhead> take(String path, Look look) throws IOException {
        Integer turn = turns.get(path);
        if (turn == null) {
            return Optional.empty();
        }
        next = Math.max(next, turn + 1);
        while (!begun.isEmpty() && turn(begun.getFirst()) < turn) {
            begun.remove().close();
        }
        if (begun.isEmpty() || turn(begun.getFirst()) > turn) {
            return Optional.empty();
        }
        FileAhead file = begun.remove();
        if (file.isStill(look)) {
            return Optional.of(file);
        }
        file.close();
        return Optional.empty();
    }

    private int turn(FileAhead file) {
        return Objects.requireNonNull(turns.get(file.path()));
    }

    /// Gives up what was not taken.
    @Override
    public void close() throws IOException {
        next = files.size();
        while (!begun.isEmpty()) {
            begun.remove().close();
        }
    }
}

package io.alluvium.source.file;

import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ExternalSource.Discovery;
import io.alluvium.source.Loader;
import io.alluvium.source.WritableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Files of a glob whose rows have only their place. What a file has is written to its end or to a file that takes
/// its path; only upheavals and outages write into a file that has been read.
abstract class WritableFiles implements WritableSource {

    private static final int COMMIT_ROWS = 100;
    private static final int MOST_FILES = 3;

    /// @param word null makes it a bad record
    record Row(long n, @Nullable String word) {
        String json() {
            return "{\"n\":" + n + ",\"word\":\"" + word + "\"}";
        }
    }

    private final Path folder;
    private final Path aside;
    private final String extension;
    private final int rangeBytes;
    private final FileSource source;
    private @Nullable Discovery discovery;
    private long next = 1;
    private long seconds = Instant.now().getEpochSecond() - 1_000_000;
    private long spoiled;

    WritableFiles(Path parent, String extension) {
        this(parent, extension, 1, Readers.RANGE_BYTES);
    }

    /// @param threads how many read at the same time
    WritableFiles(Path parent, String extension, int threads, int rangeBytes) {
        this.extension = extension;
        this.rangeBytes = rangeBytes;
        try {
            this.folder = Files.createTempDirectory(parent, "files");
            this.aside = Files.createTempDirectory(parent, "aside");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.source = FileFixture.over(folder + "/*." + extension)
                .column("n", "BIGINT")
                .notNull("word", "VARCHAR")
                .watched()
                .with("file.read.threads", Integer.toString(threads))
                .source();
    }

    /// What a file with these rows holds.
    abstract byte[] bytes(List<Row> rows) throws IOException;

    /// The rows of a file, without bad ones.
    abstract List<Row> read(Path file) throws IOException;

    /// Adds rows to the end of a file that has not been read before or may be read at any time.
    abstract void append(Path file, List<Row> rows, boolean inTwoPieces) throws IOException;

    @Override
    public final Loader open() {
        Discovery known = discovery;
        if (known == null) {
            known = source.discover();
            discovery = known;
        }
        return source.open(known, COMMIT_ROWS, rangeBytes);
    }

    /// Something to do with files.
    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T work(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Runnable action(Work<?> work) {
        return () -> {
            var _ = work(work);
        };
    }

    private Path path(int number) {
        return folder.resolve("rows" + number + "." + extension);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted(Comparator.comparing(Path::toString)).toList();
        }
    }

    private Row row() {
        long n = next++;
        return new Row(n, "w" + n + "x".repeat((int) (n % 29)));
    }

    private List<Row> newRows(int count) {
        return Stream.generate(this::row).limit(count).toList();
    }

    @Override
    public final synchronized void insert(int count) {
        work(() -> {
            List<Path> files = files();
            append(files.isEmpty() ? path(0) : files.getLast(), newRows(count), false);
            return folder;
        });
    }

    @Override
    public final synchronized void change(Random random) {
        work(() -> {
            List<Path> files = files();
            Path file = files.get(random.nextInt(files.size()));
            switch (random.nextInt(10)) {
                case 0, 1 -> replace(file, others(read(file), random));
                case 2 -> {
                    if (files.size() < MOST_FILES) {
                        replace(path(files.size()), newRows(random.nextInt(5)));
                    }
                }
                default -> append(file, newRows(1 + random.nextInt(4)), random.nextBoolean());
            }
            return file;
        });
    }

    /// Some rows are left out, some are other ones, a new one comes behind them.
    private List<Row> others(List<Row> rows, Random random) {
        var others = new ArrayList<Row>();
        for (Row row : rows) {
            switch (random.nextInt(10)) {
                case 0 -> {}
                case 1 -> others.add(new Row(row.n, "other" + next++));
                default -> others.add(row);
            }
        }
        others.add(row());
        return others;
    }

    /// A file of its own takes the path.
    final void replace(Path file, List<Row> rows) throws IOException {
        Path written = aside.resolve("written");
        Files.write(written, bytes(rows));
        Files.setLastModifiedTime(written, FileTime.from(Instant.ofEpochSecond(seconds++)));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public final synchronized List<String> rows() {
        return work(() -> {
            var rows = new ArrayList<String>();
            for (Path file : files()) {
                read(file).forEach(row -> rows.add(row.json()));
            }
            rows.sort(Comparator.naturalOrder());
            return rows;
        });
    }

    @Override
    public final int mostPending() {
        return COMMIT_ROWS;
    }

    @Override
    public final boolean looksAtBadRecordsAgain() {
        return true;
    }

    @Override
    public final synchronized void spoil() {
        work(() -> {
            spoiled = next++;
            append(files().getLast(), List.of(new Row(spoiled, null)), false);
            return folder;
        });
    }

    @Override
    public final synchronized void mend() {
        work(() -> {
            Path file = files().getLast();
            var rows = new ArrayList<>(read(file));
            rows.add(new Row(spoiled, "mended"));
            replace(file, rows);
            return file;
        });
    }

    @Override
    public List<Upheaval> upheavals() {
        return List.of(
                upheaval("half of the rows are left in a file that takes the path", () -> {
                    List<Row> rows = read(path(0));
                    replace(path(0), rows.subList(0, rows.size() / 2));
                    return folder;
                }),
                upheaval("a file with other rows takes the path", () -> {
                    replace(path(0), newRows(45));
                    return folder;
                }),
                upheaval("other rows are written over the file", () -> Files.write(path(0), bytes(newRows(70)))),
                upheaval("fewer rows are written over the file", () -> Files.write(path(0), bytes(newRows(9)))),
                upheaval("a file without rows takes the path", () -> {
                    replace(path(0), List.of());
                    return folder;
                }),
                upheaval("the rows are written over by none", () -> Files.write(path(0), bytes(List.of()))),
                upheaval("the file is moved to another path", () -> {
                    Path there = files().getFirst();
                    return Files.move(there, there.resolveSibling("a" + there.getFileName()));
                }));
    }

    private Upheaval upheaval(String name, Work<?> work) {
        return new Upheaval(name, () -> {
            synchronized (this) {
                var _ = work(work);
            }
        });
    }

    @Override
    public List<Outage> outages() {
        return List.of(
                new Outage(
                        "the files are moved away and come back",
                        Set.of(ErrorCode.FILE_MISSING),
                        true,
                        action(() -> move(folder, aside)),
                        action(() -> move(aside, folder))),
                new Outage(
                        "the file is cut to half its bytes while it is read, and replaced later",
                        Set.of(ErrorCode.DATA),
                        false,
                        action(() -> {
                            try (var channel = FileChannel.open(path(0), StandardOpenOption.WRITE)) {
                                return channel.truncate(channel.size() / 2);
                            }
                        }),
                        action(() -> {
                            synchronized (this) {
                                replace(path(0), newRows(33));
                                return folder;
                            }
                        })));
    }

    private static Path move(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path file : all.toList()) {
                Files.move(file, to.resolve(file.getFileName().toString()));
            }
        }
        return to;
    }

    @Override
    public void close() {
        work(() -> {
            for (Path directory : List.of(folder, aside)) {
                try (Stream<Path> all = Files.walk(directory)) {
                    for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            return folder;
        });
    }
}

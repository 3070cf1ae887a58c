package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The snapshots of one partition: a directory with one manifest and the data files that it names.
///
/// A chunk's rows never change, so its block is written once and named by every later manifest; the chunk that is
/// being filled is written anew each time. Blocks are appended to the last data file. Once less than half of a file
/// is named, what is left of it is written again elsewhere.
///
/// Order: blocks, `fsync`, manifest under another name, `fsync`, rename, `fsync` of the directory, deletion of what
/// is not needed any more. What a manifest names is never written over, so that at every moment there is one whole
/// snapshot, the former one or the next.
///
/// Owner: one thread at a time, that which loads and after it that which writes; [#last] from any.
///
/// Why not one file a snapshot: a table that changes little would be written whole again and again.
public final class SnapshotFiles {

    private static final long MAX_FILE_BYTES = 256L << 20;
    private static final long FORCE_EVERY_BYTES = 32L << 20;

    private final Path directory;
    private final String fingerprint;
    private final BlockWriter out = new BlockWriter();

    /// By chunk what the manifest on disk names.
    private Map<Long, Stored> stored = new HashMap<>();
    /// The file that takes the next block, and where in it.
    private long file;
    private long end;
    private volatile @Nullable Snapshot last;

    /// A block on disk, and what of the chunk it is.
    private static final class Stored {
        final Manifest.Block block;
        final long[] serials;

        Stored(Manifest.Block block, Chunk chunk) {
            this.block = block;
            serials = new long[BlockCodec.writtenColumns(chunk)];
            for (int c = 0; c < serials.length; c++) {
                serials[c] = chunk.columns[c].serial;
            }
        }
    }

    /// What there is on disk.
    ///
    /// @param next the offset of the record after those that are contained
    /// @param bytes of the blocks
    public record Snapshot(long next, long rows, Instant takenAt, long bytes) {}

    /// Is told of every byte that goes to disk, and may wait, or end the writing with an exception.
    public interface Pace {
        void written(long bytes) throws IOException;
    }

    /// Decides whether a snapshot that could be read is one to use.
    public interface Acceptance {
        /// @return why not; empty when it is
        Optional<String> refusal(Snapshot snapshot);
    }

    /// What became of an attempt to load.
    public sealed interface Loaded {
        record Nothing() implements Loaded {}

        record Rows(Snapshot snapshot) implements Loaded {}

        /// There was one that must not be used; it has been deleted.
        record Refused(String reason) implements Loaded {}

        /// There was one that is not whole; it has been set aside.
        record Damaged(String reason) implements Loaded {}
    }

    /// @param fingerprint what the rows are; snapshots of other rows are refused
    public SnapshotFiles(Path directory, String fingerprint) {
        this.directory = directory;
        this.fingerprint = fingerprint;
    }

    public Optional<Snapshot> last() {
        return Optional.ofNullable(last);
    }

    /// Puts the rows of the snapshot, if there is one, into a partition of `store` that has none yet, and cleans
    /// the directory up.
    ///
    /// @param widens whether values of a type can become values of another
    public Loaded load(
            TableStore store,
            int partition,
            Acceptance acceptance,
            BiPredicate<ColumnType, ColumnType> widens,
            ExecutorService executor,
            int workers)
            throws InterruptedException {
        try {
            byte[] bytes = Files.readAllBytes(directory.resolve(DataFiles.MANIFEST));
            Manifest manifest = Manifest.read(bytes);
            Optional<String> refusal =
                    refusal(manifest, store.schema(), widens).or(() -> acceptance.refusal(described(manifest)));
            if (refusal.isPresent()) {
                delete();
                return new Loaded.Refused(refusal.get());
            }
            SnapshotLoad.Result loaded = SnapshotLoad.load(manifest, directory, store.schema(), executor, workers);
            takeUp(manifest, loaded.chunks());
            store.install(partition, loaded.rows());
            DataFiles.deleteOthers(directory, files(stored));
            return new Loaded.Rows(described(manifest));
        } catch (NoSuchFileException e) {
            return isManifest(e) ? nothing() : setAside(e);
        } catch (SnapshotLoad.DamagedException e) {
            return setAside(e.file(), DataFiles.path(directory, e.file()) + ": " + e.getMessage());
        } catch (Manifest.UnreadableException e) {
            return setAside(-1, directory.resolve(DataFiles.MANIFEST) + ": " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            return setAside(e);
        }
    }

    private static boolean isManifest(NoSuchFileException missing) {
        return String.valueOf(missing.getFile()).endsWith(DataFiles.MANIFEST);
    }

    private Loaded nothing() {
        try {
            if (Files.isDirectory(directory)) {
                DataFiles.deleteOthers(directory, Set.of());
            }
            return new Loaded.Nothing();
        } catch (IOException e) {
            return new Loaded.Refused(directory + " could not be cleaned up: " + e);
        }
    }

    private Loaded setAside(Exception e) {
        return setAside(-1, directory + ": " + e);
    }

    private Loaded setAside(long damaged, String reason) {
        forget();
        startNewFile(file);
        try {
            setAside(directory.resolve(DataFiles.MANIFEST), directory.resolve(DataFiles.MANIFEST + DataFiles.DAMAGED));
            if (damaged >= 0) {
                setAside(DataFiles.path(directory, damaged), directory.resolve("data" + DataFiles.DAMAGED));
            }
            DataFiles.deleteOthers(directory, Set.of());
            return new Loaded.Damaged(reason);
        } catch (IOException e) {
            return new Loaded.Damaged(reason + "; it could not be set aside: " + e);
        }
    }

    private static void setAside(Path file, Path to) throws IOException {
        if (Files.exists(file)) {
            Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Optional<String> refusal(Manifest manifest, Schema present, BiPredicate<ColumnType, ColumnType> widens) {
        if (!manifest.fingerprint().equals(fingerprint)) {
            return Optional.of("it is of other rows: " + manifest.fingerprint());
        }
        for (Column column : manifest.schema().columns()) {
            int at = present.indexOf(column.name());
            if (at < 0) {
                return Optional.of("it has the column " + column.name() + ", which the table has not");
            }
            ColumnType wanted = present.column(at).type();
            if (!column.type().equals(wanted) && !widens.test(column.type(), wanted)) {
                return Optional.of("its column " + column.name() + " is " + column.type() + ", not " + wanted);
            }
        }
        return Optional.empty();
    }

    private static Snapshot described(Manifest manifest) {
        return new Snapshot(
                manifest.next(), manifest.rows(), Instant.ofEpochMilli(manifest.takenMillis()), manifest.blockBytes());
    }

    private void takeUp(Manifest manifest, List<Chunk> chunks) {
        stored = new HashMap<>();
        file = 0;
        end = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Manifest.Block block = manifest.blocks().get(i);
            stored.put(block.number(), new Stored(block, chunks.get(i)));
            if (block.file() > file) {
                file = block.file();
                end = 0;
            }
            if (block.file() == file) {
                end = Math.max(end, block.offset() + block.length());
            }
        }
        last = described(manifest);
    }

    private static Set<Long> files(Map<Long, Stored> blocks) {
        Set<Long> files = new HashSet<>();
        blocks.values().forEach(known -> files.add(known.block.file()));
        return files;
    }

    private void startNewFile(long greatest) {
        file = greatest + 1;
        end = 0;
    }

    /// Makes a snapshot of a view; the one before stays when that fails.
    ///
    /// @param next the offset of the record after those that the view contains
    /// @return the bytes that were written
    /// @throws IOException also whatever `pace` throws
    public long write(PartitionView view, long next, Instant takenAt, Pace pace) throws IOException {
        Files.createDirectories(directory);
        Map<Long, Stored> kept = kept(view);
        boolean isWhole = false;
        long firstFile = file;
        try {
            long written = writeBlocks(view, kept, pace);
            Manifest manifest = manifest(view, kept, next, takenAt);
            manifest.write(out);
            Path fresh = directory.resolve(DataFiles.NEW_MANIFEST);
            long manifestBytes = out.size();
            DataFiles.write(fresh, out.bytes());
            Files.move(fresh, directory.resolve(DataFiles.MANIFEST), StandardCopyOption.ATOMIC_MOVE);
            DataFiles.force(directory);
            isWhole = true;
            stored = kept;
            last = described(manifest);
            DataFiles.deleteOthers(directory, files(kept));
            return written + manifestBytes;
        } finally {
            out.clear();
            if (!isWhole) {
                // Whether the manifest on disk names what was written is not known.
                startNewFile(Math.max(firstFile, file));
            }
        }
    }

    /// The blocks that can be named again.
    private Map<Long, Stored> kept(PartitionView view) {
        Map<Long, Stored> kept = new HashMap<>();
        Map<Long, Long> named = new HashMap<>();
        for (ChunkView chunk : view.chunks) {
            Stored known = chunk == null ? null : stored.get(chunk.chunk.number);
            if (known != null && chunk != null && isOf(known, chunk)) {
                kept.put(chunk.chunk.number, known);
                named.merge(known.block.file(), (long) known.block.length(), Long::sum);
            }
        }
        Set<Long> sparse = new HashSet<>();
        named.forEach((number, bytes) -> {
            if (bytes * 2 < fileBytes(number)) {
                sparse.add(number);
            }
        });
        kept.values().removeIf(known -> sparse.contains(known.block.file()));
        if (end > 0 && (end >= MAX_FILE_BYTES || !files(kept).contains(file))) {
            startNewFile(file);
        }
        return kept;
    }

    private static boolean isOf(Stored known, ChunkView chunk) {
        if (known.block.rows() != chunk.rows || known.serials.length != BlockCodec.writtenColumns(chunk.chunk)) {
            return false;
        }
        for (int c = 0; c < known.serials.length; c++) {
            if (chunk.columns[c].serial != known.serials[c]) {
                return false;
            }
        }
        return true;
    }

    private long fileBytes(long number) {
        try {
            return Files.size(DataFiles.path(directory, number));
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private long writeBlocks(PartitionView view, Map<Long, Stored> kept, Pace pace) throws IOException {
        long written = 0;
        long unforced = 0;
        FileChannel into = null;
        try {
            for (ChunkView chunk : view.chunks) {
                if (chunk == null || chunk.rows == 0 || kept.containsKey(chunk.chunk.number)) {
                    continue;
                }
                if (into != null && end >= MAX_FILE_BYTES) {
                    into.force(true);
                    into.close();
                    into = null;
                    startNewFile(file);
                }
                if (into == null) {
                    into = FileChannel.open(
                            DataFiles.path(directory, file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    into.truncate(end);
                }
                Manifest.Block block = append(chunk, into);
                kept.put(block.number(), new Stored(block, chunk.chunk));
                written += block.length();
                unforced += block.length();
                if (unforced >= FORCE_EVERY_BYTES) {
                    into.force(false);
                    unforced = 0;
                }
                pace.written(block.length());
            }
            if (into != null) {
                into.force(true);
            }
            return written;
        } finally {
            if (into != null) {
                into.close();
            }
        }
    }

    private Manifest.Block append(ChunkView chunk, FileChannel into) throws IOException {
        out.clear();
        BlockCodec.write(chunk.chunk, chunk.rows, out);
        ByteBuffer bytes = out.bytes();
        int length = bytes.remaining();
        var block =
                new Manifest.Block(chunk.chunk.number, chunk.rows, file, end, length, Manifest.checksum(bytes), null);
        while (bytes.hasRemaining()) {
            end += into.write(bytes, end);
        }
        return block;
    }

    private Manifest manifest(PartitionView view, Map<Long, Stored> kept, long next, Instant takenAt) {
        List<Manifest.Block> blocks = new ArrayList<>();
        for (ChunkView chunk : view.chunks) {
            if (chunk != null && chunk.rows > 0) {
                Manifest.Block block = Objects.requireNonNull(kept.get(chunk.chunk.number)).block;
                blocks.add(new Manifest.Block(
                        block.number(),
                        block.rows(),
                        block.file(),
                        block.offset(),
                        block.length(),
                        block.checksum(),
                        dead(chunk, view.batch)));
            }
        }
        return new Manifest(
                fingerprint,
                next,
                takenAt.toEpochMilli(),
                view.rows,
                view.firstChunk,
                view.limit,
                view.schema,
                dictionaries(view),
                blocks);
    }

    private static @Nullable BitSet dead(ChunkView chunk, long batch) {
        BitSet bits = null;
        for (int place = 0; place < chunk.rows; place++) {
            if (!chunk.isAlive(place, batch)) {
                bits = bits == null ? new BitSet(Chunk.ROWS) : bits;
                bits.set(place);
            }
        }
        return bits;
    }

    /// Those that the chunks' codes lead into.
    private static List<@Nullable Dictionary> dictionaries(PartitionView view) {
        var found = new @Nullable Dictionary[view.schema.size()];
        for (ChunkView chunk : view.chunks) {
            for (int c = 0; chunk != null && c < found.length; c++) {
                if (chunk.columns[c] instanceof DictionaryData data) {
                    if (found[c] != null && found[c] != data.dictionary()) {
                        throw new IllegalStateException("two dictionaries in the column " + view.schema.column(c));
                    }
                    found[c] = data.dictionary();
                }
            }
        }
        return Arrays.asList(found);
    }

    private void forget() {
        stored = new HashMap<>();
        last = null;
    }

    /// Deletes what there is on disk, because it must not be used again.
    public void delete() throws IOException {
        forget();
        startNewFile(file);
        DataFiles.deleteAll(directory);
    }
}

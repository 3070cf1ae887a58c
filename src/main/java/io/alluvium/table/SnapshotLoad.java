package io.alluvium.table;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Makes a partition out of a manifest and the blocks that it names. Used once.
///
/// In two steps, each by all workers at the same time. First each takes one block after the other: reads it whole,
/// checks it, copies its arrays, and computes the index's slots of the rows that are alive. Then each fills its own
/// share of the index's segments, so that they need no lock.
final class SnapshotLoad {

    private static final int FIRST_BUFFER_BYTES = 1 << 20;

    private final Manifest manifest;
    private final Map<Long, FileChannel> files;
    private final Part[] parts;
    private final AtomicInteger nextPart = new AtomicInteger();

    /// A chunk as it was loaded.
    private static final class Part {
        final Chunk chunk;
        final int rows;
        final @Nullable Deaths deaths;
        final int deadCount;
        /// What the index has to know of the rows that are alive.
        final long[] slots;

        Part(Chunk chunk, int rows, @Nullable Deaths deaths, int deadCount, long[] slots) {
            this.chunk = chunk;
            this.rows = rows;
            this.deaths = deaths;
            this.deadCount = deadCount;
            this.slots = slots;
        }
    }

    /// A file does not hold what the manifest says.
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;
        private final long file;

        DamagedException(long file, String what) {
            super(what);
            this.file = file;
        }

        long file() {
            return file;
        }
    }

    private SnapshotLoad(Manifest manifest, Map<Long, FileChannel> files) {
        this.manifest = manifest;
        this.files = files;
        this.parts = new Part[manifest.blocks().size()];
    }

    /// @param rows has the columns of `present` in their order, those of the manifest with the types that they have
    ///     there
    /// @param chunks as the blocks have them
    record Result(PartitionStore.Restored rows, List<Chunk> chunks) {}

    /// @param present the table's columns, all of the manifest's among them
    /// @param workers how many tasks at a time are given to `executor`
    static Result load(Manifest manifest, Path directory, Schema present, ExecutorService executor, int workers)
            throws IOException, InterruptedException {
        Map<Long, FileChannel> files = new HashMap<>();
        try {
            for (Manifest.Block block : manifest.blocks()) {
                if (!files.containsKey(block.file())) {
                    files.put(
                            block.file(),
                            FileChannel.open(DataFiles.path(directory, block.file()), StandardOpenOption.READ));
                }
            }
            return new SnapshotLoad(manifest, files).load(present, executor, workers);
        } finally {
            for (FileChannel file : files.values()) {
                file.close();
            }
        }
    }

    private Result load(Schema present, ExecutorService executor, int workers)
            throws IOException, InterruptedException {
        inParallel(executor, workers, worker -> {
            readBlocks();
            return 0L;
        });
        long alive = 0;
        for (Part part : parts) {
            alive += part.slots.length;
        }
        if (alive != manifest.rows()) {
            throw new IOException(alive + " rows are alive in place of " + manifest.rows());
        }
        KeyIndex index = filled(alive, executor, workers);
        return new Result(
                rows(index, present),
                Arrays.stream(parts).map(part -> part.chunk).toList());
    }

    private void readBlocks() throws IOException {
        Arena arena = Arena.ofConfined();
        try {
            ByteBuffer buffer = arena.allocate(FIRST_BUFFER_BYTES).asByteBuffer();
            for (int i = nextPart.getAndIncrement(); i < parts.length; i = nextPart.getAndIncrement()) {
                Manifest.Block block = manifest.blocks().get(i);
                if (block.length() > buffer.capacity()) {
                    arena.close();
                    arena = Arena.ofConfined();
                    buffer = arena.allocate(block.length()).asByteBuffer();
                }
                parts[i] = read(block, buffer);
            }
        } finally {
            arena.close();
        }
    }

    private Part read(Manifest.Block block, ByteBuffer buffer) throws IOException {
        FileChannel file = files.get(block.file());
        if (file == null) {
            throw new IllegalStateException("the file " + block.file() + " was not opened");
        }
        buffer.clear().limit(block.length());
        while (buffer.hasRemaining()) {
            if (file.read(buffer, block.offset() + buffer.position()) < 0) {
                throw new DamagedException(block.file(), "it ends within the block of chunk " + block.number());
            }
        }
        buffer.flip();
        if (Manifest.checksum(buffer) != block.checksum()) {
            throw new DamagedException(
                    block.file(), "the checksum of the block of chunk " + block.number() + " is wrong");
        }
        Chunk chunk = BlockCodec.read(
                block.number(), block.rows(), new BlockReader(buffer), manifest.schema(), manifest.dictionaries());
        return part(chunk, block);
    }

    private static Part part(Chunk chunk, Manifest.Block block) {
        BitSet dead = block.dead();
        Deaths deaths = dead == null ? null : Deaths.before(PartitionStore.FIRST_BATCH, dead, block.rows());
        int deadCount = 0;
        long[] slots = new long[block.rows()];
        int alive = 0;
        Bytes keys = chunk.keys.bytes();
        byte[] array = keys.array();
        for (int place = 0; place < block.rows(); place++) {
            if (deaths != null && deaths.isDead(place)) {
                deadCount++;
            } else {
                slots[alive++] = KeyIndex.slotOf(array, keys.start(place), keys.length(place), chunk.id(place));
            }
        }
        return new Part(chunk, block.rows(), deaths, deadCount, deadCount == 0 ? slots : Arrays.copyOf(slots, alive));
    }

    private KeyIndex filled(long keys, ExecutorService executor, int workers) throws IOException, InterruptedException {
        KeyIndex index = KeyIndex.withRoomFor(keys);
        int shares = Math.min(Integer.highestOneBit(workers), index.shares());
        var left = new ConcurrentLinkedQueue<Long>();
        index.addFilled(inParallel(executor, shares, share -> {
            long count = 0;
            for (Part part : parts) {
                count += index.fill(part.slots, share, shares, left::add);
            }
            return count;
        }));
        left.forEach(index::insert);
        return index;
    }

    private PartitionStore.Restored rows(KeyIndex index, Schema present) {
        int[] from = new int[present.size()];
        List<Column> columns = new ArrayList<>();
        List<@Nullable Dictionary> dictionaries = new ArrayList<>();
        for (int c = 0; c < present.size(); c++) {
            Column column = present.column(c);
            from[c] = manifest.schema().indexOf(column.name());
            columns.add(from[c] < 0 ? column : new Column(column.name(), typeOf(from[c]), column.nullable()));
            dictionaries.add(from[c] < 0 ? null : manifest.dictionaries().get(from[c]));
        }
        var log = new VersionLog(manifest.firstChunk(), manifest.limit());
        for (Part part : parts) {
            log.restore(inOrder(part.chunk, from, columns), part.rows, part.deaths, part.deadCount);
        }
        return new PartitionStore.Restored(new Schema(columns), dictionaries, index, log, manifest.rows());
    }

    private ColumnType typeOf(int column) {
        return manifest.schema().column(column).type();
    }

    private static Chunk inOrder(Chunk chunk, int[] from, List<Column> columns) {
        var ordered = new ColumnData[from.length];
        for (int c = 0; c < from.length; c++) {
            ordered[c] = from[c] < 0 ? new AbsentData(columns.get(c).type()) : chunk.columns[from[c]];
        }
        return new Chunk(chunk.number, chunk.keys, ordered);
    }

    private interface Work {
        long run(int worker) throws IOException;
    }

    /// Lets `workers` tasks run, and returns the sum of what they gave once all have ended.
    private static long inParallel(ExecutorService executor, int workers, Work work)
            throws IOException, InterruptedException {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int worker = i;
            tasks.add(() -> work.run(worker));
        }
        long sum = 0;
        for (Future<Long> done : executor.invokeAll(tasks)) {
            try {
                sum += done.get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException io -> throw io;
                    case RuntimeException fault -> throw fault;
                    case null, default -> throw new IllegalStateException("a block could not be read", e.getCause());
                }
            }
        }
        return sum;
    }
}

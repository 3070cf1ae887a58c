package io.alluvium.table.rocksdb;

import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.TableStorage;
import io.alluvium.table.Widened;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tables of the service that are kept on disk, each in a directory of its own: opens them with what they had,
/// or empty when that is not the same table's or is damaged, and deletes those that nobody needs. Safe from any
/// thread.
public final class RocksTables implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RocksTables.class);
    private static final String FORMAT = "1";
    private static final String DAMAGED = "-damaged";

    private final Path directory;
    private final long cacheBytes;
    private final InstantSource clock;
    private final Map<String, Lease> leases = new HashMap<>();
    private @Nullable RocksLibrary library;

    /// An open table and how many have opened it.
    private static final class Lease {
        final RocksStorage storage;
        int holders;

        Lease(RocksStorage storage) {
            this.storage = storage;
        }
    }

    /// Touches nothing before the first table is opened.
    ///
    /// @param cacheBytes the memory for all tables together
    public RocksTables(Path directory, long cacheBytes, InstantSource clock) {
        this.directory = directory;
        this.cacheBytes = cacheBytes;
        this.clock = clock;
    }

    /// Opens a table. Rows are there that an earlier opening under the same name and definition has left;
    /// [TableStorage#offset] says how far they lead. Opened twice, both are the same table.
    ///
    /// @param id the name of its directory
    /// @param definition tells what the rows were made of; other rows are of no use
    /// @param keyColumns the places of the key's columns in `schema`, in key order
    public synchronized TableStorage open(
            String id, String definition, TableName name, Schema schema, int[] keyColumns) {
        Lease known = leases.get(id);
        if (known != null && (known.storage.hasFailed() || known.storage.isCorrupt())) {
            known.storage.close();
            leases.remove(id);
            if (known.storage.isCorrupt()) {
                setAside(id, name, "a part of it is damaged");
            }
            known = null;
        }
        if (known == null) {
            known = new Lease(opened(id, definition, name, schema, keyColumns));
            leases.put(id, known);
        }
        known.holders++;
        Lease lease = known;
        return new LeasedStorage(lease.storage, () -> release(id, lease), () -> delete(id, lease));
    }

    private synchronized void release(String id, Lease lease) {
        if (--lease.holders == 0) {
            lease.storage.close();
            leases.remove(id, lease);
        }
    }

    private synchronized void delete(String id, Lease lease) {
        release(id, lease);
        if (!leases.containsKey(id)) {
            deleteFiles(directory.resolve(id));
        }
    }

    private RocksStorage opened(String id, String definition, TableName name, Schema schema, int[] keyColumns) {
        byte[] wanted =
                (FORMAT + "\n" + definition + "\n" + keyOf(schema, keyColumns)).getBytes(StandardCharsets.UTF_8);
        try {
            return tryOpen(id, wanted, name, schema, keyColumns).orElseGet(() -> {
                LOG.info("table={} its rows on disk belong to another definition; it is loaded anew", name);
                deleteFiles(directory.resolve(id));
                return openedAnew(id, wanted, name, schema, keyColumns);
            });
        } catch (RocksDBException | RuntimeException e) {
            setAside(id, name, e.toString());
            return openedAnew(id, wanted, name, schema, keyColumns);
        }
    }

    private RocksStorage openedAnew(String id, byte[] wanted, TableName name, Schema schema, int[] keyColumns) {
        try {
            return tryOpen(id, wanted, name, schema, keyColumns)
                    .orElseThrow(() -> new IllegalStateException("an empty table has rows of another one"));
        } catch (RocksDBException e) {
            throw Faults.of(name, "open", e);
        }
    }

    private static String keyOf(Schema schema, int[] keyColumns) {
        return Arrays.stream(keyColumns)
                .mapToObj(c -> schema.column(c).name() + " " + schema.column(c).type())
                .toList()
                .toString();
    }

    /// Opens what is there; empty when that is another table.
    private Optional<RocksStorage> tryOpen(String id, byte[] wanted, TableName name, Schema schema, int[] keyColumns)
            throws RocksDBException {
        if (library == null) {
            library = new RocksLibrary(cacheBytes);
        }
        Path path = directory.resolve(id);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new RocksDBException("cannot make the directory " + path + ": " + e);
        }
        Options options = library.options();
        RocksDB database;
        try {
            database = RocksDB.open(options, path.toString());
        } catch (RocksDBException e) {
            options.close();
            throw e;
        }
        boolean isTaken = false;
        try {
            Optional<Shape> shape = shape(database, wanted, schema);
            if (shape.isEmpty()) {
                return Optional.empty();
            }
            var storage = new RocksStorage(
                    name,
                    new OpenDatabase(name, database, options),
                    keyColumns,
                    shape.get(),
                    partitions(database),
                    clock);
            isTaken = true;
            return Optional.of(storage);
        } finally {
            if (!isTaken) {
                database.close();
                options.close();
            }
        }
    }

    /// The columns of now, with what is known of those before; empty when the rows are not the wanted ones or have
    /// columns that the table has not any more.
    private static Optional<Shape> shape(RocksDB database, byte[] wanted, Schema schema) throws RocksDBException {
        byte[] definition = database.get(RowKeys.definition());
        try (var options = new org.rocksdb.WriteOptions().setDisableWAL(true)) {
            if (definition == null) {
                database.put(options, RowKeys.schema(0), RowLayout.schemaBytes(schema));
                database.put(options, RowKeys.definition(), wanted);
                return Optional.of(new Shape(List.of(new RowLayout(0, schema)), schema));
            }
            if (!Arrays.equals(definition, wanted)) {
                return Optional.empty();
            }
            var layouts = new ArrayList<RowLayout>();
            for (Schema known = stored(database, 0); known != null; known = stored(database, layouts.size())) {
                layouts.add(new RowLayout(layouts.size(), known));
            }
            if (layouts.isEmpty()
                    || !covers(schema, layouts.getLast().schema())
                    || layouts.size() == RowLayout.MAX_VERSIONS) {
                return Optional.empty();
            }
            if (!layouts.getLast().schema().equals(schema)) {
                database.put(options, RowKeys.schema(layouts.size()), RowLayout.schemaBytes(schema));
                layouts.add(new RowLayout(layouts.size(), schema));
            }
            return Optional.of(new Shape(layouts, schema));
        }
    }

    private static @Nullable Schema stored(RocksDB database, int version) throws RocksDBException {
        return RowLayout.schemaOf(database.get(RowKeys.schema(version)));
    }

    /// Whether a table with the columns `schema` shows everything that rows with the columns `before` hold.
    private static boolean covers(Schema schema, Schema before) {
        for (Column column : before.columns()) {
            int place = schema.indexOf(column.name());
            if (place < 0
                    || !Widened.isPossible(column.type(), schema.column(place).type())) {
                return false;
            }
        }
        return true;
    }

    private static PartitionEntry[] partitions(RocksDB database) throws RocksDBException {
        var entries = new ArrayList<PartitionEntry>();
        try (var options = new ReadOptions();
                RocksIterator all = database.newIterator(options)) {
            for (all.seek(RowKeys.partition(0)); all.isValid(); all.next()) {
                int partition = RowKeys.partitionOf(all.key());
                if (partition < 0) {
                    break;
                }
                while (entries.size() < partition) {
                    entries.add(PartitionEntry.EMPTY);
                }
                entries.add(PartitionEntry.of(all.value()));
            }
            all.status();
        }
        return entries.toArray(PartitionEntry[]::new);
    }

    /// Keeps what cannot be read for whoever wants to know why; one such copy a table.
    private void setAside(String id, TableName name, String why) {
        Path path = directory.resolve(id);
        Path aside = directory.resolve(id + DAMAGED);
        LOG.warn(
                "table={} its rows on disk cannot be used: {}; they are set aside as {}, and the table is loaded anew",
                name,
                why,
                aside);
        deleteFiles(aside);
        try {
            if (Files.exists(path)) {
                Files.move(path, aside);
            }
        } catch (IOException e) {
            LOG.warn("table={} {} could not be set aside: {}", name, path, e.toString());
            deleteFiles(path);
        }
    }

    /// Deletes the tables whose directories' names are unused; a table that is still open is closed first.
    public synchronized void remove(Predicate<String> isUnused) {
        for (String id : List.copyOf(leases.keySet())) {
            if (isUnused.test(id)) {
                Objects.requireNonNull(leases.remove(id)).storage.close();
            }
        }
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(path -> isUnused.test(path.getFileName().toString())).forEach(RocksTables::deleteFiles);
        } catch (IOException e) {
            LOG.warn("the tables in {} that nobody uses could not be deleted: {}", directory, e.toString());
        }
    }

    private static void deleteFiles(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be deleted: {}", path, e.toString());
        }
    }

    /// The memory of all tables together, without what [TableStorage#bytes] of each says.
    public synchronized long bytes() {
        if (library == null) {
            return 0;
        }
        long own = 0;
        for (Lease lease : leases.values()) {
            own += lease.storage.bytes();
        }
        return Math.max(0, library.usedBytes() - own);
    }

    /// Closes all tables; their rows stay on disk.
    @Override
    public synchronized void close() {
        leases.values().forEach(lease -> lease.storage.close());
        leases.clear();
        if (library != null) {
            library.close();
            library = null;
        }
    }
}

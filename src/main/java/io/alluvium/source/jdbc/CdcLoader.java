package io.alluvium.source.jdbc;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.Loader;
import io.alluvium.source.jdbc.cdc.Change;
import io.alluvium.source.jdbc.cdc.ChangeStream;
import io.alluvium.source.jdbc.cdc.ChangeStream.StreamEndedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// Reads everything once, then what the database's log says has changed.
///
/// The place in the log is noted before the first scan; what changes meanwhile comes once more, which is harmless.
/// The log says which rows have changed. They are read by their keys, in one transaction that sees the changes: so
/// each value has the form that it has in the scan, and what the log leaves out (values stored apart that did not
/// change) is there. A row that is not found is deleted. Several changes of a row may become one.
///
/// As a position: the parts of [IncrementalBulk] without a watermark, and those of the place in the log.
final class CdcLoader implements Loader {

    private static final long LOOK_MILLIS = 200;
    private static final long CHECK_NANOS = 5_000_000_000L;

    private final Database database;
    private final JdbcTable table;
    private final ChangeLog log;
    private final String name;
    private final int partitions;
    private final int fetchSize;
    private final LongSupplier nanoClock;

    /// @param name of what is made in the database for this table
    CdcLoader(
            Database database,
            JdbcTable table,
            ChangeLog log,
            String name,
            int partitions,
            int fetchSize,
            LongSupplier nanoClock) {
        this.database = database;
        this.table = table;
        this.log = log;
        this.name = name;
        this.partitions = partitions;
        this.fetchSize = fetchSize;
        this.nanoClock = nanoClock;
    }

    /// Reads the ranges of the key that were not finished before.
    @Override
    public Position loadAll(Position from, ChangeSink sink) throws InterruptedException {
        boolean again = !from.equals(Position.START);
        if (again) {
            check(placeOf(from));
        } else {
            // A place that was lost is so, also when no other one can be had.
            sink.commit(Position.START);
        }
        Map<String, String> place = again ? placeOf(from) : database.ask(log::begin);
        IncrementalBulk bulk = again ? IncrementalBulk.parse(from) : newBulk();
        var pieces = new Pieces(sink, nanoClock);
        pieces.commit(with(bulk.position(), place));
        bulk.read(database, table, partitions, fetchSize, pieces, sink, position -> with(position, place));
        return with(IncrementalBulk.following(Optional.empty()), place);
    }

    private IncrementalBulk newBulk() throws InterruptedException {
        Optional<String> key = table.wholeKey();
        KeyRanges ranges = key.isEmpty()
                ? KeyRanges.ONE
                : database.ask(connection -> KeyRanges.find(connection, table, key.get(), partitions));
        return new IncrementalBulk(Optional.empty(), ranges);
    }

    private static Position with(Position position, Map<String, String> place) {
        Map<String, String> parts = new HashMap<>(position.parts());
        place.forEach((part, value) -> parts.put("log." + part, value));
        return new Position(parts);
    }

    private static Map<String, String> placeOf(Position position) {
        Map<String, String> place = new HashMap<>();
        position.parts().forEach((part, value) -> {
            if (part.startsWith("log.")) {
                place.put(part.substring("log.".length()), value);
            }
        });
        return place;
    }

    private void check(Map<String, String> place) throws InterruptedException {
        database.ask(connection -> {
            log.check(connection, place);
            return place;
        });
    }

    @Override
    public void follow(Position from, ChangeSink sink) throws InterruptedException {
        IncrementalBulk.followed(from);
        Map<String, String> place = placeOf(from);
        check(place);
        database.ask(connection -> {
            log.takeOver(connection);
            return table;
        });
        try (ChangeStream stream = ChangeStream.start(name, log.settings(), log.offset(place), log::concernsTable)) {
            long checkedNanos = nanoClock.getAsLong();
            while (true) {
                ChangeStream.Piece piece = stream.next(LOOK_MILLIS);
                if (piece != null) {
                    Optional<Map<String, String>> reached = take(piece.changes(), place, sink);
                    if (reached.isPresent()) {
                        place = reached.get();
                        sink.commit(with(IncrementalBulk.following(Optional.empty()), place));
                    }
                    piece.done();
                }
                if (nanoClock.getAsLong() - checkedNanos >= CHECK_NANOS) {
                    check(place);
                    checkedNanos = nanoClock.getAsLong();
                }
            }
        } catch (StreamEndedException e) {
            throw ended(e, place);
        }
    }

    /// What a look at the server says is clearer than the engine's words.
    private AlluviumException ended(StreamEndedException e, Map<String, String> place) throws InterruptedException {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (ChangeStream.isPurged(cause)) {
            return new AlluviumException(
                    ErrorCode.POSITION_LOST,
                    "the log of the database no longer goes back to where the table has come",
                    "The table is loaded again from its start.",
                    cause);
        }
        AlluviumException failure = database.faults().translate(cause);
        if (failure.code() == ErrorCode.UNKNOWN) {
            check(place);
        }
        return failure;
    }

    /// Sends what has become of the rows.
    ///
    /// @return how far the log is covered then; empty when there is nothing to commit
    private Optional<Map<String, String>> take(List<Change> changes, Map<String, String> place, ChangeSink sink)
            throws InterruptedException {
        var rows = new ArrayList<Change.Row>();
        Map<ByteBuffer, RowKeys.Key> keys = new LinkedHashMap<>();
        var rowKeys = new RowKeys(table.key());
        Set<ByteBuffer> gone = new HashSet<>();
        boolean sends = false;
        Map<String, String> reached = place;
        for (Change change : changes) {
            reached = log.reached(change, reached);
            switch (change) {
                case Change.Row row -> {
                    rows.add(row);
                    touched(row, rowKeys, keys, sink);
                    sends = true;
                }
                case Change.Truncation truncation -> {
                    sends = true;
                    sink.readBack((key, value) -> {
                        if (value == null) {
                            gone.remove(ByteBuffer.wrap(key));
                        } else {
                            gone.add(ByteBuffer.wrap(key));
                        }
                    });
                }
                case Change.Definition definition -> checkDefinition(definition, place);
                case Change.Nothing nothing -> {}
            }
        }
        List<Batch> found = new ChangedRows(database, table, log).read(rows, keys.values());
        gone.addAll(keys.keySet());
        for (Batch batch : found) {
            for (Batch.Bad bad : batch.bad) {
                sink.bad(bad.place, bad.column, bad.reason, bad.raw);
                if (bad.key != null) {
                    gone.remove(ByteBuffer.wrap(bad.key));
                }
            }
            for (int i = 0; i < batch.size; i++) {
                sink.send(batch.keys[i], batch.values[i]);
                gone.remove(ByteBuffer.wrap(batch.keys[i]));
            }
        }
        for (ByteBuffer key : gone) {
            byte[] bytes = new byte[key.remaining()];
            key.duplicate().get(bytes);
            sink.send(bytes, null);
        }
        return sends || !reached.equals(place) ? Optional.of(reached) : Optional.empty();
    }

    private void touched(Change.Row row, RowKeys rowKeys, Map<ByteBuffer, RowKeys.Key> keys, ChangeSink sink) {
        Optional<RowKeys.Key> before = rowKeys.of(row.before());
        before.ifPresent(key -> keys.put(ByteBuffer.wrap(key.bytes()), key));
        if (row.after().isEmpty()) {
            if (before.isEmpty()) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the log says that a row of '" + table.relation().text() + "' was deleted, but not its key",
                        log.identityHint());
            }
            return;
        }
        Optional<RowKeys.Key> after = rowKeys.of(row.after());
        after.ifPresentOrElse(
                key -> keys.put(ByteBuffer.wrap(key.bytes()), key),
                () -> sink.bad(
                        table.relation().text() + " " + row.source().getOrDefault("lsn", row.place()),
                        table.key().getFirst().name(),
                        "the key is NULL or beyond its type",
                        String.valueOf(row.after().keySet()).getBytes(StandardCharsets.UTF_8)));
    }

    private void checkDefinition(Change.Definition definition, Map<String, String> place) throws InterruptedException {
        if (log.replacesTable(definition)) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST,
                    "'" + table.relation().text() + "' was dropped, renamed or replaced",
                    "The table is loaded again from its start.");
        }
        check(place);
    }

    @Override
    public void close() {
        database.close();
    }
}

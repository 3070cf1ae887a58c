package io.alluvium.source.jdbc;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.Loader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Reads everything again and again, sends what is new or other than before, and deletes what is gone.
///
/// What is in the table is known by a fingerprint of each row ([RowVersions]), taken from what is sent, or after a
/// restart or a failure from what is in the input topic. With one connection each look is one statement, so that
/// the rows are those of one moment; with more, each range of keys has a moment of its own.
///
/// A look that was not finished leaves the fingerprints ahead of what was committed; they are taken anew then.
final class SnapshotLoader implements Loader {

    private static final Position LOADING = new Position(Map.of("phase", "bulk"));
    private static final Position FOLLOWING = new Position(Map.of("phase", "follow"));

    private final Database database;
    private final JdbcTable table;
    private final Duration interval;
    private final int partitions;
    private final int fetchSize;
    private final LongSupplier nanoClock;
    private final RowVersions versions = new RowVersions();
    private boolean versionsKnown;
    private boolean repeatedKeysTold;
    private long look;

    SnapshotLoader(
            Database database,
            JdbcTable table,
            Duration interval,
            int partitions,
            int fetchSize,
            LongSupplier nanoClock) {
        this.database = database;
        this.table = table;
        this.interval = interval;
        this.partitions = partitions;
        this.fetchSize = fetchSize;
        this.nanoClock = nanoClock;
    }

    /// An interrupted bulk load begins again; what it brought in is compared, so that what was deleted since is
    /// found.
    @Override
    public Position loadAll(Position from, ChangeSink sink) throws InterruptedException {
        versions.clear();
        if (!from.equals(Position.START)) {
            readBack(sink);
        }
        look(sink, LOADING);
        return FOLLOWING;
    }

    @Override
    public void follow(Position from, ChangeSink sink) throws InterruptedException {
        if (!versionsKnown) {
            versions.clear();
            readBack(sink);
            look(sink, FOLLOWING);
        }
        while (true) {
            Thread.sleep(interval);
            look(sink, FOLLOWING);
        }
    }

    private void readBack(ChangeSink sink) throws InterruptedException {
        sink.readBack((key, value) -> {
            if (value == null) {
                versions.touch(key, -1);
            } else {
                versions.put(key, value, 0);
            }
        });
        versions.dropBelow(0, key -> {});
    }

    /// Looks once at everything.
    void look(ChangeSink sink, Position position) throws InterruptedException {
        versionsKnown = false;
        look++;
        sink.readAgain(table.relation().text() + " ");
        var pieces = new Pieces(sink, nanoClock);
        Optional<String> key = table.wholeKey().filter(k -> partitions > 1);
        KeyRanges ranges = key.isEmpty()
                ? KeyRanges.ONE
                : database.ask(connection -> KeyRanges.find(connection, table, key.get(), partitions));
        try (var scan = new Scan(
                database,
                table,
                ranges.queries(table, key.orElse("")),
                partitions,
                fetchSize,
                Optional.empty(),
                w -> 0)) {
            for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
                take(batch, pieces);
                if (pieces.isDue()) {
                    pieces.commit(position);
                }
            }
        }
        versions.dropBelow(look, gone -> {
            pieces.send(gone, null);
            if (pieces.isDue()) {
                pieces.commit(position);
            }
        });
        if (pieces.isUncommitted()) {
            pieces.commit(position);
        }
        versionsKnown = true;
        repeatedKeysTold = true;
    }

    private void take(Batch batch, Pieces pieces) throws InterruptedException {
        for (Batch.Bad bad : batch.bad) {
            pieces.bad(bad);
            if (bad.key != null) {
                versions.touch(bad.key, look);
            }
        }
        for (int i = 0; i < batch.size; i++) {
            byte[] key = batch.keys[i];
            switch (versions.see(key, batch.values[i], look)) {
                case OTHER -> pieces.send(key, batch.values[i]);
                case SAME -> {}
                case TWICE -> tellRepeated(key, batch.values[i], pieces);
            }
        }
    }

    /// Two rows with one key would take turns at each look: the first stays.
    private void tellRepeated(byte[] key, byte[] value, Pieces pieces) {
        if (!repeatedKeysTold) {
            pieces.bad(new Batch.Bad(
                    table.relation().text(),
                    table.key().getFirst().name(),
                    "another row has the same key",
                    value,
                    key));
        }
    }

    @Override
    public void close() {
        database.close();
    }
}

package io.alluvium.source.jdbc;

import io.alluvium.data.Position;
import io.alluvium.source.ChangeSink;
import io.alluvium.source.Loader;
import io.alluvium.source.jdbc.Scan.Query;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads everything once, then what a growing column says is new.
///
/// The greatest value of the column is taken before the first scan, so that what changes meanwhile is found after
/// it. Each look begins an overlap before the last value, that value included: rows with an equal value, and rows
/// of transactions that commit late, are not lost. What a look finds again is known by fingerprints of the rows
/// within the overlap, and not sent again; they begin anew with each run. The number of these fingerprints is
/// limited: rows beyond it are sent again with each look, which changes nothing in the table.
///
/// Rows that were deleted are found by looking at all keys from time to time, where that is asked for.
final class IncrementalLoader implements Loader {

    private static final Logger LOG = LoggerFactory.getLogger(IncrementalLoader.class);
    private static final int MOST_REMEMBERED = 1_000_000;
    private static final int PRUNED_AFTER = 50_000;

    private final Database database;
    private final JdbcTable table;
    private final JdbcTable.Growing growing;
    private final Settings settings;
    private final LongSupplier nanoClock;
    /// The rows within the overlap, marked with the rank of their watermark.
    private final RowVersions recent = new RowVersions();
    private @Nullable Watermark last;
    private @Nullable Watermark committed;
    private boolean tooManyTold;
    private @Nullable Watermark ordinalOf;
    private long ordinal;

    /// @param reconcileInterval empty when deleted rows are not looked for
    record Settings(
            Duration interval,
            Optional<String> overlap,
            Optional<Duration> reconcileInterval,
            int partitions,
            int fetchSize) {}

    IncrementalLoader(
            Database database, JdbcTable table, JdbcTable.Growing growing, Settings settings, LongSupplier nanoClock) {
        this.database = database;
        this.table = table;
        this.growing = growing;
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    /// Reads the ranges of the key that were not finished before. After an interruption all keys are looked at,
    /// too.
    @Override
    public Position loadAll(Position from, ChangeSink sink) throws InterruptedException {
        boolean again = !from.equals(Position.START);
        IncrementalBulk bulk = again ? IncrementalBulk.parse(from) : database.ask(this::begin);
        var pieces = new Pieces(sink, nanoClock);
        bulk.read(database, table, settings.partitions(), settings.fetchSize(), pieces, sink, UnaryOperator.identity());
        last = bulk.watermark().orElse(null);
        if (again) {
            pieces.commit(bulk.position());
            deleteGone(sink, pieces, bulk.position());
        }
        return following(last);
    }

    private IncrementalBulk begin(Connection connection) throws SQLException {
        Optional<Watermark> greatest = Optional.empty();
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT MAX(" + growing.select() + ")" + table.from());
                ResultSet result = statement.executeQuery()) {
            if (result.next()) {
                greatest = Watermark.read(result, 1, growing.kind());
            }
        }
        Optional<String> key = table.wholeKey();
        KeyRanges ranges =
                key.isEmpty() ? KeyRanges.ONE : KeyRanges.find(connection, table, key.get(), settings.partitions());
        return new IncrementalBulk(greatest, ranges);
    }

    private static Position following(@Nullable Watermark reached) {
        return IncrementalBulk.following(Optional.ofNullable(reached));
    }

    @Override
    public void follow(Position from, ChangeSink sink) throws InterruptedException {
        last = IncrementalBulk.followed(from).orElse(null);
        committed = last;
        recent.clear();
        long reconciledNanos = nanoClock.getAsLong();
        while (true) {
            look(sink);
            Optional<Duration> reconcile = settings.reconcileInterval();
            if (reconcile.isPresent()
                    && nanoClock.getAsLong() - reconciledNanos
                            >= reconcile.get().toNanos()) {
                deleteGone(sink, new Pieces(sink, nanoClock), following(last));
                reconciledNanos = nanoClock.getAsLong();
            }
            Thread.sleep(settings.interval());
        }
    }

    /// Looks once for what is new.
    private void look(ChangeSink sink) throws InterruptedException {
        var pieces = new Pieces(sink, nanoClock);
        int kept = recent.size();
        boolean remembers = true;
        try (var scan = new Scan(
                database, table, List.of(query()), 1, settings.fetchSize(), Optional.of(growing), this::rank)) {
            for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
                for (Batch.Bad bad : batch.bad) {
                    pieces.bad(bad);
                }
                for (int i = 0; i < batch.size; i++) {
                    if (!remembers || recent.put(batch.keys[i], batch.values[i], batch.ranks[i])) {
                        pieces.send(batch.keys[i], batch.values[i]);
                    }
                }
                Watermark reached = batch.reached;
                Watermark before = last;
                if (reached != null && (before == null || reached.isAfter(before))) {
                    last = reached;
                }
                if (recent.size() > kept + PRUNED_AFTER) {
                    prune();
                    kept = recent.size();
                    remembers = remembers && kept < MOST_REMEMBERED;
                }
                if (pieces.isDue()) {
                    commit(pieces);
                }
            }
        }
        if (remembers) {
            prune();
        } else {
            recent.clear();
            tellTooMany();
        }
        Watermark reached = last;
        if (pieces.isUncommitted() || (reached != null && !reached.equals(committed))) {
            commit(pieces);
        }
    }

    private void commit(Pieces pieces) throws InterruptedException {
        pieces.commit(following(last));
        committed = last;
    }

    private Query query() {
        Watermark reached = last;
        String order = " ORDER BY " + growing.select();
        return reached == null
                ? new Query(
                        table.selectGrowing(growing) + " WHERE " + growing.select() + " IS NOT NULL" + order, List.of())
                : new Query(
                        table.selectGrowing(growing) + " WHERE " + growing.select() + " >= ?" + order,
                        List.of(reached.less(settings.overlap())));
    }

    /// Called by the thread that reads.
    private long rank(Watermark watermark) {
        return watermark.rank().orElseGet(() -> {
            if (!watermark.equals(ordinalOf)) {
                ordinalOf = watermark;
                ordinal++;
            }
            return ordinal;
        });
    }

    /// Forgets the rows that the next look will not find again.
    private void prune() throws InterruptedException {
        Watermark reached = last;
        if (reached != null) {
            long least = reached.less(settings.overlap()).rank().orElse(ordinal);
            recent.dropBelow(least, key -> {});
        }
    }

    private void tellTooMany() {
        if (!tooManyTold) {
            tooManyTold = true;
            LOG.warn(
                    "more than {} rows of {} have a value of {} within the overlap: they are sent again with each look;"
                            + " a column whose values differ, or a shorter jdbc.overlap, avoids that",
                    MOST_REMEMBERED,
                    table.relation().text(),
                    growing.name());
        }
    }

    /// Deletes the rows whose keys are no longer there.
    private void deleteGone(ChangeSink sink, Pieces pieces, Position position) throws InterruptedException {
        JdbcTable keys = table.onlyKey();
        var there = new RowVersions();
        byte[] none = {};
        try (var scan = new Scan(
                database,
                keys,
                List.of(new Query(keys.select(), List.of())),
                1,
                settings.fetchSize(),
                Optional.empty(),
                w -> 0)) {
            for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
                for (int i = 0; i < batch.size; i++) {
                    there.put(batch.keys[i], none, 0);
                }
            }
        }
        Set<ByteBuffer> gone = new HashSet<>();
        sink.readBack((key, value) -> {
            if (value == null) {
                gone.remove(ByteBuffer.wrap(key));
            } else if (!there.contains(key)) {
                gone.add(ByteBuffer.wrap(key));
            }
        });
        for (ByteBuffer key : gone) {
            byte[] bytes = new byte[key.remaining()];
            key.get(bytes);
            recent.forget(bytes);
            pieces.send(bytes, null);
            if (pieces.isDue()) {
                pieces.commit(position);
            }
        }
        if (pieces.isUncommitted()) {
            pieces.commit(position);
            committed = last;
        }
    }

    @Override
    public void close() {
        database.close();
    }
}

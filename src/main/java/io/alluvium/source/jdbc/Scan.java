package io.alluvium.source.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The rows of one or more queries, read by one or more connections and handed over in batches, of which only a few
/// wait at a time. [#next] belongs to the loader's thread.
final class Scan implements AutoCloseable {

    private static final int WAITING_BATCHES = 4;
    private static final long LOOK_MILLIS = 100;

    private final Database database;
    private final JdbcTable table;
    private final List<Query> queries;
    private final int fetchSize;
    private final Optional<JdbcTable.Growing> growing;
    private final ToLongFunction<Watermark> ranks;
    private final BlockingQueue<Batch> waiting;
    private final AtomicInteger nextQuery = new AtomicInteger();
    private final List<Future<Void>> readers = new ArrayList<>();
    private int unfinished;

    /// One statement whose columns are the table's, and the growing one behind them where the scan has it.
    ///
    /// @param parameters what stands for its question marks
    record Query(String sql, List<Watermark> parameters) {
        Query {
            parameters = List.copyOf(parameters);
        }
    }

    /// @param growing whether each row has its watermark behind its columns
    /// @param ranks called by one thread at a time, in the order of the rows
    Scan(
            Database database,
            JdbcTable table,
            List<Query> queries,
            int connections,
            int fetchSize,
            Optional<JdbcTable.Growing> growing,
            ToLongFunction<Watermark> ranks) {
        this.database = database;
        this.table = table;
        this.queries = queries;
        this.fetchSize = fetchSize;
        this.growing = growing;
        this.ranks = ranks;
        this.unfinished = queries.size();
        int count = Math.min(connections, queries.size());
        this.waiting = new ArrayBlockingQueue<>(WAITING_BATCHES * Math.max(1, count));
        for (int i = 0; i < count; i++) {
            readers.add(database.start(this::read));
        }
    }

    /// The next rows; null behind the last.
    @Nullable
    Batch next() throws InterruptedException {
        while (unfinished > 0) {
            Batch batch = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (batch == null) {
                checkReaders();
                continue;
            }
            if (batch.last) {
                unfinished--;
            }
            return batch;
        }
        return null;
    }

    private void checkReaders() throws InterruptedException {
        for (Future<Void> reader : readers) {
            if (reader.isDone()) {
                try {
                    reader.get();
                } catch (ExecutionException e) {
                    throw database.faults().translate(e.getCause() == null ? e : e.getCause());
                }
            }
        }
    }

    /// Reads one query after the other, as long as there are any.
    private Void read(Connection connection) throws SQLException, InterruptedException {
        RowEncoder encoder = table.encoder();
        for (int query = nextQuery.getAndIncrement(); query < queries.size(); query = nextQuery.getAndIncrement()) {
            read(connection, query, encoder);
        }
        return null;
    }

    private void read(Connection connection, int number, RowEncoder encoder) throws SQLException, InterruptedException {
        Query query = queries.get(number);
        try (PreparedStatement statement = database.watched(
                connection.prepareStatement(query.sql(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY))) {
            try {
                statement.setFetchSize(fetchSize);
                for (int i = 0; i < query.parameters().size(); i++) {
                    query.parameters().get(i).bind(statement, i + 1);
                }
                try (ResultSet result = statement.executeQuery()) {
                    take(result, number, encoder);
                } catch (InterruptedException e) {
                    // Else some drivers read the rest before they let go.
                    statement.cancel();
                    throw e;
                }
            } finally {
                database.unwatch(statement);
            }
        }
    }

    private void take(ResultSet result, int number, RowEncoder encoder) throws SQLException, InterruptedException {
        var batch = new Batch(number);
        int growingIndex = table.columns().size() + 1;
        while (result.next()) {
            if (growing.isPresent()) {
                Optional<Watermark> watermark =
                        Watermark.read(result, growingIndex, growing.get().kind());
                if (watermark.isPresent()) {
                    batch.reached = watermark.get();
                    batch.ranks[batch.size] = ranks.applyAsLong(watermark.get());
                }
            }
            encoder.encode(result, batch);
            if (batch.isFull()) {
                waiting.put(batch);
                batch = new Batch(number);
            }
        }
        batch.last = true;
        waiting.put(batch);
    }

    /// Gives up what was not read.
    @Override
    public void close() {
        for (Future<Void> reader : readers) {
            reader.cancel(true);
        }
    }
}

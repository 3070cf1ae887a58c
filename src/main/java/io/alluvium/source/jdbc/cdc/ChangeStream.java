package io.alluvium.source.jdbc.cdc;

import com.github.shyiko.mysql.binlog.network.ServerException;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The changes of one table from a place in the log on, in pieces. The engine runs on threads of its own and waits
/// with each piece until it is [Piece#done()]; then it tells the server that what lies before it is not needed any
/// more. [#next] belongs to one thread.
public final class ChangeStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);
    /// The client of the binary log tells of each connection. Held, so that its level stays.
    private static final java.util.logging.Logger CLIENT =
            java.util.logging.Logger.getLogger("com.github.shyiko.mysql.binlog");

    private static final AtomicLong COUNT = new AtomicLong();
    private static final int CANNOT_READ_BINLOG = 1236;
    private static final long CLOSE_AGAIN_MILLIS = 20;

    private final SynchronousQueue<Piece> pieces = new SynchronousQueue<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final String name;
    private final LogWatch watch;
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private volatile boolean closed;
    private boolean handedOver = true;
    private long waitingNanos;

    static {
        CLIENT.setLevel(Level.OFF);
    }

    /// Some changes in the order of the log.
    public static final class Piece {
        private final List<Change> changes;
        private final CountDownLatch done;

        Piece(List<Change> changes) {
            this(changes, new CountDownLatch(1));
        }

        private Piece(List<Change> changes, CountDownLatch done) {
            this.changes = List.copyOf(changes);
            this.done = done;
        }

        /// The same with others before it.
        private Piece behind(List<Change> others) {
            return new Piece(Stream.concat(others.stream(), changes.stream()).toList(), done);
        }

        public List<Change> changes() {
            return changes;
        }

        /// Says that the changes need not come again.
        public void done() {
            done.countDown();
        }
    }

    /// What ended the engine; its cause says what happened.
    public static final class StreamEndedException extends Exception {
        private static final long serialVersionUID = 1L;

        StreamEndedException(@Nullable Throwable cause) {
            super("the engine has ended", cause);
        }
    }

    private ChangeStream(String name, Properties settings, LogWatch watch) {
        this.name = name;
        this.watch = watch;
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using(ChangeStream.class.getClassLoader())
                .using(OffsetCommitPolicy.always())
                .using((success, message, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    }
                    ended.countDown();
                })
                .notifying(new Consumer())
                .build();
    }

    /// Starts to read a log.
    ///
    /// @param name of the table, for threads and the engine's own names
    /// @param settings of the connector
    /// @param place where to begin, as JSON
    /// @param concerns whether a statement, behind the database that it was in, defines the table
    public static ChangeStream start(
            String name, Map<String, String> settings, String place, BiPredicate<String, String> concerns) {
        var all = new Properties();
        all.putAll(settings);
        // The engine's beans must not meet those of an engine that is still on its way down.
        String unique = name + "_" + COUNT.incrementAndGet();
        all.setProperty("name", unique);
        all.setProperty("topic.prefix", unique);
        all.setProperty(GivenOffset.SETTING, place);
        all.setProperty("offset.storage", GivenOffset.class.getName());
        all.setProperty("offset.flush.interval.ms", "0");
        // Asked for by the settings of Kafka Connect; nobody connects.
        all.setProperty("bootstrap.servers", "127.0.0.1:1");
        all.setProperty("errors.max.retries", "0");
        all.setProperty("tombstones.on.delete", "false");
        all.setProperty("skipped.operations", "none");
        all.setProperty("heartbeat.interval.ms", "5000");
        all.setProperty("poll.interval.ms", "20");
        all.setProperty("max.batch.size", "4096");
        all.setProperty("max.queue.size", "8192");
        all.setProperty("max.queue.size.in.bytes", String.valueOf(32 << 20));
        all.setProperty("decimal.handling.mode", "string");
        all.setProperty("time.precision.mode", "adaptive_time_microseconds");
        all.setProperty("binary.handling.mode", "bytes");
        all.setProperty("bigint.unsigned.handling.mode", "precise");
        all.setProperty("record.processing.threads", "1");
        var stream = new ChangeStream(unique, all, LogWatch.of(unique, concerns));
        Thread.ofPlatform().daemon().name("cdc-" + name).start(stream::run);
        return stream;
    }

    private void run() {
        try {
            engine.run();
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            throw e;
        } finally {
            ended.countDown();
        }
    }

    /// The next changes; null when there are none within some time.
    ///
    /// @throws StreamEndedException when there will be none any more
    public @Nullable Piece next(long waitMillis) throws InterruptedException, StreamEndedException {
        if (handedOver) {
            waitingNanos = System.nanoTime();
        }
        Piece piece = pieces.poll(waitMillis, TimeUnit.MILLISECONDS);
        List<Change> statements = watch.statements();
        if (!statements.isEmpty()) {
            piece = piece == null ? new Piece(statements) : piece.behind(statements);
        }
        if (piece == null) {
            checkGoesOn();
        }
        handedOver = piece != null;
        return piece;
    }

    private void checkGoesOn() throws StreamEndedException {
        boolean isEnded = ended.getCount() == 0;
        @Nullable Throwable cause = failure.get();
        if (cause == null) {
            cause = watch.failure(waitingNanos, System.nanoTime());
        }
        if (isEnded || cause != null) {
            throw new StreamEndedException(cause);
        }
    }

    /// Takes what the engine has, on one of its threads.
    private final class Consumer implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
        private Map<String, Object> confirmed = Map.of();

        @Override
        public void handleBatch(
                List<RecordChangeEvent<SourceRecord>> records,
                RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
                throws InterruptedException {
            var piece = new Piece(
                    records.stream().map(r -> Records.change(r.record())).toList());
            while (!pieces.offer(piece, 100, TimeUnit.MILLISECONDS)) {
                checkOpen();
            }
            while (!piece.done.await(100, TimeUnit.MILLISECONDS)) {
                checkOpen();
            }
            confirm(piece, records, committer);
            committer.markBatchFinished();
        }

        /// What has been confirmed is not confirmed again: the driver would forget what it has confirmed since.
        private void confirm(
                Piece piece,
                List<RecordChangeEvent<SourceRecord>> records,
                RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
                throws InterruptedException {
            if (!records.isEmpty() && !piece.changes().getLast().place().equals(confirmed)) {
                committer.markProcessed(records.getLast());
                confirmed = piece.changes().getLast().place();
            }
        }

        private void checkOpen() throws InterruptedException {
            if (closed) {
                throw new InterruptedException("the stream was closed");
            }
        }
    }

    /// Whether the engine has ended because the server no longer has the log from the place on.
    public static boolean isPurged(Throwable error) {
        int depth = 0;
        for (@Nullable Throwable t = error; t != null && depth < 20; t = t.getCause(), depth++) {
            if (t instanceof ServerException server && server.getErrorCode() == CANNOT_READ_BINLOG) {
                return true;
            }
        }
        return false;
    }

    /// Stops the engine. Does not wait for it: it may be within a call of its driver.
    @Override
    public void close() {
        closed = true;
        LogWatch.forget(name);
        Thread.ofPlatform().daemon().name("cdc-close-" + name).start(() -> {
            try {
                while (ended.getCount() > 0 && !isClosed()) {
                    ended.await(CLOSE_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Asks the engine to stop, which it refuses while it starts.
    private boolean isClosed() {
        try {
            engine.close();
            return true;
        } catch (IllegalStateException e) {
            return false;
        } catch (IOException e) {
            LOG.debug("the engine {} could not be closed", name, e);
            return true;
        }
    }
}

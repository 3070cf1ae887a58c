package io.alluvium.source.jdbc.cdc;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.EventDataWrapper;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// What the engine keeps to itself of MariaDB's log: that the connection has ended, or that nothing comes on it any
/// more; and the statements that define the table, of which it tells only those that change what it knows of it.
///
/// Listens to the engine's client from before it connects, so that a statement is here before what comes behind it
/// in the log can be a change.
final class LogWatch implements BinaryLogClient.EventListener, BinaryLogClient.LifecycleListener {

    /// Several times as long as the server lets pass without a word.
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Map<String, LogWatch> WATCHES = new ConcurrentHashMap<>();

    private final BiPredicate<String, String> concerns;
    private final Queue<Change> statements = new ConcurrentLinkedQueue<>();
    private volatile boolean connected;
    private volatile long heardNanos;
    private volatile @Nullable Exception failure;

    private LogWatch(BiPredicate<String, String> concerns) {
        this.concerns = concerns;
    }

    /// @param engine the unique name of the engine, by which [#attach] finds it
    /// @param concerns whether a statement, behind the database that it was in, is about the table
    static LogWatch of(String engine, BiPredicate<String, String> concerns) {
        var watch = new LogWatch(concerns);
        WATCHES.put(engine, watch);
        return watch;
    }

    static void forget(String engine) {
        WATCHES.remove(engine);
    }

    static void attach(String engine, BinaryLogClient client) {
        LogWatch watch = WATCHES.get(engine);
        if (watch == null) {
            return;
        }
        client.registerLifecycleListener(watch);
        client.registerEventListener(watch);
        if (client.getConnectionId() != 0) {
            watch.end(new IOException("the log was read before it was watched"));
        }
    }

    /// Takes the statements that have been read.
    List<Change> statements() {
        List<Change> taken = new ArrayList<>();
        for (Change next = statements.poll(); next != null; next = statements.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /// Why nothing comes any more, if that is so.
    ///
    /// @param waitingNanos since when somebody waits; before that the client may have waited itself
    @Nullable
    Exception failure(long waitingNanos, long nowNanos) {
        Exception known = failure;
        if (known != null || !connected) {
            return known;
        }
        long quietNanos = Math.min(nowNanos - heardNanos, nowNanos - waitingNanos);
        return quietNanos > SILENCE_NANOS
                ? new IOException("the server has sent nothing of its log for a minute")
                : null;
    }

    private void end(Exception cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    @Override
    public void onEvent(Event event) {
        heardNanos = System.nanoTime();
        EventData data = event.getData();
        if (data instanceof EventDataWrapper wrapper) {
            data = wrapper.getInternal();
        }
        if (data instanceof QueryEventData query && query.getSql() != null) {
            String database = query.getDatabase() == null ? "" : query.getDatabase();
            try {
                if (concerns.test(database, query.getSql())) {
                    statements.add(new Change.Definition(database, query.getSql()));
                }
            } catch (RuntimeException e) {
                // The client goes on whatever its listeners throw.
                end(e);
            }
        }
    }

    @Override
    public void onConnect(BinaryLogClient client) {
        heardNanos = System.nanoTime();
        connected = true;
    }

    @Override
    public void onCommunicationFailure(BinaryLogClient client, Exception cause) {
        end(cause);
    }

    /// The engine takes this for a pause: a server that ends a connection in order makes the client no exception.
    @Override
    public void onDisconnect(BinaryLogClient client) {
        end(new EOFException("the server has ended the connection on which it sends its log"));
    }

    /// The engine ends by itself then.
    @Override
    public void onEventDeserializationFailure(BinaryLogClient client, Exception cause) {}
}

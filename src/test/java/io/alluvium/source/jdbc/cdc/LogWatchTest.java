package io.alluvium.source.jdbc.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogWatchTest {

    private static final String ENGINE = "engine-of-log-watch-test";

    private final BinaryLogClient client = new BinaryLogClient("127.0.0.1", 1, "app", "secret");
    private final LogWatch watch = LogWatch.of(ENGINE, (database, sql) -> sql.startsWith("CREATE"));

    LogWatchTest() {
        LogWatch.attach(ENGINE, client);
    }

    @AfterEach
    void forget() {
        LogWatch.forget(ENGINE);
    }

    private @Nullable Exception failureAfter(long quietNanos, long waitedNanos) {
        long now = System.nanoTime() + quietNanos;
        return watch.failure(now - waitedNanos, now);
    }

    @Test
    void aServerThatSendsNothingForLongWhileSomebodyWaitsIsGone() {
        long tooLong = LogWatch.SILENCE_NANOS + 1;
        assertThat(failureAfter(tooLong, tooLong)).isNull();

        watch.onConnect(client);

        assertThat(failureAfter(LogWatch.SILENCE_NANOS / 2, tooLong)).isNull();
        assertThat(failureAfter(tooLong, 1)).isNull();
        assertThat(failureAfter(tooLong, tooLong)).isInstanceOf(IOException.class);
    }

    @Test
    void anEndWithoutAnErrorIsAFailure() {
        watch.onConnect(client);
        client.getLifecycleListeners().forEach(listener -> listener.onDisconnect(client));

        assertThat(failureAfter(0, 0)).isInstanceOf(EOFException.class);
    }

    @Test
    void theErrorThatEndsAConnectionIsKept() {
        var error = new IOException("reset");
        watch.onConnect(client);
        watch.onCommunicationFailure(client, error);
        watch.onDisconnect(client);

        assertThat(failureAfter(0, 0)).isSameAs(error);
    }

    @Test
    void statementsThatConcernTheTableAreKeptInTheirOrder() {
        for (String sql : new String[] {"CREATE TABLE a", "BEGIN", "CREATE TABLE b"}) {
            var data = new QueryEventData();
            data.setDatabase("shop");
            data.setSql(sql);
            client.getEventListeners().forEach(listener -> listener.onEvent(new Event(new EventHeaderV4(), data)));
        }

        assertThat(watch.statements())
                .containsExactly(
                        new Change.Definition("shop", "CREATE TABLE a"),
                        new Change.Definition("shop", "CREATE TABLE b"));
        assertThat(watch.statements()).isEmpty();
    }
}

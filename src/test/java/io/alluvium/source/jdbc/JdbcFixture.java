package io.alluvium.source.jdbc;

import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.source.ExternalSource.Discovery;
import io.alluvium.source.Loader;
import io.alluvium.testkit.RecordingSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// A table over a database, put together step by step.
final class JdbcFixture {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long PATIENCE_MILLIS = 60_000;

    private final SourceDefinition.Jdbc definition;
    private final List<Column> declared = new ArrayList<>();
    private final Map<String, String> with = new TreeMap<>();
    private List<String> primaryKey = List.of();
    private List<Path> roots = List.of();
    private final String topic = "alluvium.test.t." + COUNT.incrementAndGet() + ".input";

    private JdbcFixture(String url, String relation) {
        this.definition = new SourceDefinition.Jdbc(url, relation);
        with.put("jdbc.poll.interval", "100ms");
    }

    static JdbcFixture over(String url, String relation) {
        return new JdbcFixture(url, relation);
    }

    JdbcFixture column(String name, String type) {
        declared.add(Column.of(name, ColumnType.parse(type)));
        return this;
    }

    JdbcFixture notNull(String name, String type) {
        declared.add(new Column(name, ColumnType.parse(type), false));
        return this;
    }

    JdbcFixture primaryKey(String... names) {
        primaryKey = List.of(names);
        return this;
    }

    JdbcFixture with(String option, String value) {
        with.put(option, value);
        return this;
    }

    JdbcFixture incremental(String column) {
        return with("jdbc.incremental.column", column);
    }

    JdbcFixture roots(Path... paths) {
        roots = List.of(paths);
        return this;
    }

    JdbcSource source() {
        var table = new TableDefinition(
                new TableName("t"),
                declared,
                primaryKey,
                List.of(definition),
                with,
                false,
                "CREATE TABLE t AS SELECT * FROM jdbc",
                TableDefinition.Origin.SESSION);
        return JdbcSource.of(
                definition, table, OptionCatalog.resolve(definition, with, key -> Optional.empty()), roots);
    }

    String topic() {
        return topic;
    }

    Discovery discover() {
        return source().discover();
    }

    /// The columns as `name TYPE`.
    List<String> columns() {
        return discover().schema().columns().stream()
                .map(c -> c.name() + " " + c.type())
                .toList();
    }

    Loader loader() {
        JdbcSource source = source();
        return source.open(source.discover(), topic);
    }

    /// Loads everything once.
    RecordingSink load() throws InterruptedException {
        var sink = new RecordingSink();
        try (Loader loader = loader()) {
            sink.commit(loader.loadAll(sink.position(), sink));
        }
        return sink;
    }

    /// A loader at work on a thread of its own: everything, unless the sink has a position, then what changes.
    final class Following implements AutoCloseable {
        final RecordingSink sink;
        private final Thread thread;
        private volatile Throwable failure = new IllegalStateException("it still runs");

        Following(RecordingSink sink) {
            this.sink = sink;
            Loader loader = loader();
            thread = Thread.ofPlatform().start(() -> {
                try (loader) {
                    if (sink.position().equals(Position.START)) {
                        sink.commit(loader.loadAll(Position.START, sink));
                    }
                    loader.follow(sink.position(), sink);
                } catch (InterruptedException | RuntimeException e) {
                    failure = e;
                }
            });
        }

        void await(String what, BooleanSupplier condition) {
            long until = System.currentTimeMillis() + PATIENCE_MILLIS;
            while (!condition.getAsBoolean()) {
                if (!thread.isAlive()) {
                    throw new AssertionError("the loader has ended", failure);
                }
                if (System.currentTimeMillis() > until) {
                    throw new AssertionError("waited in vain for " + what + "; there is " + sink.values());
                }
                pause();
            }
        }

        void awaitRows(String... rows) {
            List<String> wanted = List.of(rows).stream().sorted().toList();
            await(
                    "rows " + wanted,
                    () -> sink.values().stream().sorted().toList().equals(wanted));
        }

        boolean isRunning() {
            return thread.isAlive();
        }

        Throwable ended() {
            join();
            return failure;
        }

        private void join() {
            try {
                thread.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (thread.isAlive()) {
                throw new AssertionError("the loader does not stop; " + stacks());
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            join();
        }

        /// What all threads do.
        private static String stacks() {
            return Thread.getAllStackTraces().entrySet().stream()
                    .map(one -> one.getKey().getName() + "\n  "
                            + Arrays.stream(one.getValue())
                                    .map(StackTraceElement::toString)
                                    .collect(Collectors.joining("\n  ")))
                    .collect(Collectors.joining("\n"));
        }
    }

    Following follow() {
        return new Following(new RecordingSink());
    }

    /// Goes on where a sink's last commit was.
    Following follow(RecordingSink sink) {
        return new Following(sink);
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

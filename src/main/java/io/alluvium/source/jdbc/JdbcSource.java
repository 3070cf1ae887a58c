package io.alluvium.source.jdbc;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.Loader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A table or a query of a database as the source of a table.
///
/// Columns are those of the database, of the declared ones those. The key is what the definition names, else the
/// option `key`, else the primary key in the database.
public final class JdbcSource implements ExternalSource {

    private final TableDefinition definition;
    private final EffectiveOptions options;
    private final JdbcUrl url;
    private final Dialect dialect;
    private final Relation relation;
    private final JdbcFaults faults;
    private final List<Path> roots;
    private volatile @Nullable JdbcTable found;

    /// How changes are found.
    private sealed interface Mode {

        record Snapshot() implements Mode {}

        record Incremental(String column, Optional<String> overlap, Optional<Duration> reconcileInterval)
                implements Mode {}

        record Cdc() implements Mode {}
    }

    private JdbcSource(
            TableDefinition definition, EffectiveOptions options, JdbcUrl url, Relation relation, List<Path> roots) {
        this.definition = definition;
        this.options = options;
        this.url = url;
        this.relation = relation;
        this.roots = List.copyOf(roots);
        this.dialect = Dialect.of(url.url());
        this.faults = new JdbcFaults(url, dialect, "'" + relation.text() + "'");
        dialect.prepare(url);
    }

    /// @param roots the directories that databases in files may be in; empty for all
    /// @throws AlluviumException CONFIGURATION when it cannot be a database, or neither a table nor a query
    public static JdbcSource of(
            SourceDefinition.Jdbc source, TableDefinition definition, EffectiveOptions options, List<Path> roots) {
        return new JdbcSource(definition, options, JdbcUrl.of(source, options), Relation.of(source.relation()), roots);
    }

    @Override
    public Discovery discover() {
        try (Database database = database()) {
            var columns = new JdbcDiscovery(relation, dialect, faults, definition, options, url.shown());
            JdbcDiscovery.Found all = database.ask(connection ->
                    columns.find(connection, mode() instanceof Mode.Incremental i ? i.column() : null));
            found = all.table();
            List<Column> schema =
                    all.table().columns().stream().map(JdbcColumn::column).toList();
            return new Discovery(
                    new Schema(schema),
                    all.table().key().stream().map(Column::name).toList(),
                    all.keyRule());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AlluviumException(
                    ErrorCode.NETWORK, "looking at the database " + url.shown() + " was interrupted", null, e);
        }
    }

    @Override
    public Loader open(Discovery discovery, String topic) {
        return open(topic, options.duration("jdbc.poll.interval"), System::nanoTime);
    }

    /// @param interval how long nothing is done between two looks
    /// @param nanoClock says when it is time to commit
    Loader open(String topic, Duration interval, LongSupplier nanoClock) {
        JdbcTable table = found;
        if (table == null) {
            throw new IllegalStateException("a source is opened with what it has discovered");
        }
        int partitions = options.integer("jdbc.partitions");
        int fetchSize = options.integer("jdbc.fetch.size");
        return switch (mode()) {
            case Mode.Snapshot s -> new SnapshotLoader(database(), table, interval, partitions, fetchSize, nanoClock);
            case Mode.Incremental i ->
                new IncrementalLoader(
                        database(),
                        table,
                        table.growing().orElseThrow(),
                        new IncrementalLoader.Settings(
                                interval, i.overlap(), i.reconcileInterval(), partitions, fetchSize),
                        nanoClock);
            case Mode.Cdc c -> {
                String name = SlotName.of(topic);
                yield new CdcLoader(database(), table, log(table, name), name, partitions, fetchSize, nanoClock);
            }
        };
    }

    private ChangeLog log(JdbcTable table, String name) {
        if (table.relation().isQuery()) {
            throw LogFaults.configuration(
                    "jdbc.mode = 'cdc' follows a table, and " + relation.text() + " is a query",
                    "Name the table, and select from it: CREATE TABLE … AS SELECT … FROM jdbc('…', 'schema.table')");
        }
        return switch (dialect) {
            case POSTGRESQL -> new PostgresLog(url, table, name);
            case MARIADB -> new MariaLog(url, table);
            case SQLITE, H2, DUCKDB, OTHER ->
                throw new AlluviumException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "jdbc.mode = 'cdc' is there for PostgreSQL and MariaDB, not for " + url.shown(),
                        "Take \"jdbc.mode\" = 'incremental' or 'snapshot'.");
        };
    }

    @Override
    public void forget(String topic) throws InterruptedException {
        JdbcTable table = found;
        if (table != null && mode() instanceof Mode.Cdc) {
            try (Database database = database()) {
                ChangeLog log = log(table, SlotName.of(topic));
                database.ask(connection -> {
                    log.forget(connection);
                    return topic;
                });
            }
        }
    }

    private Mode mode() {
        if (options.find("jdbc.mode").orElse("").equals("cdc")) {
            return new Mode.Cdc();
        }
        return options.find("jdbc.incremental.column")
                .<Mode>map(column -> new Mode.Incremental(
                        column, options.find("jdbc.overlap"), options.findDuration("jdbc.reconcile.interval")))
                .orElseGet(Mode.Snapshot::new);
    }

    private Database database() {
        return new Database(url, dialect, faults, roots, definition.name().value());
    }
}

package io.alluvium.testkit;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Builds the status of a table, with defaults for what a test does not care about.
public final class TableStatuses {

    private final TableName name;
    private final TableState state;
    private List<String> key = List.of();
    private String rule = "Kafka record key";
    private Schema schema = new Schema(List.of());
    private List<SourceDefinition> sources;
    private String sql;
    private long rows;
    private long bytes;
    private List<TableStatus.Index> indexes = List.of();
    private Optional<TableStatus.Progress> progress = Optional.empty();
    private Optional<TableStatus.Lag> lag = Optional.empty();
    private TableStatus.Times times = TableStatus.Times.NONE;
    private long badRecords;
    private Optional<TableStatus.Retry> retry = Optional.empty();
    private List<TableStatus.PartitionPosition> positions = List.of();
    private Optional<TableStatus.Snapshot> snapshot = Optional.empty();
    private List<TableStatus.EffectiveOption> options = List.of();

    private TableStatuses(String name, TableState state) {
        this.name = new TableName(name);
        this.state = state;
        this.sources = List.of(new SourceDefinition.KafkaTopic(name));
        this.sql = "CREATE TABLE " + name + " AS SELECT * FROM kafka_topic('" + name + "')";
    }

    public static TableStatuses of(String name, TableState state) {
        return new TableStatuses(name, state);
    }

    public TableStatuses schema(Schema schema, String... key) {
        this.schema = schema;
        this.key = List.of(key);
        return this;
    }

    public TableStatuses rule(String rule) {
        this.rule = rule;
        return this;
    }

    public TableStatuses sources(SourceDefinition... sources) {
        this.sources = List.of(sources);
        return this;
    }

    public TableStatuses sql(String sql) {
        this.sql = sql;
        return this;
    }

    public TableStatuses size(long rows, long bytes) {
        this.rows = rows;
        this.bytes = bytes;
        return this;
    }

    public TableStatuses indexes(TableStatus.Index... indexes) {
        this.indexes = List.of(indexes);
        return this;
    }

    public TableStatuses progress(TableStatus.Progress progress) {
        this.progress = Optional.of(progress);
        return this;
    }

    public TableStatuses lag(long records, long millis) {
        this.lag = Optional.of(new TableStatus.Lag(records, millis));
        return this;
    }

    public TableStatuses times(@Nullable Instant started, @Nullable Instant finished, @Nullable Instant lastChange) {
        this.times = new TableStatus.Times(
                Optional.ofNullable(started), Optional.ofNullable(finished), Optional.ofNullable(lastChange));
        return this;
    }

    public TableStatuses badRecords(long badRecords) {
        this.badRecords = badRecords;
        return this;
    }

    public TableStatuses retry(TableStatus.Retry retry) {
        this.retry = Optional.of(retry);
        return this;
    }

    public TableStatuses positions(TableStatus.PartitionPosition... positions) {
        this.positions = List.of(positions);
        return this;
    }

    public TableStatuses options(TableStatus.EffectiveOption... options) {
        this.options = List.of(options);
        return this;
    }

    public TableStatuses snapshot(TableStatus.Snapshot taken) {
        this.snapshot = Optional.of(taken);
        return this;
    }

    public TableStatus build() {
        var definition = new TableDefinition(
                name, List.of(), List.of(), sources, Map.of(), false, sql, TableDefinition.Origin.SESSION);
        return new TableStatus(
                name,
                state,
                new TableStatus.Key(key, rule),
                schema,
                definition,
                rows,
                bytes,
                indexes,
                progress,
                lag,
                times,
                badRecords,
                retry,
                positions,
                options,
                Optional.empty(),
                snapshot,
                Optional.empty());
    }
}

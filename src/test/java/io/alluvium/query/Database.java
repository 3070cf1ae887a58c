package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.metrics.Meters;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableStorage;
import io.alluvium.testkit.TableRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Tables in memory with a [QueryEngine] over them; answers come as lists of plain values.
final class Database implements TableDirectory, AutoCloseable {

    private final Map<TableName, TableStorage> stores = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    final Meters meters = new Meters();
    final QueryEngine engine;

    Database() {
        this(QueryLimits.defaults());
    }

    Database(QueryLimits limits) {
        engine = new QueryEngine(this, meters, limits);
    }

    Database put(TableStorage store) {
        stores.put(store.name(), store);
        version.incrementAndGet();
        return this;
    }

    /// Adds a table of one partition whose first columns are its key.
    Database put(String name, Schema schema, int keyColumns, List<@Nullable Object[]> rows) {
        int[] key = new int[keyColumns];
        Arrays.setAll(key, i -> i);
        return put(TableRows.store(name, schema, key, rows));
    }

    void drop(String name) {
        stores.remove(new TableName(name));
        version.incrementAndGet();
    }

    TableStorage store(String name) {
        return find(name);
    }

    private TableStorage find(String name) {
        return java.util.Objects.requireNonNull(stores.get(new TableName(name)));
    }

    static Statement.Query parse(String sql) {
        return (Statement.Query) StatementParser.parse(sql);
    }

    List<List<@Nullable Object>> rows(String sql, @Nullable Object... params) {
        return read(engine.execute(parse(sql), Arrays.asList(params)));
    }

    /// The values of the only column.
    List<@Nullable Object> column(String sql, @Nullable Object... params) {
        var values = new ArrayList<@Nullable Object>();
        for (List<@Nullable Object> row : rows(sql, params)) {
            values.add(row.getFirst());
        }
        return values;
    }

    String explain(String sql, @Nullable Object... params) {
        var lines = new ArrayList<String>();
        var explain = (Statement.Explain) StatementParser.parse(sql);
        for (List<@Nullable Object> row : read(engine.explain(explain, Arrays.asList(params)))) {
            lines.add(String.valueOf(row.getFirst()));
        }
        return String.join("\n", lines);
    }

    /// The value of a metric without labels, or with those that `name` ends in.
    long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    static List<List<@Nullable Object>> read(ResultCursor cursor) {
        var rows = new ArrayList<List<@Nullable Object>>();
        try (cursor) {
            for (RowBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
                for (int row = 0; row < batch.size(); row++) {
                    var values = new ArrayList<@Nullable Object>();
                    for (Vector column : batch.columns()) {
                        values.add(value(column, row));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    static @Nullable Object value(Vector column, int row) {
        if (column.isNull(row)) {
            return null;
        }
        return switch (column.type().kind()) {
            case BOOLEAN -> column.getBoolean(row);
            case DECIMAL -> column.getDecimal(row);
            case REAL, DOUBLE -> column.getDouble(row);
            default -> column.type().storage() == ColumnType.Storage.LONG ? column.getLong(row) : column.getObject(row);
        };
    }

    @Override
    public Optional<TableHandle> find(TableName name) {
        return Optional.ofNullable(stores.get(name));
    }

    @Override
    public List<TableName> names() {
        return List.copyOf(stores.keySet());
    }

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public void close() {
        engine.close();
        meters.close();
    }
}

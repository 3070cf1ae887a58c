package io.alluvium.perf;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.RowDecoder;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What does a row cost from its JSON bytes to its place in the table, without Kafka? One thread, keys that are new
/// to the table; beside it Jackson into a map per row, which is what a plain program does.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx6g", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"})
public class LoadBenchmark {

    private static final int ROWS = 200_000;

    private final byte[][] keys = new byte[ROWS][];
    private final byte[][] values = new byte[ROWS][];
    private final com.fasterxml.jackson.databind.ObjectMapper json =
            new com.fasterxml.jackson.databind.ObjectMapper();

    @Setup
    public void make() {
        for (int i = 0; i < ROWS; i++) {
            keys[i] = Orders.key(i);
            values[i] = Orders.json(i);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long jsonToTable() {
        Schema schema = Schema.of(
                Column.of("_key", ColumnType.VARCHAR),
                Column.of("customer", ColumnType.VARCHAR),
                Column.of("symbol", ColumnType.VARCHAR),
                Column.of("price", ColumnType.decimal(18, 4)),
                Column.of("quantity", ColumnType.BIGINT),
                Column.of("at", ColumnType.VARCHAR),
                Column.of("status", ColumnType.VARCHAR));
        var store = new TableStore(new TableName("orders"), schema, new int[] {0});
        RowDecoder decoder = new JsonRowDecoder(schema, 1, true);
        RowBatch batch = RowBatch.forSchema(schema, RowBatch.DEFAULT_ROWS);
        var changes = new ChangeBatch(batch, RowBatch.DEFAULT_ROWS);
        for (int i = 0; i < ROWS; i++) {
            decoder.decode(values[i], batch, changes.size());
            batch.column(0).setObject(changes.size(), new String(keys[i], StandardCharsets.UTF_8));
            changes.upsert(keys[i]);
            if (changes.size() == RowBatch.DEFAULT_ROWS || i == ROWS - 1) {
                store.apply(0, changes);
                changes.clear();
            }
        }
        return store.rows();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long jsonToMapOfMaps() throws Exception {
        Map<String, Map<?, ?>> map = new HashMap<>();
        for (int i = 0; i < ROWS; i++) {
            map.put(new String(keys[i], StandardCharsets.UTF_8), json.readValue(values[i], HashMap.class));
        }
        return map.size();
    }
}

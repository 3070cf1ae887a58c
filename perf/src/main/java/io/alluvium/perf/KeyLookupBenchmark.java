package io.alluvium.perf;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import io.alluvium.table.TableView;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How long does a look-up by text key take, with typed access to two of the row's values? Random keys, one thread.
/// Each invocation sums price and quantity, so that what is read must be right to agree between the peers.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx6g", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"})
public class KeyLookupBenchmark {

    private static final int KEYS = 1 << 16;
    private static final int PRICE = 2;
    private static final int QUANTITY = 3;

    @Param({"1000000"})
    public int rows;

    @Param({"alluvium", "hashmap", "streams-memory", "streams-rocksdb"})
    public String peer;

    private final byte[][] keys = new byte[KEYS][];
    private final String[] texts = new String[KEYS];
    private int next;
    private TableStore store;
    private Map<String, Object[]> map;
    private StreamsTable streams;

    @Setup
    public void fill() throws Exception {
        var random = new SplittableRandom(1);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = Orders.key(random.nextInt(rows));
            texts[i] = new String(keys[i], StandardCharsets.US_ASCII);
        }
        switch (peer) {
            case "alluvium" -> store = alluvium(rows);
            case "hashmap" -> map = hashMap(rows);
            case "streams-memory" -> streams = StreamsTable.filled(rows, false);
            case "streams-rocksdb" -> streams = StreamsTable.filled(rows, true);
            default -> throw new IllegalArgumentException(peer);
        }
    }

    @org.openjdk.jmh.annotations.TearDown
    public void close() {
        if (streams != null) {
            streams.close();
        }
    }

    @Benchmark
    public long lookup() throws Exception {
        int at = next++ & (KEYS - 1);
        return switch (peer) {
            case "alluvium" -> {
                TableView view = store.view();
                long row = view.find(keys[at]);
                yield view.getLong(row, PRICE) + view.getLong(row, QUANTITY);
            }
            case "hashmap" -> {
                Object[] row = map.get(texts[at]);
                yield (Long) row[PRICE] + (Long) row[QUANTITY];
            }
            default -> streams.priceAndQuantity(texts[at]);
        };
    }

    static TableStore alluvium(int rows) {
        Schema schema = Schema.of(
                Column.of("_key", ColumnType.VARCHAR),
                Column.of("symbol", ColumnType.VARCHAR),
                Column.of("price", ColumnType.decimal(18, 4)),
                Column.of("quantity", ColumnType.BIGINT),
                Column.of("at", ColumnType.TIMESTAMP),
                Column.of("status", ColumnType.VARCHAR));
        var store = new TableStore(new TableName("orders"), schema, new int[] {0});
        RowBatch batch = RowBatch.forSchema(schema, RowBatch.DEFAULT_ROWS);
        var changes = new ChangeBatch(batch, RowBatch.DEFAULT_ROWS);
        for (int i = 0; i < rows; i++) {
            int row = changes.size();
            batch.column(0).setObject(row, "order-" + i);
            batch.column(1).setObject(row, Orders.symbol(i));
            batch.column(2).setLong(row, Orders.price(i));
            batch.column(3).setLong(row, Orders.quantity(i));
            batch.column(4).setLong(row, 1_700_000_000_000_000L + i);
            batch.column(5).setObject(row, Orders.status(i));
            changes.upsert(Orders.key(i));
            if (changes.size() == RowBatch.DEFAULT_ROWS || i == rows - 1) {
                store.apply(0, changes);
                changes.clear();
            }
        }
        return store;
    }

    static Map<String, Object[]> hashMap(int rows) {
        Map<String, Object[]> map = new HashMap<>();
        for (int i = 0; i < rows; i++) {
            String key = "order-" + i;
            map.put(key, new Object[] {
                key,
                Orders.symbol(i),
                Orders.price(i),
                (long) Orders.quantity(i),
                1_700_000_000_000_000L + i,
                Orders.status(i)
            });
        }
        return map;
    }
}

package io.alluvium.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.data.RowBatch;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.RowDecoder;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStore;
import io.alluvium.table.TableView;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does a row cost from its JSON bytes to its place in the table, without Kafka? One thread, keys that are new
/// to the table; beside it Jackson into a map per row, which is what a plain program does.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class JsonBenchmark {

    private static final int RECORDS = 200_000;

    @Param("alluvium")
    public String peer;

    private final byte[][] keys = new byte[RECORDS][];
    private final byte[][] values = new byte[RECORDS][];
    private final ObjectMapper json = new ObjectMapper();

    @Setup
    public void make() {
        for (int i = 0; i < RECORDS; i++) {
            keys[i] = Orders.key(i);
            values[i] = Orders.json(i);
        }
    }

    @TearDown
    public void compare() throws Exception {
        long checksum = 0;
        if (peer.equals("alluvium")) {
            TableView view = table().view();
            for (byte[] key : keys) {
                long row = view.find(key);
                checksum += view.getLong(row, Orders.PRICE) + view.getLong(row, Orders.QUANTITY);
            }
        } else {
            for (Map<String, Object> row : maps().values()) {
                checksum += JsonMaps.priceAndQuantity(row);
            }
        }
        Answer.give(checksum, "");
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public Object load() throws Exception {
        return peer.equals("alluvium") ? table() : maps();
    }

    private TableStore table() {
        TableStore store = Orders.newStore();
        RowDecoder decoder = new JsonRowDecoder(Orders.SCHEMA, 1, true);
        ChangeBatch changes = Orders.newBatch(RowBatch.DEFAULT_ROWS);
        for (int i = 0; i < RECORDS; i++) {
            int row = changes.size();
            decoder.decode(values[i], changes.rows(), row);
            changes.rows().column(Orders.ID).setUtf8(row, keys[i], 0, keys[i].length);
            changes.upsert(keys[i]);
            if (changes.size() == RowBatch.DEFAULT_ROWS || i == RECORDS - 1) {
                store.apply(0, changes);
                changes.clear();
            }
        }
        return store;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<String, Object>> maps() throws Exception {
        Map<String, Map<String, Object>> map = new HashMap<>();
        for (int i = 0; i < RECORDS; i++) {
            map.put(new String(keys[i], StandardCharsets.UTF_8), json.readValue(values[i], HashMap.class));
        }
        return map;
    }
}

package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.table.ChangeBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/// The store of a stock Kafka Streams table with its default settings, in RocksDB or in memory, of JSON values that
/// Jackson reads into maps.
///
/// The topology runs in Kafka's test driver, without a broker. A read goes through the same store as one by an
/// interactive query: serdes and metrics, the record cache, the bytes. What an interactive query has before that,
/// the search for the task that holds the store, is left out, in the peer's favour. Rows are put into the store
/// directly.
final class StreamsPeer extends Peer {

    private final Path directory;
    private final TopologyTestDriver driver;
    private final KeyValueStore<String, ValueAndTimestamp<Map<String, Object>>> store;
    private String[] keys = {};
    private final List<List<Map<String, Object>>> changes = new ArrayList<>();

    StreamsPeer(boolean rocksDb) throws Exception {
        directory = Files.createTempDirectory("streams-peer");
        var properties = new Properties();
        properties.put("bootstrap.servers", "none:1");
        properties.put("application.id", "stock");
        properties.put("state.dir", directory.toString());
        var materialized = Materialized.<String, Map<String, Object>, KeyValueStore<Bytes, byte[]>>as("table")
                .withStoreType(rocksDb ? Materialized.StoreType.ROCKS_DB : Materialized.StoreType.IN_MEMORY)
                .withKeySerde(Serdes.String())
                .withValueSerde(JsonMaps.serde());
        var builder = new StreamsBuilder();
        // Without a changelog, which the driver would keep in the heap.
        builder.table("orders", Consumed.with(Serdes.String(), JsonMaps.serde()), materialized.withLoggingDisabled());
        driver = new TopologyTestDriver(builder.build(properties), properties);
        store = driver.getTimestampedKeyValueStore("table");
    }

    @Override
    void insert(int from, int to) {
        for (int i = from; i < to; i++) {
            store.put(Orders.id(i), ValueAndTimestamp.make(new JsonMaps.Written(Orders.json(i)), 0));
        }
    }

    @Override
    void keys(int[] numbers) {
        keys = MapPeer.ids(numbers);
    }

    @Override
    long priceAndQuantity(int at) {
        return JsonMaps.priceAndQuantity(store.get(keys[at]).value());
    }

    @Override
    void changes(List<ChangeBatch> batches) {
        for (ChangeBatch batch : batches) {
            RowBatch rows = batch.rows();
            List<Map<String, Object>> maps = new ArrayList<>(batch.size());
            for (int row = 0; row < batch.size(); row++) {
                Map<String, Object> map = MapOfMapsPeer.row(rows, row);
                map.put("price", rows.column(Orders.PRICE).getLong(row) / 10_000.0);
                maps.add(map);
            }
            changes.add(maps);
        }
    }

    @Override
    void upsert(int batch) {
        for (Map<String, Object> row : changes.get(batch)) {
            store.put((String) row.get("id"), ValueAndTimestamp.make(row, 0));
        }
    }

    @Override
    public void close() throws Exception {
        driver.close();
        Directories.delete(directory);
    }
}

package io.alluvium.source.jdbc.cdc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/// Gives the engine the offset that stands in its settings, and after that what it has confirmed itself: it tells
/// the server what it finds here. Kept nowhere else, as how far a table has come is committed with its rows. Made
/// by the engine.
public final class GivenOffset implements OffsetBackingStore {

    static final String SETTING = "alluvium.offset";

    private volatile byte[] offset = {};

    @Override
    public void configure(WorkerConfig config) {
        offset = String.valueOf(config.originalsStrings().get(SETTING)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    /// There is one partition, whatever the engine calls it.
    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        keys.forEach(key -> found.put(key, ByteBuffer.wrap(offset)));
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
        values.values().forEach(value -> {
            byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            offset = bytes;
        });
        if (callback != null) {
            callback.onCompletion(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connector) {
        return Set.of();
    }
}

package io.alluvium.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/// JSON objects as maps by Jackson: the values of a stock Kafka Streams table.
final class JsonMaps {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonMaps() {}

    static Serde<Map<String, Object>> serde() {
        return Serdes.serdeFrom((topic, value) -> write(value), (topic, bytes) -> read(bytes));
    }

    private static byte[] write(Map<String, Object> value) {
        try {
            return switch (value) {
                case null -> null;
                case Written written -> written.bytes;
                default -> JSON.writeValueAsBytes(value);
            };
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, Object> read(byte[] bytes) {
        try {
            @SuppressWarnings("unchecked")
            Map<String, Object> map = bytes == null ? null : JSON.readValue(bytes, HashMap.class);
            return map;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static long priceAndQuantity(Map<String, Object> row) {
        return Math.round(((Double) row.get("price")) * 10_000) + ((Number) row.get("qty")).longValue();
    }

    /// A value whose JSON is there already, so that filling a store costs no writing of JSON.
    static final class Written extends AbstractMap<String, Object> {
        private final byte[] bytes;

        Written(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return read(bytes).entrySet();
        }
    }
}

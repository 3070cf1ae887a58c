package io.alluvium.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A bad record that is set aside, and since when.
///
/// In Kafka the key is the place, and the value a JSON object with the columns of the table of errors; bytes are in
/// base64.
record DeadLetter(BadRecord bad, Instant at) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static byte[] key(String place) {
        return place.getBytes(StandardCharsets.UTF_8);
    }

    byte[] value() {
        ObjectNode node = JSON.createObjectNode()
                .put(ErrorTable.AT, at.toEpochMilli())
                .put(ErrorTable.CATEGORY, bad.category().name())
                .put(ErrorTable.COLUMN_NAME, bad.column())
                .put(ErrorTable.REASON, bad.reason())
                .put(ErrorTable.RAW_KEY, bad.key())
                .put(ErrorTable.RAW, bad.raw());
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    static DeadLetter read(byte[] key, byte[] value) throws IOException {
        JsonNode node = JSON.readTree(value);
        return new DeadLetter(
                new BadRecord(
                        new String(key, StandardCharsets.UTF_8),
                        FaultCategory.valueOf(node.required(ErrorTable.CATEGORY).asText()),
                        text(node.required(ErrorTable.COLUMN_NAME)),
                        node.required(ErrorTable.REASON).asText(),
                        bytes(node.required(ErrorTable.RAW_KEY)),
                        bytes(node.required(ErrorTable.RAW))),
                Instant.ofEpochMilli(node.required(ErrorTable.AT).asLong()));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isNull() ? null : node.asText();
    }

    private static byte @Nullable [] bytes(JsonNode node) throws IOException {
        return node.isNull() ? null : node.binaryValue();
    }

    /// What it counts towards the bound of bytes.
    long bytes() {
        return length(bad.raw()) + length(bad.key());
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}

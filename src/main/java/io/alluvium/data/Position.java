package io.alluvium.data;

import java.util.Map;

/// How far a loader has come in its source, as text that only the loader understands (a file's identity → its byte
/// offset, a column's last value). Kept in Kafka in the same transaction as the rows that it covers.
public record Position(Map<String, String> parts) {

    /// The position before everything.
    public static final Position START = new Position(Map.of());

    public Position {
        parts = Map.copyOf(parts);
    }
}

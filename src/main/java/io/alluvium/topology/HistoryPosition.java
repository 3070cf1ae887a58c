package io.alluvium.topology;

import io.alluvium.data.Position;
import java.util.HashMap;
import java.util.Map;

/// How far a loader has come that reads a history and then a topic.
///
/// @param first its place in the history
/// @param isPast whether the history is done
/// @param topic the topic's id, once its offsets are known
/// @param offsets for each partition the offset that comes next; before the history is done, what its rows say
record HistoryPosition(Position first, boolean isPast, String topic, Map<Integer, Long> offsets) {

    private static final String FIRST = "first.";
    private static final String OFFSET = "offset.";
    private static final String TOPIC = "topic";
    private static final String PAST = "past";

    HistoryPosition {
        offsets = Map.copyOf(offsets);
    }

    static HistoryPosition of(Position position) {
        Map<String, String> first = new HashMap<>();
        Map<Integer, Long> offsets = new HashMap<>();
        position.parts().forEach((name, value) -> {
            if (name.startsWith(FIRST)) {
                first.put(name.substring(FIRST.length()), value);
            } else if (name.startsWith(OFFSET)) {
                offsets.put(Integer.valueOf(name.substring(OFFSET.length())), Long.valueOf(value));
            }
        });
        return new HistoryPosition(
                new Position(first),
                position.parts().containsKey(PAST),
                position.parts().getOrDefault(TOPIC, ""),
                offsets);
    }

    Position position() {
        Map<String, String> parts = new HashMap<>();
        first.parts().forEach((name, value) -> parts.put(FIRST + name, value));
        offsets.forEach((partition, offset) -> parts.put(OFFSET + partition, Long.toString(offset)));
        parts.put(TOPIC, topic);
        if (isPast) {
            parts.put(PAST, "true");
        }
        return new Position(parts);
    }

    /// The same with the history done.
    static HistoryPosition past(String topic, Map<Integer, Long> offsets) {
        return new HistoryPosition(Position.START, true, topic, offsets);
    }
}

package io.alluvium.topology;

import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers in Kafka which topic a table was loaded from first, for a table that must not go on with another topic
/// of that name (`topic.recreated = fail`).
final class FirstTopic {

    private static final String ID = "id";

    private final PositionTopic positions;
    private final TableName table;
    private @Nullable Topic seen;

    FirstTopic(PositionTopic positions, TableName table) {
        this.positions = positions;
        this.table = table;
    }

    /// @throws AlluviumException POSITION_LOST when the table was loaded from another topic
    void check(Topic now) {
        String first = positions
                .read(table, identity(now))
                .map(entry -> entry.position().parts().getOrDefault(ID, ""))
                .orElse(now.id());
        if (!first.equals(now.id())) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST,
                    "the Kafka topic '" + now.name() + "' was deleted and made again since " + table
                            + " was loaded: its id was " + first + " and is " + now.id()
                            + " (topic.recreated = 'fail')",
                    "To load the new topic drop the table and create it again, or replace its definition by one"
                            + " without topic.recreated.");
        }
        seen = now;
    }

    /// Says that the table is loaded from the topic that was checked last.
    void keep() {
        Topic topic = seen;
        if (topic != null && positions.read(table, identity(topic)).isEmpty()) {
            positions.write(
                    table, new PositionTopic.Entry(identity(topic), new Position(Map.of(ID, topic.id())), true));
        }
    }

    private static String identity(Topic topic) {
        return "first " + topic.name();
    }
}

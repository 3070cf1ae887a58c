package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Position;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.format.Widening;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The columns that were discovered in the records of one topic, kept in Kafka: after a restart a table has the
/// columns that it had, whatever another look at the data would show. Safe from any thread.
final class KnownColumns {

    private static final Logger LOG = LoggerFactory.getLogger(KnownColumns.class);

    private final PositionTopic positions;
    private final TableName table;
    private final String identity;
    private @Nullable Schema known;

    KnownColumns(PositionTopic positions, TableName table, Topic topic) {
        this(positions, table, topic, "");
    }

    private KnownColumns(PositionTopic positions, TableName table, Topic topic, String format) {
        this.positions = positions;
        this.table = table;
        this.identity = "columns of " + topic.name() + " " + topic.id() + format;
    }

    /// The most columns that the table of an external source has: a database says which there are; elsewhere any
    /// record can bring more.
    static int most(SourceDefinition.External source, EffectiveOptions options, Schema found) {
        return source instanceof SourceDefinition.Jdbc
                ? Integer.MAX_VALUE
                : Math.max(options.integer("discover.columns.max"), found.size());
    }

    /// Those that a user's topic has when its values are read in a format.
    static KnownColumns of(PositionTopic positions, TableName table, Topic topic, String format) {
        return new KnownColumns(positions, table, topic, format.equals("json") ? "" : " as " + format);
    }

    /// What is known from before; empty for a topic that is new to the table.
    synchronized Optional<Schema> read() {
        if (known == null) {
            known = positions
                    .read(table, identity)
                    .map(PositionTopic.Entry::position)
                    .map(KnownColumns::schema)
                    .orElse(null);
        }
        return Optional.ofNullable(known);
    }

    /// Takes up columns that were found: new ones are added, and those that are there are widened.
    ///
    /// @return all that is known now
    synchronized Schema add(Schema found) {
        Schema before = read().orElse(Schema.of());
        Schema merged = before;
        for (Column column : found.columns()) {
            merged = with(merged, column);
        }
        if (!merged.equals(before)) {
            known = merged;
            write(merged);
        }
        return merged;
    }

    /// A schema with one more column, or with the one of its name as wide as both.
    static Schema with(Schema schema, Column found) {
        int at = schema.indexOf(found.name());
        if (at < 0) {
            return schema.with(found);
        }
        Column present = schema.column(at);
        return schema.with(new Column(
                present.name(), Widening.of(present.type(), found.type()), present.nullable() || found.nullable()));
    }

    /// [#add] without waiting for Kafka.
    void addLater(Schema found) {
        Thread.ofVirtual().name("columns-" + table).start(() -> add(found));
    }

    private void write(Schema schema) {
        try {
            positions.write(table, new PositionTopic.Entry(identity, new Position(parts(schema)), true));
        } catch (AlluviumException e) {
            LOG.warn("table={} its columns could not be kept for the next start: {}", table, e.getMessage());
        }
    }

    private static Map<String, String> parts(Schema schema) {
        var parts = new HashMap<String, String>();
        for (int i = 0; i < schema.size(); i++) {
            Column column = schema.column(i);
            parts.put(
                    Integer.toString(i),
                    column.type().sql() + (column.nullable() ? " NULL " : " NOT-NULL ") + column.name());
        }
        return parts;
    }

    private static Schema schema(Position position) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < position.parts().size(); i++) {
            String[] words =
                    position.parts().getOrDefault(Integer.toString(i), "").split(" ", 3);
            columns.add(new Column(words[2], ColumnType.parse(words[0]), words[1].equals("NULL")));
        }
        return new Schema(columns);
    }
}

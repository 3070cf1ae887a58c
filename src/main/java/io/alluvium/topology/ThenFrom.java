package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.RowDecoder;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// Where a topic goes on after a history.
sealed interface ThenFrom {

    /// At its first record.
    record Start() implements ThenFrom {}

    /// At the first record of that time or later.
    record Time(Instant time) implements ThenFrom {}

    /// After the greatest offset that the history's rows have in a column, in each partition.
    record Columns(Schema columns) implements ThenFrom {}

    /// @throws AlluviumException CONFIGURATION when there is no such time, or columns do not tell
    static ThenFrom of(EffectiveOptions options, Topic topic) {
        if (options.find("then.from.timestamp").isPresent()) {
            return new Time(time(options.text("then.from.timestamp")));
        }
        if (options.find("then.from.offset.column").isEmpty()) {
            return new Start();
        }
        if (options.find("then.from.partition.column").isEmpty()) {
            if (topic.partitions() > 1) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the topic '" + topic.name() + "' has " + topic.partitions()
                                + " partitions, and an offset belongs to one of them",
                        "Name the column that has the partition: \"then.from.partition.column\".");
            }
            return new Columns(
                    new Schema(List.of(Column.of(options.text("then.from.offset.column"), ColumnType.BIGINT))));
        }
        return new Columns(new Schema(List.of(
                Column.of(options.text("then.from.offset.column"), ColumnType.BIGINT),
                Column.of(options.text("then.from.partition.column"), ColumnType.BIGINT))));
    }

    private static Instant time(String text) {
        try {
            if (text.chars().allMatch(Character::isDigit)) {
                return Instant.ofEpochMilli(Long.parseLong(text));
            }
            String iso = text.replace(' ', 'T');
            if (iso.length() == 10) {
                return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            boolean hasZone = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
            return hasZone
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "then.from.timestamp = '" + text + "' is no time",
                    "Write 2026-03-01T00:00:00Z, 2026-03-01, or milliseconds since 1970.",
                    e);
        }
    }

    /// The offsets at which a topic goes on.
    ///
    /// @param seen what the history's rows said
    default Map<Integer, Long> offsets(KafkaCluster cluster, Topic topic, Map<Integer, Long> seen) {
        Map<Integer, Long> offsets = new TreeMap<>();
        Map<TopicPartition, Long> found =
                this instanceof Time(Instant time) ? cluster.offsetsAt(topic, time) : cluster.beginningOffsets(topic);
        found.forEach((partition, offset) ->
                offsets.put(partition.partition(), Math.max(offset, seen.getOrDefault(partition.partition(), 0L))));
        return offsets;
    }

    /// Notes what rows say of offsets. Belongs to one thread.
    final class Seen {
        private final RowDecoder decoder;
        private final RowBatch row;
        private final Map<Integer, Long> next;

        /// @param before what was noted before
        Seen(Columns columns, Map<Integer, Long> before) {
            this.decoder = new JsonRowDecoder(columns.columns(), 0, false);
            this.row = RowBatch.forSchema(columns.columns(), 1);
            this.next = new HashMap<>(before);
        }

        void note(byte[] json) {
            if (!(decoder.decode(json, row, 0) instanceof RowDecoder.Outcome.Decoded)
                    || row.column(0).isNull(0)) {
                return;
            }
            boolean hasPartition = row.columns().size() > 1;
            if (hasPartition && row.column(1).isNull(0)) {
                return;
            }
            int partition = hasPartition ? (int) row.column(1).getLong(0) : 0;
            next.merge(partition, row.column(0).getLong(0) + 1, Math::max);
        }

        Map<Integer, Long> next() {
            return next;
        }
    }
}

package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowEncoder;
import io.alluvium.format.ValueReader;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import io.alluvium.source.ChangeSink;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Turns the records of a topic into rows with the key that their values name. Belongs to one thread.
///
/// A record without a value deletes the row whose key its own key gives: by the same columns, or, where the table's
/// key is one column, by its text or number.
final class TopicRows {

    private static final int MAX_EVOLUTIONS = 16;

    private final Feed feed;
    private final List<Column> key;
    private final ValueKey rowKey;
    private final ValueKey deletedKey;
    private final RowBatch recordKey;
    private final JsonRowEncoder keyWriter;
    private ValueReader reader;

    /// @param key the key's columns
    /// @param checked the columns that a value has to fit, the key's among them
    TopicRows(Feed feed, List<Column> key, Schema checked) {
        this.feed = feed;
        this.key = key;
        this.reader = feed.reader(feed.schema(), true);
        this.rowKey = new ValueKey(key, checked);
        this.deletedKey = new ValueKey(key);
        List<Column> given = feed.keys().columns();
        this.recordKey = RowBatch.forSchema(new Schema(given), 1);
        boolean isOneValue = given.size() == 1 && key.size() == 1;
        this.keyWriter = new JsonRowEncoder(
                new Schema(
                        isOneValue
                                ? List.of(Column.of(
                                        key.getFirst().name(), given.getFirst().type()))
                                : given),
                0);
    }

    void take(List<ConsumerRecord<byte[], byte[]>> records, ChangeSink sink) throws InterruptedException {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            take(record, sink);
        }
    }

    /// Sends one record on, or sets it aside.
    private void take(ConsumerRecord<byte[], byte[]> record, ChangeSink sink) throws InterruptedException {
        try {
            byte[] json = read(record.value());
            sink.send(json == null ? deleted(record.key()) : rowKey.of(json), json);
        } catch (BadValueException e) {
            byte[] raw = record.value() != null ? record.value() : record.key();
            sink.bad(
                    BadRecord.place(record.topic(), record.partition(), record.offset()),
                    e.column(),
                    e.reason(),
                    raw == null ? new byte[0] : raw);
        }
    }

    private byte @Nullable [] read(byte @Nullable [] value) throws BadValueException {
        for (int i = 0; ; i++) {
            try {
                return reader.readRecord(value);
            } catch (OtherColumnsException e) {
                if (i == MAX_EVOLUTIONS) {
                    throw new BadValueException(null, "it needs columns that the table cannot take up: " + e.columns());
                }
                reader = feed.with(e.columns()).reader(e.columns(), true);
            }
        }
    }

    private byte[] deleted(byte @Nullable [] bytes) throws BadValueException {
        if (bytes == null) {
            throw new BadValueException(null, "the record has neither a key nor a value");
        }
        feed.keys().reader().read(bytes, recordKey, 0);
        if (recordKey.columns().size() != key.size()) {
            throw new BadValueException(
                    null,
                    "a deletion whose key does not give "
                            + key.stream().map(Column::name).toList() + "; \"key.format\" says what the keys are");
        }
        return deletedKey.of(keyWriter.encode(recordKey, 0));
    }
}

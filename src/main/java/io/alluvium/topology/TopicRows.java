package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.JsonRowEncoder;
import io.alluvium.format.RowDecoder;
import io.alluvium.format.RowDecoder.Outcome;
import io.alluvium.format.ValueReader;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import io.alluvium.source.ChangeSink;
import java.util.List;
import java.util.stream.IntStream;
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
    private final RowDecoder decoder;
    private final RowBatch row;
    private final int[] keyPlaces;
    private final KeyCodec codec;
    private final RowDecoder keyDecoder;
    private final RowBatch keyRow;
    private final int[] allOfKey;
    private final RowBatch recordKey;
    private final JsonRowEncoder keyWriter;
    private ValueReader reader;

    /// @param key the key's columns
    /// @param checked the columns that a value has to fit, the key's among them
    TopicRows(Feed feed, List<Column> key, Schema checked) {
        this.feed = feed;
        this.key = key;
        this.reader = feed.reader(feed.schema(), true);
        this.decoder = new JsonRowDecoder(checked, 0, false);
        this.row = RowBatch.forSchema(checked, 1);
        this.keyPlaces = key.stream().mapToInt(c -> checked.indexOf(c.name())).toArray();
        this.codec = new KeyCodec(key.stream().map(Column::type).toList());
        var ofKey = new Schema(key);
        this.keyDecoder = new JsonRowDecoder(ofKey, 0, false);
        this.keyRow = RowBatch.forSchema(ofKey, 1);
        this.allOfKey = IntStream.range(0, key.size()).toArray();
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

    /// Sends one record on, or sets it aside.
    void take(ConsumerRecord<byte[], byte[]> record, ChangeSink sink) throws InterruptedException {
        try {
            byte[] json = read(record.value());
            sink.send(json == null ? deleted(record.key()) : keyOf(json), json);
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

    private byte[] keyOf(byte[] json) throws BadValueException {
        if (decoder.decode(json, row, 0) instanceof Outcome.Malformed malformed) {
            throw new BadValueException(malformed.column(), malformed.reason());
        }
        return encoded(row, keyPlaces);
    }

    private byte[] encoded(RowBatch from, int[] places) throws BadValueException {
        for (int i = 0; i < places.length; i++) {
            if (from.column(places[i]).isNull(0)) {
                throw new BadValueException(key.get(i).name(), "the key column is missing or NULL");
            }
        }
        return codec.encode(from, places, 0);
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
        byte[] json = keyWriter.encode(recordKey, 0);
        if (keyDecoder.decode(json, keyRow, 0) instanceof Outcome.Malformed malformed) {
            throw new BadValueException(malformed.column(), malformed.reason());
        }
        return encoded(keyRow, allOfKey);
    }
}

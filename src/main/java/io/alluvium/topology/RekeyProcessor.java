package io.alluvium.topology;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.format.KeyReader;
import io.alluvium.format.ValueReader;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import io.alluvium.sql.SystemColumn;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Sends each record on under the key that its value names, the value as a JSON object.
///
/// The store [#STORE] has for each record key the key that its last record was sent on under, so that a deletion
/// finds it, and a record that has moved to another key leaves none behind. Records without a key have no
/// deletions. A record whose value does not give the key is counted and left out.
///
/// The system columns that the definition names are put into the values. Where the offset is part of the key, no
/// record takes the place of another one, whatever their own keys are.
final class RekeyProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    static final String STORE = "keys";

    private final BadRecords bad;
    private final ValueReader reader;
    private final KeyReader sourceKeys;
    private final RowBatch sourceKey;
    private final SystemColumns.Appender system;
    /// Whether each record is a row of its own, as its place is in the key.
    private final boolean isLog;
    private final boolean wantsPlace;
    private final ValueKey keys;

    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<byte[], byte[]> store;

    /// @param source the topic whose records come in
    RekeyProcessor(Feed source, Feed rekeyed, BadRecords bad) {
        this.reader = source.reader(source.schema(), true);
        this.sourceKeys = source.keys().reader();
        this.sourceKey = RowBatch.forSchema(new Schema(source.keys().columns()), 1);
        this.system = source.system().appender();
        this.wantsPlace = source.wantsPlace();
        this.isLog = wantsPlace && rekeyed.key().contains(SystemColumn.OFFSET.columnName());
        this.bad = bad;
        this.keys = new ValueKey(rekeyed.key().stream()
                .map(name -> rekeyed.schema().column(rekeyed.schema().indexOf(name)))
                .toList());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (context == null || store == null) {
            throw new IllegalStateException("process before init");
        }
        byte[] from;
        byte[] value;
        byte[] key;
        try {
            value = reader.readRecord(record.value());
            if (value != null && wantsPlace) {
                value = system.append(value, JobStreams.place(context, record));
            }
            from = record.key() == null || isLog ? null : sourceKeys.read(record.key(), sourceKey, 0);
            key = value == null ? null : keys.of(value);
        } catch (BadValueException e) {
            refuse(record, e.column(), e.reason());
            return;
        } catch (OtherColumnsException e) {
            throw new OutgrownException(e.columns());
        }
        if (from != null) {
            byte[] before = store.get(from);
            if (before != null && !Arrays.equals(before, key)) {
                context.forward(new Record<>(before, null, record.timestamp()));
            }
            if (key == null) {
                store.delete(from);
            } else if (!Arrays.equals(before, key)) {
                store.put(from, key);
            }
        } else if (key == null) {
            refuse(record, null, isLog ? "the record has no value" : "the record has neither a key nor a value");
        }
        if (key != null) {
            context.forward(new Record<>(key, value, record.timestamp()));
        }
    }

    private void refuse(Record<byte[], byte[]> record, @Nullable String column, String reason) {
        String place = JobStreams.placeText(Objects.requireNonNull(context));
        bad.add(BadRecord.data(place, column, reason, record.key(), record.value()));
    }
}

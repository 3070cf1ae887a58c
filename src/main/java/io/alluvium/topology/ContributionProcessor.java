package io.alluvium.topology;

import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.format.JsonRowDecoder;
import io.alluvium.format.KeyReader;
import io.alluvium.format.RowDecoder;
import io.alluvium.format.RowDecoder.Outcome;
import io.alluvium.format.ValueReader;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import io.alluvium.sql.RowTransform;
import io.alluvium.sql.TablePlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The first half of an aggregation: for each record of the source, what its row contributes to which group. The
/// contribution of every key is remembered, so that a change takes the old one back and a deletion undoes it.
///
/// Sends to the group's partition, keyed by the group: a byte 1 and the contribution that is taken back, or a byte
/// 0; then the same for the one that is added. A change within a group is one message, so that nobody sees the
/// group without the row.
final class ContributionProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    static final String STORE = "contributions";
    private static final byte[] NOTHING = {};

    private final TableShape shape;
    private final List<RowTransform> transforms;
    private final ValueReader reader;
    private final KeyReader keyReader;
    private final RowDecoder decoder;
    private final BadRecords bad;
    private final RowBatch records;
    private final boolean[] passes = new boolean[1];
    private final RowBytes contributions;
    private final @Nullable KeyCodec groupKey;
    private final int[] groupColumns;
    private @Nullable AlluviumException failure;

    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<byte[], byte[]> store;

    ContributionProcessor(TableShape shape, TablePlan.Aggregation plan, BadRecords bad) {
        this.shape = shape;
        this.bad = bad;
        this.transforms = new ArrayList<>(shape.transforms());
        this.transforms.add(plan.contribution());
        this.reader = shape.feed().reader(shape.records(), false);
        this.keyReader = shape.feed().keys().reader();
        int skipped = shape.feed().columnsBesideValue();
        this.decoder = shape.feed().open()
                ? JsonRowDecoder.widening(shape.records(), skipped)
                : new JsonRowDecoder(shape.records(), skipped, false);
        this.records = RowBatch.forSchema(shape.records(), 1);
        this.contributions = new RowBytes(Aggregations.contributionTypes(plan));
        this.groupKey = Aggregations.groupKey(plan);
        this.groupColumns = IntStream.range(0, plan.groupCount()).toArray();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (store == null || context == null) {
            throw new IllegalStateException("process before init");
        }
        byte[] key;
        RowBatch row;
        try {
            byte[] value = reader.readRecord(record.value());
            key = record.key() == null ? null : keyReader.read(record.key(), records, 0);
            if (value != null && shape.feed().wantsPlace()) {
                shape.feed().fill(records, 0, JobStreams.place(context, record));
            }
            row = value == null ? null : contribution(key, value);
        } catch (BadValueException e) {
            bad.add(BadRecord.data(
                    JobStreams.placeText(context), e.column(), e.reason(), record.key(), record.value()));
            return;
        } catch (OtherColumnsException e) {
            throw new OutgrownException(e.columns());
        }
        if (key == null) {
            addForGood(record, row);
            return;
        }
        byte[] before = store.get(key);
        byte[] after = row == null ? null : contributions.encode(row, 0, 0);
        if (Arrays.equals(before, after)) {
            return;
        }
        byte[] groupBefore = before == null ? null : groupOf(before);
        byte[] groupAfter = row == null ? null : groupOf(row);
        if (Arrays.equals(groupBefore, groupAfter)) {
            forward(record, groupAfter, before, after);
        } else {
            forward(record, groupBefore, before, null);
            forward(record, groupAfter, null, after);
        }
        if (after == null) {
            store.delete(key);
        } else {
            store.put(key, after);
        }
    }

    /// A record without a key is a row of its own, which nothing can change or take back.
    private void addForGood(Record<byte[], byte[]> record, @Nullable RowBatch row) {
        if (row != null) {
            forward(record, groupOf(row), null, contributions.encode(row, 0, 0));
        }
    }

    /// The row's contribution, or null when the filter leaves it out.
    ///
    /// @param key whose columns have been read; null for a record without one
    private @Nullable RowBatch contribution(byte @Nullable [] key, byte[] value) throws BadValueException {
        switch (decoder.decode(value, records, 0)) {
            case Outcome.Decoded _ -> {}
            case Outcome.Malformed malformed -> throw new BadValueException(malformed.column(), malformed.reason());
            case Outcome.Evolves(Schema wider) -> throw new OutgrownException(wider);
        }
        for (int i = 0; key == null && i < shape.feed().keys().columns().size(); i++) {
            records.column(i).setNull(0);
        }
        records.setSize(1);
        RowBatch row = records;
        for (RowTransform transform : transforms) {
            failure = null;
            row = transform.apply(row, passes, (at, fault) -> failure = fault);
            if (failure != null) {
                throw new BadValueException(null, String.valueOf(failure.getMessage()));
            }
            if (!passes[0]) {
                return null;
            }
        }
        return row;
    }

    private byte[] groupOf(RowBatch contribution) {
        return groupKey == null ? new byte[0] : groupKey.encode(contribution, groupColumns, 0);
    }

    private byte[] groupOf(byte[] contribution) {
        var row = new RowBatch(
                contributions.types().stream().map(type -> new Vector(type, 1)).toList(), 1);
        contributions.decode(ByteBuffer.wrap(contribution), row, 0, 0);
        return groupOf(row);
    }

    private void forward(
            Record<byte[], byte[]> record,
            byte @Nullable [] group,
            byte @Nullable [] retracted,
            byte @Nullable [] added) {
        if (group == null || context == null) {
            return;
        }
        byte[] from = retracted == null ? NOTHING : retracted;
        byte[] to = added == null ? NOTHING : added;
        ByteBuffer message = ByteBuffer.allocate(2 + from.length + to.length)
                .put((byte) (retracted == null ? 0 : 1))
                .put(from)
                .put((byte) (added == null ? 0 : 1))
                .put(to);
        context.forward(record.withKey(group).withValue(message.array()));
    }
}

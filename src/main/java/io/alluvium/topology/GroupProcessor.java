package io.alluvium.topology;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.KeyCodec;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.FaultCategory;
import io.alluvium.format.JsonRowEncoder;
import io.alluvium.sql.TablePlan;
import io.alluvium.sql.TablePlan.Aggregate;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The second half of an aggregation: adds contributions to their group or takes them back, and writes the group's
/// row for every change, or its deletion when no row is left or HAVING leaves it out.
///
/// The values of MIN and MAX lie in the store [#VALUES] in order: the group's length and key, the aggregate's
/// number, the encoded value, with how often the value is there. When the extreme goes, the next one is looked for
/// from its place on and not from the group's first, where RocksDB would step over everything that was deleted
/// before.
final class GroupProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    static final String GROUPS = "groups";
    static final String VALUES = "values";

    private final TablePlan.Aggregation plan;
    private final BadRecords bad;
    private final RowBytes contributions;
    private final RowBatch contribution;
    private final RowBatch result;
    private final boolean[] passes = new boolean[1];
    private final JsonRowEncoder encoder;
    private final KeyCodec tableKey;
    private final int[] keyColumns;
    private @Nullable AlluviumException failure;

    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<byte[], byte[]> groups;
    private @Nullable KeyValueStore<byte[], byte[]> values;

    GroupProcessor(TablePlan.Aggregation plan, BadRecords bad) {
        this.plan = plan;
        this.bad = bad;
        List<ColumnType> types = Aggregations.contributionTypes(plan);
        this.contributions = new RowBytes(types);
        this.contribution =
                new RowBatch(types.stream().map(type -> new Vector(type, 1)).toList(), 1);
        this.result = RowBatch.forSchema(plan.result().input(), 1);
        this.encoder = new JsonRowEncoder(plan.schema(), 0);
        this.tableKey = new KeyCodec(plan.key().stream()
                .map(name -> plan.schema().column(plan.schema().indexOf(name)))
                .map(Column::type)
                .toList());
        this.keyColumns = plan.key().stream().mapToInt(plan.schema()::indexOf).toArray();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.groups = context.getStateStore(GROUPS);
        this.values = context.getStateStore(VALUES);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        KeyValueStore<byte[], byte[]> store = Objects.requireNonNull(groups);
        byte[] group = record.key();
        byte[] present = store.get(group);
        int aggregates = plan.aggregates().size();
        GroupState state = present == null ? new GroupState(aggregates) : GroupState.read(present, aggregates);
        ByteBuffer message = ByteBuffer.wrap(record.value());
        if (message.get() == 1) {
            take(group, state, message, -1);
        }
        if (message.get() == 1) {
            take(group, state, message, 1);
        }
        if (state.rows() == 0 && plan.groupCount() > 0) {
            store.delete(group);
        } else {
            store.put(group, state.write());
        }
        emit(record, group, state);
    }

    /// Adds the contribution at the buffer's position, or takes it back.
    private void take(byte[] group, GroupState state, ByteBuffer message, int sign) {
        contributions.decode(message, contribution, 0, 0);
        state.countRow(sign);
        for (int a = 0; a < plan.aggregates().size(); a++) {
            apply(group, state, a, sign);
        }
    }

    private void apply(byte[] group, GroupState state, int index, int sign) {
        Aggregate aggregate = plan.aggregates().get(index);
        if (aggregate.column() < 0) {
            return;
        }
        Vector argument = contribution.column(aggregate.column());
        if (argument.isNull(0)) {
            return;
        }
        state.countValue(index, sign);
        switch (aggregate.function()) {
            case COUNT -> {}
            case SUM, AVG -> state.sum(index, argument, 0, sign);
            case MIN, MAX -> countValue(group, state, index, sign);
        }
    }

    /// Notes that a value of a MIN or MAX is there once more, or once less.
    private void countValue(byte[] group, GroupState state, int index, int sign) {
        KeyValueStore<byte[], byte[]> store = Objects.requireNonNull(values);
        Aggregate aggregate = plan.aggregates().get(index);
        int column = aggregate.column();
        ColumnType type = contribution.column(column).type();
        byte[] encoded = new KeyCodec(List.of(type)).encode(contribution, new int[] {column}, 0);
        byte[] key = valueKey(group, index, encoded);
        byte[] present = store.get(key);
        long count = (present == null ? 0 : ByteBuffer.wrap(present).getLong()) + sign;
        byte[] extreme = state.extreme(index);
        boolean greatest = aggregate.function() == TablePlan.Function.MAX;
        if (count > 0) {
            byte[] value = new RowBytes(List.of(type)).encode(contribution, column, 0);
            store.put(
                    key,
                    ByteBuffer.allocate(8 + value.length)
                            .putLong(count)
                            .put(value)
                            .array());
            if (extreme == null || (Arrays.compareUnsigned(encoded, extreme) > 0) == greatest) {
                state.setExtreme(index, encoded);
            }
            return;
        }
        store.delete(key);
        if (Arrays.equals(encoded, extreme)) {
            state.setExtreme(index, next(store, group, index, key, greatest));
        }
    }

    /// The value after `from` towards the other end, encoded; null when there is none.
    private static byte @Nullable [] next(
            KeyValueStore<byte[], byte[]> store, byte[] group, int index, byte[] from, boolean greatest) {
        int prefix = prefixLength(group);
        byte[] end = prefix(group, index + 1);
        try (KeyValueIterator<byte[], byte[]> found =
                greatest ? store.reverseRange(prefix(group, index), from) : store.range(from, end)) {
            while (found.hasNext()) {
                byte[] key = found.next().key;
                if (!Arrays.equals(key, end)) {
                    return Arrays.copyOfRange(key, prefix, key.length);
                }
            }
        }
        return null;
    }

    private static byte[] valueKey(byte[] group, int index, byte[] encoded) {
        return ByteBuffer.allocate(prefixLength(group) + encoded.length)
                .put(prefix(group, index))
                .put(encoded)
                .array();
    }

    private static int prefixLength(byte[] group) {
        return 4 + group.length + 4;
    }

    private static byte[] prefix(byte[] group, int index) {
        return ByteBuffer.allocate(prefixLength(group))
                .putInt(group.length)
                .put(group)
                .putInt(index)
                .array();
    }

    private void emit(Record<byte[], byte[]> record, byte[] group, GroupState state) {
        ProcessorContext<byte[], byte[]> out = Objects.requireNonNull(context);
        for (int c = 0; c < plan.groupCount(); c++) {
            result.column(c).copyFrom(contribution.column(c), 0, 0);
        }
        RowBatch row = null;
        try {
            for (int a = 0; a < plan.aggregates().size(); a++) {
                put(group, state, a, result.column(plan.groupCount() + a));
            }
            result.setSize(1);
            failure = null;
            row = plan.result().apply(result, passes, (at, fault) -> failure = fault);
        } catch (AlluviumException e) {
            failure = e;
        }
        if (failure != null || row == null) {
            bad.add(new BadRecord(
                    "group/" + HexFormat.of().formatHex(group),
                    failure == null ? FaultCategory.UNKNOWN : failure.category(),
                    null,
                    String.valueOf(failure),
                    group,
                    null));
            return;
        }
        byte[] key = tableKey.encode(row, keyColumns, 0);
        boolean there = passes[0] && (state.rows() > 0 || plan.groupCount() == 0);
        byte @Nullable [] value = there ? encoder.encode(row, 0) : null;
        out.forward(new Record<>(key, value, record.timestamp()));
    }

    private void put(byte[] group, GroupState state, int index, Vector target) {
        Aggregate aggregate = plan.aggregates().get(index);
        switch (aggregate.function()) {
            case COUNT -> target.setLong(0, aggregate.column() < 0 ? state.rows() : state.values(index));
            case SUM -> state.putSum(index, target, 0);
            case AVG -> state.putAverage(index, target, 0);
            case MIN, MAX -> putExtreme(group, state, index, target);
        }
    }

    private void putExtreme(byte[] group, GroupState state, int index, Vector target) {
        byte[] extreme = state.extreme(index);
        byte[] stored = extreme == null ? null : Objects.requireNonNull(values).get(valueKey(group, index, extreme));
        if (stored == null) {
            target.setNull(0);
            return;
        }
        ByteBuffer value = ByteBuffer.wrap(stored).position(8);
        new RowBytes(List.of(target.type())).decode(value, new RowBatch(List.of(target), 1), 0, 0);
    }
}

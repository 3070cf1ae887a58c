package io.alluvium.topology;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.jspecify.annotations.Nullable;

/// One partition of a table as Kafka Streams sees it: the one adapter between its store interface and the
/// [io.alluvium.table.TableStorage].
///
/// Bulk comes in through [#restore] in the batches of the restore consumer, incremental changes record by record
/// through [#accept]; both go down the same [RowPipeline]. The store manages its offsets itself: it says from where
/// the restore begins, which is after the records that the rows in memory or on disk contain, or the start of the
/// topic, or the place that `auto.offset.reset=latest` had recorded; and it is told in [#commit] which records its
/// rows contain. Used by the stream thread, before that by the state updater's.
final class TableStateStore implements StateStore {

    private final String name;
    private final TableFeeder feeder;
    private final ShortCut shortCut;
    private @Nullable RowPipeline pipeline;
    private boolean open;
    private int partition;

    /// @param shortCut knows up to where a partition was polled
    TableStateStore(String name, TableFeeder feeder, ShortCut shortCut) {
        this.name = name;
        this.feeder = feeder;
        this.shortCut = shortCut;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        // Kafka Streams opens a store once more at its start, only to ask for the offset: so nothing is built here.
        partition = context.taskId().partition();
        pipeline = null;
        open = true;
        shortCut.begin(partition);
        feeder.open(partition);
        context.register(root, (RecordBatchingStateRestoreCallback) this::restore);
    }

    private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
        RowPipeline into = pipeline();
        into.beginRestore(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            into.add(record.key(), record.value(), record.offset(), record.timestamp(), record.headers());
        }
        into.endRestore();
    }

    /// Takes one record; it shows after the next [#publish] at the latest.
    void accept(byte @Nullable [] key, byte @Nullable [] value, long offset, long timestamp, Headers headers) {
        pipeline().add(key, value, offset, timestamp, headers);
    }

    /// Makes what was accepted visible.
    void publish() {
        if (pipeline != null) {
            pipeline.flush();
        }
    }

    private RowPipeline pipeline() {
        if (pipeline == null) {
            pipeline = feeder.startPartition(partition);
        }
        return pipeline;
    }

    /// Is told the offset of the last record that was taken; nothing when the store is corrupted.
    @Override
    public void commit(Map<TopicPartition, @Nullable Long> changelogOffsets) {
        publish();
        if (changelogOffsets.isEmpty()) {
            feeder.forget(partition);
        }
        changelogOffsets.forEach((topicPartition, last) -> {
            if (last == null) {
                feeder.forget(topicPartition.partition());
            } else if (pipeline != null && last >= 0) {
                int at = topicPartition.partition();
                feeder.committed(at, Math.max(last + 1, shortCut.passed(at)));
            }
        });
    }

    @Override
    @SuppressWarnings("deprecation") // The method is deprecated from its birth, for the day when every store does.
    public boolean managesOffsets() {
        return true;
    }

    /// The last offset that the store need not be given, or null for none.
    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        long start = feeder.startOffset(partition.partition());
        return start == 0 ? null : start - 1;
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        publish();
        pipeline = null;
        open = false;
    }
}

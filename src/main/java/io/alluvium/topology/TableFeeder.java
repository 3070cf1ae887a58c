package io.alluvium.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Makes the ways in which the partitions of one table take their records. Safe from any thread.
interface TableFeeder {

    /// Is told that a partition is opened; its rows go when they have been given up by [#forget].
    void open(int partition);

    /// The way in for the records from [#startOffset] on. Rows of which it is not known which records they contain
    /// are forgotten.
    RowPipeline startPartition(int partition);

    /// The offset of the first record that belongs to the table and is not contained in its rows yet; 0 for all
    /// that are there.
    long startOffset(int partition);

    /// Is told that the rows contain everything before the offset `next` and nothing after it. On the thread that
    /// applies the records.
    void committed(int partition, long next);

    /// Is told that what the rows contain is not to be relied on any more.
    void forget(int partition);

    /// Is told of a record without a key that bulk passes over.
    void keyless(ConsumerRecord<byte[], byte[]> record);
}

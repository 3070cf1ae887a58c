package io.alluvium.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Makes the ways in which the partitions of one table take their records. Safe from any thread.
interface TableFeeder {

    /// Begins a partition, which forgets the rows that [#startOffset] does not stand for, and gives the way in for
    /// the next ones.
    RowPipeline startPartition(int partition);

    /// The offset of the first record that the table has to be given; 0 for all that are there.
    long startOffset(int partition);

    /// Is told that everything before the offset `next` has been taken in and is visible.
    void committed(int partition, long next);

    /// Is told of a record without a key that bulk passes over.
    void keyless(ConsumerRecord<byte[], byte[]> record);
}

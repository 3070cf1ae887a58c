package io.alluvium.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Makes the ways in which the partitions of one table take their records. Safe from any thread.
interface TableFeeder {

    /// Begins a partition anew: forgets the rows that it had and gives the way in for the next ones.
    RowPipeline startPartition(int partition);

    /// The offset of the first record that belongs to the table; 0 for all that are there.
    long startOffset(int partition);

    /// Is told of a record without a key that bulk passes over.
    void keyless(ConsumerRecord<byte[], byte[]> record);
}

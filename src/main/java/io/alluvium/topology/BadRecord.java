package io.alluvium.topology;

import io.alluvium.fault.FaultCategory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record that cannot become a row.
///
/// @param place where it stands, unlike that of any other: `topic/partition/offset`, or a file with the line
/// @param column the column that is the reason; null when the record as a whole is
/// @param key the record's key as it came; null where there is none
/// @param raw the record as it came
@SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
record BadRecord(
        String place,
        FaultCategory category,
        @Nullable String column,
        String reason,
        byte @Nullable [] key,
        byte @Nullable [] raw) {

    /// One that is not what it should be.
    static BadRecord data(
            String place, @Nullable String column, String reason, byte @Nullable [] key, byte @Nullable [] raw) {
        return new BadRecord(place, FaultCategory.DATA, column, reason, key, raw);
    }

    /// One that has no key where the table needs it.
    static BadRecord keyless(ConsumerRecord<byte[], byte[]> record) {
        return keyless(place(record.topic(), record.partition(), record.offset()), record.value());
    }

    static BadRecord keyless(String place, byte @Nullable [] raw) {
        return data(
                place,
                null,
                "the record has no key, and the table is keyed by it"
                        + " (PRIMARY KEY (column) in the definition takes the key from the value)",
                null,
                raw);
    }

    static String place(String topic, int partition, long offset) {
        return partition(topic, partition) + offset;
    }

    /// What the places of a partition begin with.
    static String partition(String topic, int partition) {
        return topic + "/" + partition + "/";
    }
}

/// Kafka topics as sources. Read [io.alluvium.source.kafka.KafkaFaults] first: it says what each of Kafka's
/// exceptions means for a table, and what a user can do about it.
@NullMarked
package io.alluvium.source.kafka;

import org.jspecify.annotations.NullMarked;

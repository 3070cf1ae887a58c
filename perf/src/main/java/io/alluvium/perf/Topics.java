package io.alluvium.perf;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Makes topics of orders as JSON, one partition each.
final class Topics {

    private Topics() {}

    static void produce(String bootstrap, String topic, int rows) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bootstrap, "linger.ms", 20, "batch.size", 1 << 19, "compression.type", "lz4");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < rows; i++) {
                producer.send(new ProducerRecord<>(topic, Orders.key(i), Orders.json(i)));
            }
        }
    }
}

package io.alluvium.broker;

import java.nio.file.Path;
import java.util.Properties;

/// The embedded broker's configuration: one KRaft node on loopback, made for a short start and little memory.
final class BrokerProperties {

    static final String HOST = "127.0.0.1";
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /// The largest record batch that the broker takes.
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    private BrokerProperties() {}

    static Properties of(Path logs, int port, int controllerPort) {
        Properties properties = new Properties();
        node(properties, logs, port, controllerPort);
        singleReplica(properties);
        quickStart(properties);
        smallFootprint(properties);
        retention(properties);
        groups(properties);
        return properties;
    }

    private static void node(Properties p, Path logs, int port, int controllerPort) {
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
        p.put("controller.listener.names", CONTROLLER_LISTENER);
        p.put("inter.broker.listener.name", "PLAINTEXT");
        p.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", logs.toString());
        // For producers such as kcat and Kafka's console tools; our own clients never ask for it, so that a mistyped
        // topic is missing and not empty.
        p.put("auto.create.topics.enable", "true");
        p.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    }

    private static void singleReplica(Properties p) {
        p.put("default.replication.factor", "1");
        p.put("num.partitions", "1");
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            p.put(topic + ".replication.factor", "1");
            p.put(topic + ".num.partitions", "1");
        }
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
    }

    /// After a kill the controller waits for the dead broker's session to end before it admits the new one, so the
    /// session is short. A pause of this process that outlasts it fences the broker until its next heartbeat, which
    /// clients see as a moment without a leader. Controlled shutdown stays on: without it a clean stop costs the
    /// same wait.
    private static void quickStart(Properties p) {
        p.put("broker.session.timeout.ms", "1000");
        p.put("broker.heartbeat.interval.ms", "200");
    }

    private static void smallFootprint(Properties p) {
        p.put("num.network.threads", "1");
        p.put("num.io.threads", "2");
        p.put("background.threads", "2");
        p.put("group.coordinator.threads", "1");
        p.put("share.coordinator.threads", "1");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        p.put("log.cleaner.io.buffer.size", Integer.toString(256 * 1024));
        // Index files are mapped into memory at this size while a segment is written.
        p.put("log.index.size.max.bytes", Integer.toString(2 * 1024 * 1024));
        // Every table has a consumer or two; the default of 1,000 sessions would do for a few hundred.
        p.put("max.incremental.fetch.session.cache.slots", "5000");
        p.put("metric.reporters", "");
    }

    /// A table must be able to load again from its topic's start, so nothing is deleted unless a topic says so with
    /// its own `retention.ms`. Segments are small enough for compaction to reach them soon.
    private static void retention(Properties p) {
        p.put("log.retention.ms", "-1");
        p.put("log.retention.bytes", "-1");
        p.put("log.segment.bytes", Integer.toString(128 * 1024 * 1024));
        p.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
        p.put("transactional.id.expiration.ms", Integer.toString(Integer.MAX_VALUE));
    }

    private static void groups(Properties p) {
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("group.streams.initial.rebalance.delay.ms", "0");
        p.put("group.min.session.timeout.ms", "1000");
    }
}

package io.alluvium.app;

import io.alluvium.broker.DataDirectoryLock;
import io.alluvium.broker.EmbeddedBroker;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableStatus;
import io.alluvium.config.ServiceConfig;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.Meters;
import io.alluvium.query.QueryEngine;
import io.alluvium.query.QueryLimits;
import io.alluvium.query.ResultCursor;
import io.alluvium.serve.FunctionEntry;
import io.alluvium.serve.Queries;
import io.alluvium.serve.Session;
import io.alluvium.serve.http.HttpLimits;
import io.alluvium.serve.http.HttpServer;
import io.alluvium.serve.http.HttpServices;
import io.alluvium.source.file.FileSource;
import io.alluvium.source.jdbc.JdbcSource;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaFaults;
import io.alluvium.sql.AlluviumOperators;
import io.alluvium.sql.Definitions;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.rocksdb.RocksTables;
import io.alluvium.topology.MemoryLimits;
import io.alluvium.topology.SnapshotSettings;
import io.alluvium.topology.StreamsSettings;
import io.alluvium.topology.TableContext;
import io.alluvium.topology.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Alluvium, running: builds every part in order, owns them, and stops them in the reverse order.
final class Service implements RunningService {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final ServiceLauncher.Startup startup;
    private final ServiceConfig config;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> notices = new ArrayList<>();
    private volatile @Nullable AlluviumException fault;
    private @Nullable Tables tables;
    private String url = "";

    private record Part(String name, AutoCloseable closing) {}

    private Service(ServiceLauncher.Startup startup, ServiceConfig config) {
        this.startup = startup;
        this.config = config;
    }

    /// Returns when requests are answered; the tables may still be loading. Nothing is left running after a
    /// failure.
    static Service start(ServiceLauncher.Startup startup, Map<String, String> environment) {
        var service = new Service(startup, ServiceConfig.load(startup.config(), environment));
        try {
            service.start(environment);
            return service;
        } catch (RuntimeException e) {
            service.close();
            throw service.reason(e);
        }
    }

    /// A broker that has failed is the reason of whatever came of it.
    private RuntimeException reason(RuntimeException failure) {
        AlluviumException first = fault;
        if (first == null || first == failure) {
            return failure;
        }
        first.addSuppressed(failure);
        return first;
    }

    private void start(Map<String, String> environment) {
        warmUpQueries();
        Definitions definitions = Definitions.read(
                startup.config().resolve("tables"),
                Wiring.variables(environment, startup.config(), startup.data()),
                config::explicit);
        var meters = new Meters();
        own("meters", meters);
        KafkaCluster cluster = connect();
        if (startup.demo()) {
            var generator = new DemoGenerator(cluster, startup.data().resolve("files"));
            own("demo", generator);
            generator.start();
        }
        Tables started = tables(cluster, meters);
        tables = started;
        var engine = new QueryEngine(started.waiting(), meters, QueryLimits.defaults());
        own("queries", engine);
        started.countMemory(engine::bytes);
        var session =
                new Session(StatementParser::parse, queries(engine), started, config::settings, Service::functions);
        started.start(definitions.tables());
        tellUnused();
        HttpServer http = HttpServer.start(
                config.http().host(),
                config.http().port(),
                new HttpServices(session, started, started, config::settings, meters),
                HttpLimits.defaults());
        own("HTTP", http);
        url = "http://"
                + (config.http().host().contains(":")
                        ? "[" + config.http().host() + "]"
                        : config.http().host()) + ":" + http.port();
        if (startup.demo()) {
            tellDemo();
        }
        for (Definitions.Problem problem : definitions.problems()) {
            LOG.error("a definition is left out: {}", problem.text());
        }
    }

    /// Plans and runs some statements without tables beside the start of the rest, because the first statement of a
    /// process takes a second to plan.
    private static void warmUpQueries() {
        Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            try (var meters = new Meters();
                    var engine = new QueryEngine(new NoTables(), meters, QueryLimits.defaults())) {
                engine.warmUp();
            }
        });
    }

    private static final class NoTables implements TableDirectory {
        @Override
        public Optional<TableHandle> find(TableName name) {
            return Optional.empty();
        }

        @Override
        public List<TableName> names() {
            return List.of();
        }

        @Override
        public long version() {
            return 0;
        }
    }

    private KafkaCluster connect() {
        ServiceConfig.Kafka kafka = config.kafka();
        String bootstrap;
        if (kafka.isEmbedded()) {
            EmbeddedBroker broker = EmbeddedBroker.start(startup.data(), kafka.embeddedPort(), this::brokerFailed);
            own("embedded broker", broker);
            bootstrap = broker.bootstrapServers();
            notices.add("Kafka (embedded) is at " + bootstrap);
        } else {
            own("data directory", DataDirectoryLock.acquire(startup.data()));
            bootstrap = kafka.bootstrapServers().orElseThrow();
        }
        var properties = new HashMap<String, Object>(kafka.properties());
        properties.put("bootstrap.servers", bootstrap);
        var cluster = new KafkaCluster(
                properties,
                new KafkaFaults(new KafkaFaults.Connection(
                        bootstrap, kafka.properties(), kafka.partitions(), kafka.replicationFactor())));
        own("Kafka clients", cluster);
        return cluster;
    }

    private void brokerFailed(AlluviumException reason) {
        fault = reason;
        end.countDown();
    }

    private Tables tables(KafkaCluster cluster, Meters meters) {
        var streams = new StreamsSettings(
                cluster.clientProperties(),
                config.cluster(),
                instance(),
                startup.data().resolve("streams"),
                config.kafka().partitions(),
                config.kafka().replicationFactor());
        InstantSource clock = InstantSource.system();
        var rocks = new RocksTables(
                startup.data().resolve("rocksdb"), config.memory().rocksdbCacheBytes(), clock);
        own("tables on disk", rocks);
        var made = new Tables(
                new TableContext(
                        cluster,
                        streams,
                        new SnapshotSettings(
                                config.snapshots().enabled(),
                                startup.data().resolve("snapshots"),
                                config.snapshots().interval(),
                                config.snapshots().maxBytesPerSecond()),
                        (source, definition, options) -> switch (source) {
                            case SourceDefinition.Files files ->
                                FileSource.of(
                                        files,
                                        definition,
                                        options,
                                        config.files().roots(),
                                        meters);
                            case SourceDefinition.Jdbc jdbc ->
                                JdbcSource.of(
                                        jdbc,
                                        definition,
                                        options,
                                        config.files().roots());
                        },
                        rocks,
                        config::explicit,
                        config.tables().max(),
                        new MemoryLimits(
                                config.memory().limitBytes(),
                                config.memory().viewBytes(),
                                config.memory().viewWarnAfter()),
                        meters,
                        clock,
                        RandomGenerator.getDefault()),
                Service::definition);
        own("tables", made);
        return made;
    }

    private static Statement.CreateTable definition(String sql) {
        if (StatementParser.parse(sql) instanceof Statement.CreateTable create) {
            return create;
        }
        throw new AlluviumException(ErrorCode.INTERNAL, "what was kept as a definition is none: " + sql);
    }

    /// What tells this process from others that serve the same cluster; kept with the data, so that a restart is
    /// known for what it is.
    private String instance() {
        Path file = startup.data().resolve("instance");
        try {
            if (!Files.exists(file)) {
                Path written = Files.writeString(
                        file.resolveSibling("instance.new"), UUID.randomUUID().toString());
                Files.move(written, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "cannot read or write " + file,
                    "Name a directory with --data that the user who runs the service can write.",
                    e);
        }
    }

    private static Queries queries(QueryEngine engine) {
        return new Queries() {
            @Override
            public ResultCursor execute(Statement.Query query, List<@Nullable Object> params) {
                return engine.execute(query, params);
            }

            @Override
            public ResultCursor explain(Statement.Explain explain, List<@Nullable Object> params) {
                return engine.explain(explain, params);
            }
        };
    }

    private static List<FunctionEntry> functions() {
        return AlluviumOperators.functions().stream()
                .map(f -> new FunctionEntry(f.name(), f.kind(), f.signature()))
                .toList();
    }

    private void tellDemo() {
        notices.add("the console is at " + url);
        notices.add("""
                try in another terminal:
                  curl %1$s/api/tables/orders/rows/o-1
                  ./alluvium sql --url %1$s -c "SELECT * FROM orders_by_status ORDER BY status"
                  curl %1$s/api/tables/shipments""".formatted(url));
    }

    private void tellUnused() {
        for (String key : List.of("alluvium.pg.host", "alluvium.pg.port")) {
            if (config.explicit(key).isPresent()) {
                LOG.warn("{} is set and has no effect: this version does not speak the PostgreSQL protocol", key);
            }
        }
    }

    private void own(String name, AutoCloseable part) {
        parts.push(new Part(name, part));
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public List<String> notices() {
        return List.copyOf(notices);
    }

    @Override
    public List<TableStatus> tables() {
        return tables == null ? List.of() : tables.tables();
    }

    @Override
    public Optional<AlluviumException> awaitEnd() throws InterruptedException {
        end.await();
        return Optional.ofNullable(fault);
    }

    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closing.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", part.name, e);
            }
        }
        end.countDown();
    }
}

package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.KeyFormat;
import io.alluvium.format.ValueFormat;
import io.alluvium.retry.Retrier;
import io.alluvium.retry.WaitingSource;
import io.alluvium.source.ExternalSource;
import io.alluvium.source.SourceRetry;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.sql.Statement.CreateTable;
import io.alluvium.sql.SystemColumn;
import io.alluvium.sql.TablePlan;
import io.alluvium.sql.TablePlanner;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a definition whose source is there into a running [Generation]: finds the feed and its columns, plans,
/// makes the topics of our own, and starts loader, job and table application. Used by the table's thread.
///
/// In this order: what is kept from one generation to the next; the feed of each kind of source; what a plan makes of
/// it, with its job and the job's place; the table's own application; what an unfinished start leaves.
final class GenerationBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(GenerationBuilder.class);
    private static final String RATE_LIMIT = "load.rate.limit";
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final CreateTable create;
    private final TableDefinition definition;
    private final EffectiveOptions options;
    private final TableContext context;
    private final KafkaCluster cluster;
    private final PositionTopic positions;
    private final LoaderGroup loaders;
    private final TableIndexes indexes;
    private final BadRecordCount badCount;
    private final LeftOutFields leftOut;
    private final MemoryGuard memory;
    private final TopicWatch topics;
    private final Snapshots snapshots;
    private final LoadNumber load;
    private final FirstTopic firstTopic;
    private final TopicSchemas schemas;
    private final Consumer<Throwable> onFailure;

    /// What the latest generation uses, and what others use that were begun since the one that is served.
    private final Set<String> ownNames = ConcurrentHashMap.newKeySet();
    private final Set<String> latestNames = ConcurrentHashMap.newKeySet();
    /// What the latest generation is made from.
    private volatile @Nullable Topic madeFrom;
    /// By input topic what it was loaded from.
    private final Map<String, ExternalSource> loaded = new ConcurrentHashMap<>();
    private @Nullable ExternalSource external;
    private ExternalSource.@Nullable Discovery discovery;
    private @Nullable LoaderRun loader;
    private @Nullable Job job;
    private @Nullable Topic jobSource;
    private @Nullable JobPlace jobPlace;
    private @Nullable TableApplication application;
    private @Nullable TableStorage storage;
    private @Nullable TableSnapshots opened;
    private BadRecords bad;
    private Names names;
    private volatile @Nullable KnownColumns known;
    private volatile @Nullable Throwable jobFailure;

    GenerationBuilder(
            CreateTable create,
            EffectiveOptions options,
            TableContext context,
            LiveTable.Shared shared,
            TableIndexes indexes,
            BadRecordCount badCount,
            LeftOutFields leftOut,
            Consumer<Throwable> onFailure) {
        this.create = create;
        this.definition = create.definition();
        this.options = options;
        this.context = context;
        this.cluster = context.cluster();
        this.positions = shared.positions();
        this.loaders = shared.loaders();
        this.indexes = indexes;
        this.badCount = badCount;
        this.leftOut = leftOut;
        this.memory = shared.memory();
        this.topics = shared.topics();
        this.snapshots = shared.snapshots();
        this.load = new LoadNumber(positions, definition.name());
        this.firstTopic = new FirstTopic(positions, definition.name());
        this.names = new Names(context.streams().prefix(), definition.name());
        this.schemas = new TopicSchemas(options, context);
        this.onFailure = onFailure;
        this.bad = new BadRecords(badCount, null);
    }

    boolean isMadeFrom(Topic topic) {
        return topic.equals(madeFrom);
    }

    /// The topics that it reads.
    Set<String> reads() {
        Topic topic = madeFrom;
        return topic == null ? Set.of() : Set.of(topic.name());
    }

    /// The topics and groups that generations use, but for those whose place another one has taken.
    Set<String> ownNames() {
        return Set.copyOf(ownNames);
    }

    /// Is called before a generation is built: what former ones used is in use no longer once it is LIVE.
    void begin() {
        names = new Names(context.streams().prefix(), definition.name(), load.read());
        latestNames.clear();
    }

    /// Lets the next generation have topics of its own, so that it is loaded from the start.
    void loadAnew() {
        load.next();
    }

    /// Has the next start of the table use what the latest generation uses.
    void keepNames() {
        load.keep();
        firstTopic.keep();
        ownNames.retainAll(latestNames);
    }

    /// Has sources remove what was made there for topics that are not filled any more. Does not wait for them.
    ///
    /// @param all for the latest generation's topic, too
    void forgetSources(boolean all) {
        for (Map.Entry<String, ExternalSource> source : List.copyOf(loaded.entrySet())) {
            if (all || !ownNames.contains(source.getKey())) {
                loaded.remove(source.getKey());
                Thread.ofVirtual().name("forget-" + definition.name()).start(() -> {
                    try {
                        source.getValue().forget(source.getKey());
                    } catch (AlluviumException e) {
                        LOG.warn(
                                "table={} what was made in its source could not be removed: {}",
                                definition.name(),
                                e.getMessage());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }
    }

    /// The user's own topic, read in place.
    Upstream topicFeed(SourceDefinition.KafkaTopic source) {
        var system = SystemColumns.of(SystemColumn.namedIn(create.query(), definition.declared()));
        TopicFeed found = TopicFeed.find(source.topic(), definition, system, options, cluster, positions, schemas);
        known = found.known();
        if (options.text("topic.recreated").equals("fail")) {
            firstTopic.check(found.feed().topic());
        }
        return new Upstream(found.feed(), List.of());
    }

    /// The input topic that the source is loaded into.
    Upstream externalFeed(SourceDefinition.External external) {
        ExternalSource source = open(external);
        ExternalSource.Discovery found = source.discover();
        List<String> keyTypes = found.key().stream()
                .map(name -> name + " "
                        + found.schema().column(found.schema().indexOf(name)).type())
                .toList();
        String topicName = names.inputTopic(definition.sql() + keyTypes);
        Topic topic = ensureOwn(topicName);
        boolean open = definition.declared().isEmpty();
        int most = KnownColumns.most(external, options, found.schema());
        Schema schema = open ? known(topic, found.schema(), most) : Feed.withMisfits(found.schema(), options);
        this.external = source;
        loaded.put(topicName, source);
        discovery = new ExternalSource.Discovery(open ? schema : found.schema(), found.key(), found.keyRule());
        KeyFormat keys = schema.size() > 0 && schema.column(0).name().equals(Feed.KEY_COLUMN)
                ? new KeyFormat.Text()
                : new KeyFormat.InValues();
        return new Upstream(
                new Feed(
                        topic,
                        new ValueFormat.Json(),
                        keys,
                        SystemColumns.NONE,
                        schema,
                        open,
                        most,
                        found.key(),
                        found.keyRule()),
                List.of());
    }

    private ExternalSource open(SourceDefinition.External external) {
        return switch (external) {
            case SourceDefinition.Single single -> context.sources().open(single, definition, options);
            case SourceDefinition.History history ->
                new HistorySource(
                        definition.name(),
                        context.sources().open(history.first(), definition, options),
                        () -> TopicFeed.find(
                                        history.then().topic(),
                                        definition,
                                        SystemColumns.NONE,
                                        options,
                                        cluster,
                                        positions,
                                        schemas)
                                .feed(),
                        options,
                        !definition.declared().isEmpty(),
                        cluster);
        };
    }

    /// The columns of an input topic: those that are known from before with the types that they had, then those
    /// that are new, as many as there may be.
    private Schema known(Topic topic, Schema found, int most) {
        var columns = new KnownColumns(positions, definition.name(), topic);
        known = columns;
        Schema before = columns.read().orElse(Schema.of());
        return columns.add(new Schema(found.columns().stream()
                .filter(column -> before.indexOf(column.name()) < 0)
                .limit(Math.max(0, most - before.size()))
                .toList()));
    }

    /// The parent's feed with the wider columns that a job over it has asked for.
    private Upstream withOutgrown(Upstream given) {
        var columns =
                new KnownColumns(positions, definition.name(), given.feed().topic());
        known = columns;
        Schema schema = given.feed().schema();
        for (Column wider : columns.read().orElse(Schema.of()).columns()) {
            if (schema.indexOf(wider.name()) >= 0) {
                schema = KnownColumns.with(schema, wider);
            }
        }
        return new Upstream(given.feed().with(schema), given.selections());
    }

    /// Takes up what a job has outgrown, for the next one.
    void widen(OutgrownException outgrown) {
        KnownColumns columns = known;
        if (columns != null) {
            columns.add(outgrown.wider());
        }
    }

    private void use(String name) {
        ownNames.add(name);
        latestNames.add(name);
    }

    private Topic ensureOwn(String topic) {
        use(topic);
        StreamsSettings streams = context.streams();
        return cluster.ensureTopic(
                topic, streams.partitions(), streams.replicationFactor(), StreamsSettings.compactedTopic());
    }

    /// Starts to fill a generation from what the table reads.
    Generation build(Upstream given) throws InterruptedException {
        closeUnfinished();
        madeFrom = given.feed().topic();
        given.feed().awaitSchemas();
        jobSource = null;
        jobPlace = null;
        Upstream source =
                definition.sources().getFirst() instanceof SourceDefinition.OtherTable ? withOutgrown(given) : given;
        TableShape above = TableShape.of(source.feed(), source.selections());
        TablePlan plan = TablePlanner.plan(create, above.rows(), above.key(), above.keyRule(), above.hidden());
        var progress = new LoadProgress();
        bad = new BadRecords(badCount, letters(above));
        if (external != null && discovery != null) {
            startLoader(external, discovery, source.feed(), progress);
        }
        Upstream own = switch (plan) {
            case TablePlan.Selection selection -> selected(source, above, selection);
            case TablePlan.Aggregation aggregation -> new Upstream(compute(above, aggregation), List.of());
        };
        return startTable(own, progress);
    }

    /// Where bad records are set aside; null when they are counted alone. What was set aside of the same source by
    /// the same definition is there.
    private @Nullable DeadLetters letters(TableShape source) {
        if (!options.text("error.handling").equals("dead_letter")) {
            return null;
        }
        String topic = names.errorsTopic(definition.sql()
                + source.selectionsText()
                + source.feed().topic().id());
        use(topic);
        return new DeadLetters(
                definition.name(), topic, cluster, context.streams(), DeadLetterBounds.of(options), context.clock());
    }

    private void startLoader(ExternalSource source, ExternalSource.Discovery found, Feed feed, LoadProgress progress) {
        var started = new LoaderRun(
                source,
                found,
                new InputTopic(
                        definition.name(),
                        feed.topic(),
                        positions,
                        cluster,
                        context.streams(),
                        bad,
                        progress,
                        recordsPerSecond()),
                loaders,
                new Retrier(
                        SourceRetry.policy(definition.sources().getFirst(), options)
                                .unlimited(),
                        new WaitingSource(
                                definition.name(),
                                definition.sources().getFirst().optionPrefix(),
                                definition.sources().getFirst().name()),
                        context.clock(),
                        context.random(),
                        context.meters()));
        loader = started;
        started.start();
    }

    private Upstream selected(Upstream source, TableShape above, TablePlan.Selection plan) throws InterruptedException {
        if (plan.sourceKey().equals(above.key())) {
            var selections = new ArrayList<>(source.selections());
            selections.add(create);
            return new Upstream(source.feed(), selections);
        }
        if (!(definition.sources().getFirst() instanceof SourceDefinition.KafkaTopic)) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "the key " + plan.key() + " is not that of the "
                            + definition.sources().getFirst().describe() + ", which is " + above.key(),
                    "Name that key in the table over the source itself, or leave PRIMARY KEY out here.");
        }
        return new Upstream(rekeyed(source.feed(), plan.sourceKey()), List.of(create));
    }

    /// Brings the topic's records to another key, which their values have.
    private Feed rekeyed(Feed source, List<String> key) throws InterruptedException {
        var columns = new Schema(source.schema().columns().stream()
                .filter(column -> !column.name().equals(Feed.KEY_COLUMN))
                .toList());
        List<String> types = key.stream()
                .map(name -> name + " " + columns.column(columns.indexOf(name)).type())
                .toList();
        String content = "key " + types + " of " + source.topic() + ofFormat(source)
                + (source.wantsPlace() ? " with " + source.system().named() : "");
        String output = names.outputTopic(content);
        var rekeyed = new Feed(
                ensureOwn(output),
                new ValueFormat.Json(),
                new KeyFormat.InValues(),
                source.system().intoValues(),
                columns,
                source.open(),
                source.mostColumns(),
                key,
                "PRIMARY KEY");
        runJob(
                names.job(content),
                source.topic(),
                application -> new RekeyJob(
                        application,
                        source,
                        rekeyed,
                        bad,
                        context.streams(),
                        options.kafkaProperties(),
                        this::jobFailed));
        return rekeyed;
    }

    private Feed compute(TableShape above, TablePlan.Aggregation wide) throws InterruptedException {
        TableShape source = above.onlyWith(wide.contribution());
        TablePlan.Aggregation plan = (TablePlan.Aggregation)
                TablePlanner.plan(create, source.rows(), source.key(), source.keyRule(), source.hidden());
        String content = definition.sql()
                + source.selectionsText()
                + source.feed().topic()
                + ofFormat(source.feed())
                + source.records()
                + plan.schema();
        String output = names.outputTopic(content);
        Topic topic = ensureOwn(output);
        awaitLoader();
        runJob(
                names.job(content),
                source.feed().topic(),
                application -> new AggregationJob(
                        application,
                        source,
                        plan,
                        output,
                        bad,
                        context.streams(),
                        options.kafkaProperties(),
                        this::jobFailed));
        return new Feed(
                topic,
                new ValueFormat.Json(),
                new KeyFormat.InValues(),
                SystemColumns.NONE,
                plan.schema(),
                false,
                0,
                plan.key(),
                plan.keyRule());
    }

    /// What a job makes of a topic depends on its formats, too.
    private static String ofFormat(Feed feed) {
        return (feed.format() instanceof ValueFormat.Json ? "" : " as " + feed.format())
                + (feed.keys().isAsItIs() ? "" : " keys as " + feed.keys());
    }

    private void jobFailed(Throwable failure) {
        jobFailure = failure;
        onFailure.accept(failure);
    }

    /// Starts a job and waits until its output topic has everything that the source's topic holds by now.
    private void runJob(String application, Topic source, Function<String, Job> maker) throws InterruptedException {
        checkIsPresent(source);
        use(application);
        cluster.removeMember(application, context.streams().memberId());
        takePlace(new JobPlace(definition.name(), application, source, cluster, positions, context.clock()));
        Map<TopicPartition, Long> ends = cluster.reader().endsOfRecords(source);
        Job running = maker.apply(application);
        jobFailure = null;
        jobSource = source;
        job = running;
        running.start();
        topics.add(source.name());
        try {
            while (!running.isPast(ends, cluster)) {
                checkJob();
                if (topics.isReplaced(source)) {
                    throw new TopicReplacedException(source);
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
            checkIsPresent(source);
        } finally {
            topics.remove(source.name());
        }
    }

    private void takePlace(JobPlace place) {
        try {
            place.take();
            jobPlace = place;
        } catch (PlaceLostException e) {
            loadAnew();
            throw e;
        }
    }

    /// Is called now and then while the table is LIVE.
    void seen() {
        if (jobPlace != null) {
            jobPlace.seen();
        }
    }

    /// What a job keeps belongs to one topic with its partitions: it must not go on with another one. The table
    /// that this one selects from may not have noticed yet.
    private void checkIsPresent(Topic source) {
        if (!cluster.describe(source.name()).equals(source)) {
            throw new TopicReplacedException(source);
        }
    }

    private void checkJob() {
        Throwable failure = jobFailure;
        if (failure == null) {
            return;
        }
        OutgrownException.in(failure).ifPresent(outgrown -> {
            throw outgrown;
        });
        throw cluster.faults()
                .translate(failure, definition.sources().getFirst().describe(), List.of());
    }

    /// A job over an external source begins when that has been loaded.
    private void awaitLoader() throws InterruptedException {
        LoaderRun running = loader;
        while (running != null && !running.isBulkDone()) {
            Optional<AlluviumException> dead = running.dead();
            if (dead.isPresent()) {
                throw dead.get();
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private Generation startTable(Upstream own, LoadProgress progress) throws InterruptedException {
        Feed feed = own.feed();
        TableShape shape = TableShape.of(feed, own.selections());
        if (shape.keyColumns().length == 0) {
            throw new AlluviumException(
                    ErrorCode.INVALID_DEFINITION,
                    "the table " + definition.name() + " has no key",
                    "Name one: PRIMARY KEY (column) in the column list, or GROUP BY.");
        }
        String content =
                definition.sql() + shape.selectionsText() + feed.topic().id();
        // Other instances have the same table in groups of their own, whose names begin alike.
        use(names.tableApplication(content, ""));
        String application = names.tableApplication(content, context.streams().instance());
        TableStorage store = storage(application, content, shape);
        storage = store;
        indexes.check(shape.rows(), feed.open());
        indexes.fit(store);
        var live = new LiveShape(definition.name(), shape, records -> {
            evolved(records);
            indexes.fit(store);
        });
        var first = new FirstOffsets(definition, options, cluster, positions);
        Map<Integer, Long> starts = first.of(feed.topic());
        Map<TopicPartition, Long> boundary = cluster.endOffsets(feed.topic());
        new KeptRows(definition.name(), store, cluster, context.clock()).check(feed.topic(), boundary);
        var intake = new Intake(memory, store, recordsPerSecond());
        TableSnapshots written = snapshots.of(
                definition.name(),
                application,
                rowsText(shape, first.isLatest() ? starts : Map.of()),
                feed.topic().partitions(),
                store);
        opened = written;
        written.load(feed.topic(), boundary, cluster, memory);
        BadRecords badOnes = bad;
        TableFeeder feeder = new StoreFeeder(
                feed.topic().name(),
                store,
                written,
                starts,
                partition -> new RowPipeline(live, store, badOnes, leftOut, intake, partition),
                badOnes,
                onFailure);
        var from = new HashMap<Integer, Long>();
        boundary.keySet().forEach(p -> from.put(p.partition(), feeder.startOffset(p.partition())));
        var started = new TableApplication(
                application,
                feed.topic(),
                feeder,
                boundary,
                context.streams(),
                context.snapshots().withCommits(options.kafkaProperties()),
                onFailure);
        this.application = started;
        intake.leadsInto(started);
        started.start(cluster, application, context.streams());
        var generation = new Generation(
                feed, jobSource, live, store, badOnes, intake, written, started, loader, job, progress, from, boundary);
        opened = null;
        this.application = null;
        storage = null;
        loader = null;
        job = null;
        bad = new BadRecords(badCount, null);
        return generation;
    }

    private int recordsPerSecond() {
        return options.findInteger(RATE_LIMIT).orElse(0);
    }

    private TableStorage storage(String application, String content, TableShape shape) {
        return switch (options.text("table.storage")) {
            case "rocksdb" ->
                context.rocks().open(application, content, definition.name(), shape.rows(), shape.keyColumns());
            default -> new TableStore(definition.name(), shape.rows(), shape.keyColumns());
        };
    }

    private void evolved(Schema records) {
        KnownColumns columns = known;
        if (columns != null) {
            columns.addLater(records);
        }
    }

    /// What the rows of a snapshot must have been made from.
    ///
    /// @param starts where `latest` began, empty where the table has everything
    private String rowsText(TableShape shape, Map<Integer, Long> starts) {
        Feed feed = shape.feed();
        return definition.sql() + "\n" + shape.selectionsText() + "\ntopic " + feed.topic() + "\nkey " + shape.key()
                + (starts.isEmpty() ? "" : "\nfrom " + new TreeMap<>(starts))
                + (feed.open() ? "\ncolumns up to " + feed.mostColumns() : "");
    }

    /// Stops what was started for a generation that did not come about.
    void closeUnfinished() {
        if (loader != null) {
            loader.close();
            loader = null;
        }
        if (job != null) {
            job.close();
            job = null;
        }
        if (application != null) {
            application.close();
            application = null;
        }
        if (opened != null) {
            opened.discard();
            opened = null;
        }
        if (storage != null) {
            storage.close();
            storage = null;
        }
        bad.letters().ifPresent(DeadLetters::close);
        bad = new BadRecords(badCount, null);
    }
}

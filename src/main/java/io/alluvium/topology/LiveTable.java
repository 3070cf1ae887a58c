package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Schema;
import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.metrics.TableMeters;
import io.alluvium.retry.BackoffPolicy;
import io.alluvium.retry.Retrier;
import io.alluvium.retry.RetryPolicy;
import io.alluvium.retry.WaitingSource;
import io.alluvium.source.SourceRetry;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import io.alluvium.sql.Statement.CreateTable;
import io.alluvium.table.TableStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One table from its definition to its end, on a thread of its own: waits for its source, builds a [Generation],
/// waits until it is loaded, and watches it. Every way in which the state changes is in [#run] and what it calls.
///
/// Other threads read the state, ask for the status, and end it with [#close].
///
/// In this order: the life as steps, from [#run] to what a watched table can meet; how failures are kept and shown;
/// what others ask; the end.
final class LiveTable implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTable.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

    private final CreateTable create;
    private final TableDefinition definition;
    private final EffectiveOptions options;
    private final TableContext context;
    private final TopicWatch topics;
    private final ViewWatch views;
    private final Parents parents;
    private final Runnable onChange;
    private final Consumer<LiveTable> onLive;
    private final TableIndexes indexes;
    private final GenerationBuilder builder;
    private final Generations generations = new Generations();
    private final Retrier retrier;
    private volatile TableMeters meters;
    private final BadRecordCount bad;
    private final TableStorage noErrors;
    private final LeftOutFields leftOut;
    private final LagClock lag;
    private final Thread thread;

    private volatile TableStatus.Times times = TableStatus.Times.NONE;
    private volatile Condition condition = new Condition(TableState.WAITING, null);
    private volatile @Nullable Throwable applicationFailure;
    /// The records of the present generation that the metrics have.
    private long counted;
    /// When the load of the latest generation began.
    private Instant begun = Instant.EPOCH;
    /// Whether no rows are let in for want of memory.
    private boolean isStandingStill;
    private volatile boolean rebuild;
    private volatile boolean refresh;
    private volatile boolean closed;

    /// How the table is, and why it is not LIVE.
    private record Condition(TableState state, TableStatus.@Nullable Retry trouble) {}

    /// Finds the tables that this one selects from.
    interface Parents {
        Optional<LiveTable> find(TableName name);
    }

    /// What all tables use together.
    record Shared(
            PositionTopic positions,
            LoaderGroup loaders,
            TopicWatch topics,
            MemoryGuard memory,
            ViewWatch views,
            Indexes indexes,
            Snapshots snapshots) {}

    /// @param onChange is told when the set of readable tables or a schema may have changed
    /// @param onLive is told when everything is loaded, on the table's thread
    LiveTable(
            CreateTable create,
            EffectiveOptions options,
            TableContext context,
            Shared shared,
            Parents parents,
            Runnable onChange,
            Consumer<LiveTable> onLive) {
        this.create = create;
        this.definition = create.definition();
        this.options = options;
        this.context = context;
        this.lag = new LagClock(context.clock());
        this.topics = shared.topics();
        this.views = shared.views();
        this.parents = parents;
        this.onChange = onChange;
        this.onLive = onLive;
        this.meters = context.meters().table(definition.name().value());
        this.noErrors = ErrorTable.empty(definition.name());
        this.bad = new BadRecordCount(
                definition.name(), options.text("error.handling").equals("fail"), () -> meters.bad(1));
        this.leftOut = new LeftOutFields(definition.name());
        this.retrier = new Retrier(
                policy(),
                new WaitingSource(definition.name(), source().optionPrefix(), source().name()),
                context.clock(),
                context.random(),
                context.meters());
        this.indexes = new TableIndexes(definition.name(), options.indexes(), shared.indexes());
        this.builder =
                new GenerationBuilder(create, options, context, shared, indexes, bad, leftOut, this::applicationFailed);
        this.thread = Thread.ofVirtual().name("table-" + definition.name()).unstarted(this::run);
    }

    private RetryPolicy policy() {
        return source() instanceof SourceDefinition.OtherTable
                ? new RetryPolicy(
                        new BackoffPolicy.Exponential(Duration.ofMillis(500), 1.5, Duration.ofSeconds(30), 0.1),
                        Optional.empty())
                : SourceRetry.policy(source(), options);
    }

    private SourceDefinition source() {
        return definition.sources().getFirst();
    }

    void start() {
        showMeters();
        thread.start();
    }

    /// Shows the table's numbers in the metrics, again when the one that it replaces has taken the name's away.
    void showMeters() {
        meters = context.meters().table(definition.name().value());
        meters.size(generations::rows, new MemoryReport(generations::memory).parts());
        meters.snapshot(
                () -> generations.snapshot().map(TableStatus.Snapshot::bytes).orElse(0L),
                () -> generations
                        .snapshot()
                        .map(taken -> Duration.between(
                                taken.takenAt(), context.clock().instant())));
        meters.lag(() -> generations.areServed() ? OptionalLong.of(lag.lag().records()) : OptionalLong.empty());
        meters.state(Arrays.stream(TableState.values()).map(Enum::name).toList(), () -> state().name());
    }

    /// Has the table built again beside the rows that it serves, because what it selects from was replaced.
    void rebuild() {
        rebuild = true;
    }

    private void run() {
        try {
            while (!closed) {
                fill(build());
            }
        } catch (InterruptedException e) {
            LOG.debug("table={} stopped", definition.name());
        } catch (AlluviumException e) {
            if (!closed) {
                fail(e);
            }
        } catch (RuntimeException e) {
            if (closed) {
                LOG.debug("table={} stopped", definition.name(), e);
                return;
            }
            LOG.error("table={} failed", definition.name(), e);
            fail(new AlluviumException(
                    ErrorCode.INTERNAL, "the table failed: " + e, "See the log; this is a fault of Alluvium.", e));
        }
    }

    /// Loads a generation and serves it until the table has to be built again: its topic was deleted and made anew,
    /// or its application died.
    private void fill(Generation next) throws InterruptedException {
        next.topics.forEach(topic -> topics.add(topic.name()));
        try {
            if (isLoaded(next)) {
                serve(next);
                watch(next);
            }
        } finally {
            next.topics.forEach(topic -> topics.remove(topic.name()));
        }
    }

    /// Waits for the source as long as the options allow, and starts to fill a generation from it.
    private Generation build() throws InterruptedException {
        while (true) {
            try {
                builder.begin();
                Upstream source = findUpstream();
                begun = context.clock().instant();
                if (!generations.areServed()) {
                    times = new TableStatus.Times(Optional.of(begun), Optional.empty(), Optional.empty());
                    // A job takes in all that its source holds before there is a generation.
                    become(TableState.LOADING);
                    onChange.run();
                }
                Generation next = builder.build(source);
                generations.load(next);
                fitIndexes();
                onChange.run();
                return next;
            } catch (OutgrownException outgrown) {
                widen(outgrown);
            } catch (TopicReplacedException | PlaceLostException again) {
                LOG.warn("table={} {}; its load begins again", definition.name(), again.getMessage());
                builder.closeUnfinished();
                applicationFailure = null;
                Thread.sleep(WATCH_INTERVAL);
            } catch (AlluviumException failure) {
                applicationFailure = null;
                pauseOrGiveUp(failure);
            } catch (KafkaException failure) {
                // An application that cannot even be made, such as with a full disk.
                applicationFailure = null;
                pauseOrGiveUp(context.cluster().faults().translate(failure, source().describe(), List.of()));
            }
        }
    }

    /// The job has met a value that its columns do not hold: the next one has wider columns.
    private void widen(OutgrownException outgrown) {
        LOG.info("table={} is computed again: {}", definition.name(), outgrown.getMessage());
        applicationFailure = null;
        builder.widen(outgrown);
    }

    private void pauseOrGiveUp(AlluviumException failure) throws InterruptedException {
        if (Thread.interrupted()) {
            // The failure is that of a call that the end of the table has interrupted.
            throw new InterruptedException();
        }
        if (failure.code() == ErrorCode.POSITION_LOST) {
            throw failure;
        }
        switch (generations.areServed() ? stalled(failure) : waiting(failure)) {
            case Retrier.Next.Retry retry -> Thread.sleep(retry.delay());
            case Retrier.Next.GiveUp giveUp -> throw giveUp.reason();
        }
    }

    private Retrier.Next waiting(AlluviumException failure) {
        Retrier.Next next = retrier.next(failure);
        become(TableState.WAITING, retrier.status().map(Troubles::of).orElse(condition.trouble()));
        return next;
    }

    private Retrier.Next stalled(AlluviumException failure) {
        Instant now = context.clock().instant();
        Instant next = now.plus(WATCH_INTERVAL);
        become(TableState.STALLED, Troubles.again(condition.trouble(), failure, now, next));
        return new Retrier.Next.Retry(next, WATCH_INTERVAL);
    }

    private Upstream findUpstream() throws InterruptedException {
        return switch (source()) {
            case SourceDefinition.KafkaTopic topic -> builder.topicFeed(topic);
            case SourceDefinition.External external -> builder.externalFeed(external);
            case SourceDefinition.OtherTable parent -> parentFeed(parent.table());
        };
    }

    /// Waits until the table that this one selects from can be read, however long that takes.
    private Upstream parentFeed(TableName name) throws InterruptedException {
        while (true) {
            LiveTable parent = parents.find(name)
                    .orElseThrow(() -> new AlluviumException(
                            ErrorCode.UNDEFINED_TABLE,
                            "the table " + name + " that this one selects from is gone",
                            "Make it again, or replace this definition."));
            Optional<Upstream> source = parent.upstreamNow();
            if (source.isPresent()) {
                return source.get();
            }
            waitFor(parent);
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /// What those read that select from this table, with the columns of now; empty while it cannot be read.
    private Optional<Upstream> upstreamNow() {
        return generations.served().filter(serving -> state().isReadable()).map(serving -> {
            TableShape shape = serving.shape.now();
            return new Upstream(serving.feed.with(shape.records()), shape.selections());
        });
    }

    /// Whether the table that this one selects from serves another topic by now.
    private boolean isReplacedInParent() {
        return source() instanceof SourceDefinition.OtherTable(TableName parent)
                && parents.find(parent)
                        .flatMap(LiveTable::upstreamNow)
                        .filter(now -> !builder.isMadeFrom(now.feed().topic()))
                        .isPresent();
    }

    private void waitFor(LiveTable parent) {
        Instant now = context.clock().instant();
        TableStatus.Retry before = condition.trouble();
        TableStatus.Retry waiting = Troubles.waitFor(parent.name(), parent.state(), before, now, now.plus(LOOK_AGAIN));
        if (!waiting.equals(before)) {
            LOG.info("table={} {}", definition.name(), waiting.message());
            become(state(), waiting);
        }
    }

    /// Waits until everything is loaded. False when that failed and it is time to try again.
    private boolean isLoaded(Generation next) throws InterruptedException {
        counted = 0;
        try {
            while (!next.isLoaded()) {
                Optional<OutgrownException> outgrown = outgrown();
                if (outgrown.isPresent()) {
                    generations.giveUp(next);
                    widen(outgrown.get());
                    return false;
                }
                checkApplication();
                if (next.topics.stream().anyMatch(topics::isReplaced)) {
                    LOG.warn(
                            "table={} its topic was made again or has more partitions; its load begins again",
                            definition.name());
                    generations.giveUp(next);
                    applicationFailure = null;
                    return false;
                }
                countLoaded(next);
                checkSize(next);
                Optional<AlluviumException> dead = next.loader().flatMap(LoaderRun::dead);
                if (dead.isPresent()) {
                    throw dead.get();
                }
                Thread.sleep(hasMemory(next) ? LOOK_AGAIN : WATCH_INTERVAL);
            }
            countLoaded(next);
            checkSize(next);
            return true;
        } catch (AlluviumException failure) {
            applicationFailure = null;
            generations.giveUp(next);
            pauseOrGiveUp(failure);
            return false;
        }
    }

    private void checkSize(Generation next) {
        OptionalInt most = options.findInteger("load.max.rows");
        if (most.isPresent() && next.store.rows() > most.getAsInt()) {
            throw new AlluviumException(
                    ErrorCode.TOO_MANY_ROWS,
                    "the " + source().describe() + " gives the table " + name() + " more than " + most.getAsInt()
                            + " rows (load.max.rows)",
                    "Leave rows out with WHERE, or raise the option.");
        }
    }

    private Optional<OutgrownException> outgrown() {
        Throwable failure = applicationFailure;
        return failure == null ? Optional.empty() : OutgrownException.in(failure);
    }

    private void checkApplication() {
        Throwable failure = applicationFailure;
        if (failure != null) {
            throw context.cluster().faults().translate(failure, source().describe(), List.of());
        }
    }

    private void serve(Generation next) {
        next.live();
        builder.keepNames();
        retrier.succeeded();
        Optional<Generation> before = generations.serve(next);
        times = new TableStatus.Times(
                Optional.of(begun), Optional.of(context.clock().instant()), times.lastChangeAt());
        become(TableState.LIVE);
        onChange.run();
        LOG.info(
                "table={} LIVE: {} rows, {} records in {} s",
                definition.name(),
                next.store.rows(),
                next.loaded(),
                String.format(java.util.Locale.ROOT, "%.2f", next.bulkSeconds()));
        before.ifPresent(replaced -> {
            replaced.discard();
            views.retire(replaced.store);
        });
        builder.forgetSources(false);
        onLive.accept(this);
    }

    /// Returns when the table has to be built again.
    private void watch(Generation live) throws InterruptedException {
        Schema seen = live.shape.now().rows();
        while (!closed) {
            Thread.sleep(WATCH_INTERVAL);
            live.bad.expire();
            Schema now = live.shape.now().rows();
            if (!now.equals(seen)) {
                seen = now;
                onChange.run();
            }
            Optional<OutgrownException> outgrown = outgrown();
            if (outgrown.isPresent()) {
                widen(outgrown.get());
                return;
            }
            Throwable failure = applicationFailure;
            if (failure != null) {
                applicationDied(live, failure);
                return;
            }
            if (rebuild || isReplacedInParent()) {
                rebuild = false;
                return;
            }
            if (refresh) {
                refresh = false;
                builder.loadAnew();
                LOG.info("table={} is loaded again, as was asked for", definition.name());
                return;
            }
            if (!isTopicThere(live)) {
                live.close();
                return;
            }
        }
    }

    /// Stops what is left of a generation whose application has died. Its rows are served, STALLED, until another
    /// one has been filled.
    private void applicationDied(Generation live, Throwable failure) {
        AlluviumException reason = context.cluster().faults().translate(failure, source().describe(), List.of());
        if (reason.category().isRetried()) {
            LOG.warn("table={} STALLED: its application died and is started again", definition.name(), failure);
            stalled(reason);
        }
        if (PlaceLostException.isIn(failure)) {
            // Into a store of its own, also on disk.
            builder.loadAnew();
        }
        live.close();
        applicationFailure = null;
        if (!reason.category().isRetried()) {
            throw reason;
        }
    }

    /// Looks at the topic. False when it is not the one any more that the table was loaded from.
    private boolean isTopicThere(Generation live) {
        try {
            for (Topic known : live.topics) {
                Topic now = topics.now(known);
                if (!now.equals(known)) {
                    LOG.warn(
                            "table={} {} {}; it is loaded anew",
                            definition.name(),
                            known.name(),
                            now.id().equals(known.id())
                                    ? "has " + now.partitions() + " partitions now"
                                    : "was deleted and made again");
                    return false;
                }
            }
            if (isLoaderWell(live) && hasMemory(live) && state() == TableState.STALLED) {
                become(TableState.LIVE);
                LOG.info("table={} LIVE again", definition.name());
            }
            builder.seen();
            lag.set(live.lagRecords());
            countLoaded(live);
            return true;
        } catch (AlluviumException e) {
            if (state() == TableState.LIVE) {
                LOG.warn("table={} STALLED: {}", definition.name(), e.getMessage());
            }
            stalled(e);
            return e.code() != ErrorCode.TOPIC_MISSING;
        }
    }

    /// Looks whether rows are let in; while there is no memory for them, the table is STALLED.
    private boolean hasMemory(Generation generation) {
        Optional<AlluviumException> standstill = generation.standstill();
        if (standstill.isPresent()) {
            if (!isStandingStill) {
                isStandingStill = true;
                become(state());
                LOG.warn("table={} STALLED: {}", definition.name(), Troubles.text(standstill.get()));
            }
            stalled(standstill.get());
            return false;
        }
        if (isStandingStill) {
            isStandingStill = false;
            LOG.info("table={} there is memory again: it goes on", definition.name());
            if (!generations.areServed()) {
                become(TableState.LOADING);
            }
        }
        return true;
    }

    private void countLoaded(Generation generation) {
        long loaded = generation.loaded();
        long more = Math.max(0, loaded - counted);
        if (more > 0) {
            times = new TableStatus.Times(
                    times.startedAt(),
                    times.finishedAt(),
                    Optional.of(context.clock().instant()));
        }
        if (generations.areServed()) {
            meters.loadedIncremental(more);
        } else {
            meters.loadedBulk(more);
        }
        counted = loaded;
    }

    /// Looks at the loader; when it cannot read its source, the table is STALLED.
    private boolean isLoaderWell(Generation live) {
        Optional<LoaderRun> loader = live.loader();
        Optional<AlluviumException> dead = loader.flatMap(LoaderRun::dead);
        Optional<Retrier.Status> failing = loader.flatMap(LoaderRun::failing);
        if (dead.isEmpty() && failing.isEmpty()) {
            return true;
        }
        if (state() == TableState.LIVE) {
            LOG.warn(
                    "table={} STALLED: {}",
                    definition.name(),
                    dead.map(Troubles::text)
                            .or(() -> failing.map(Retrier.Status::message))
                            .orElse(""));
        }
        if (dead.isPresent()) {
            stalled(dead.get());
        } else {
            become(TableState.STALLED, Troubles.of(failing.get()));
        }
        return false;
    }

    private void applicationFailed(Throwable failure) {
        applicationFailure = failure;
    }

    private void fail(AlluviumException e) {
        LOG.warn(
                "table={} FAILED: {}{}",
                definition.name(),
                e.getMessage(),
                e.hint().map(h -> "\n" + h).orElse(""));
        become(
                TableState.FAILED,
                retrier.status()
                        .map(Troubles::of)
                        .orElseGet(() -> Troubles.end(e, context.clock().instant())));
        generations.end(Generation::release);
        generations.forget();
        onChange.run();
    }

    TableName name() {
        return definition.name();
    }

    TableDefinition definition() {
        return definition;
    }

    TableState state() {
        return condition.state();
    }

    private void become(TableState state) {
        become(state, null);
    }

    private void become(TableState state, TableStatus.@Nullable Retry trouble) {
        boolean waits = state == TableState.WAITING || state == TableState.STALLED;
        retrier.show(waits && trouble != null ? trouble.category() : null);
        condition = new Condition(state, trouble);
    }

    Optional<TableStorage> store() {
        return generations.served().map(serving -> serving.store);
    }

    /// Waits while the table is on its way to be readable, no longer than its `table.wait.timeout`.
    void awaitReadable() {
        long until = System.nanoTime() + options.duration("table.wait.timeout").toNanos();
        try {
            while (!generations.areServed()
                    && (state() == TableState.WAITING || state() == TableState.LOADING)
                    && System.nanoTime() < until) {
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The error that a query gets while the table cannot be read.
    AlluviumException notReady() {
        Condition now = condition;
        TableStatus.Retry why = now.trouble();
        return new AlluviumException(
                ErrorCode.TABLE_NOT_READY,
                "the table " + definition.name() + " is " + now.state() + (why == null ? "" : ": " + why.message()),
                why == null || why.hint().isEmpty() ? "See SHOW TABLES; ask again when it is LIVE." : why.hint());
    }

    /// What the rows take that are served, and those that are being loaded.
    long bytes() {
        return generations.bytes();
    }

    /// What [#bytes] is made of.
    TableMemory memory() {
        return generations.memory();
    }

    /// The rows that are served, and those that are being loaded.
    List<TableStorage> stores() {
        return generations.stores();
    }

    /// The rows of the table's errors.
    TableStorage errors() {
        return generations.shown().flatMap(Generation::errors).orElse(noErrors);
    }

    /// Has the source read again from its start, into another filling beside the rows that are served.
    ///
    /// @throws AlluviumException TABLE_NOT_READY while the table is not LIVE
    void refresh() {
        if (state() != TableState.LIVE) {
            throw notReady();
        }
        refresh = true;
    }

    /// The columns that an index may be over.
    ///
    /// @throws AlluviumException TABLE_NOT_READY while they are not known, FEATURE_NOT_SUPPORTED when the table
    ///     takes no indexes
    Schema columnsToIndex() {
        TableStorage store = generations.shown().orElseThrow(this::notReady).store;
        if (!store.takesIndexes()) {
            throw TableStorage.withoutIndexes(name());
        }
        return store.schema();
    }

    /// Makes and drops indexes of the rows as it was asked for meanwhile.
    void fitIndexes() {
        stores().forEach(indexes::fit);
    }

    /// Lets go of what `CREATE INDEX` made for the table that this one has replaced and this one cannot have.
    void forgetImpossibleIndexes() {
        store().ifPresent(indexes::forgetImpossible);
    }

    TableStatus status() {
        Condition how = condition;
        Generation now = generations.shown().orElse(null);
        TableShape shape = now == null ? null : now.shape.now();
        return new TableStatus(
                definition.name(),
                how.state(),
                shape == null
                        ? new TableStatus.Key(definition.primaryKey(), "not known yet")
                        : new TableStatus.Key(shape.key(), shape.keyRule()),
                shape == null ? new Schema(definition.declared()) : shape.rows(),
                definition,
                generations.rows(),
                bytes(),
                indexes.status(now == null ? null : now.store),
                now == null ? Optional.empty() : Optional.of(progress(now)),
                generations.areServed() ? Optional.of(lag.lag()) : Optional.empty(),
                times,
                Math.max(bad.total(), errors().rows()),
                Optional.ofNullable(how.trouble()),
                now == null
                        ? List.of()
                        : now.positions().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(p -> new TableStatus.PartitionPosition(p.getKey(), p.getValue()))
                                .toList(),
                options.list(),
                leftOut.note(),
                generations.snapshot(),
                Optional.empty());
    }

    private TableStatus.Progress progress(Generation now) {
        boolean live = generations.areServed();
        long loaded = now.loaded();
        long total = live ? -1 : now.total().orElse(-1);
        double rate = live ? 0 : loaded / now.bulkSeconds();
        double left = live || total < 0 || rate == 0 ? 0 : Math.max(0, total - loaded) / rate;
        return new TableStatus.Progress(
                live ? TableStatus.Phase.INCREMENTAL : TableStatus.Phase.BULK, loaded, total, rate, left);
    }

    /// Stops loading; the rows stay and are served.
    void pause() {
        stop(Generation::close);
        become(TableState.PAUSED);
    }

    /// Stops everything. The table's topics stay as they are.
    @Override
    public void close() {
        List<TableStorage> gone = stores();
        stop(Generation::release);
        gone.forEach(views::retire);
        context.meters().remove(definition.name().value());
    }

    /// As [#close] for a table whose rows nobody needs any more.
    void discard() {
        stop(Generation::discard);
        builder.forgetSources(true);
        context.meters().remove(definition.name().value());
    }

    private void stop(Consumer<Generation> end) {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        generations.end(end);
        builder.closeUnfinished();
    }

    /// What the table has in Kafka, beside the user's own topics: names, and prefixes of names.
    Set<String> ownNames() {
        return builder.ownNames();
    }

    /// The topics that it reads, its own among them.
    Set<String> reads() {
        Set<String> names = new HashSet<>(builder.reads());
        names.addAll(generations.topics());
        return names;
    }

    CreateTable create() {
        return create;
    }
}

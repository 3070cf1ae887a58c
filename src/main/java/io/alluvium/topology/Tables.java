package io.alluvium.topology;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.catalog.HeldView;
import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableService;
import io.alluvium.catalog.TableStatus;
import io.alluvium.catalog.TopicNames;
import io.alluvium.data.TableMemory;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import io.alluvium.sql.Statement;
import io.alluvium.sql.Statement.CreateTable;
import io.alluvium.sql.StatementParser;
import io.alluvium.sql.TablePlanner;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All tables of the running service: makes them from definitions, finds them for queries, replaces and drops them.
///
/// Definitions that came from a session are written to the catalog topic and are there again after a restart; those
/// of the config folder come from it alone. Changes go one after the other; reading is free.
///
/// In this order: the start; what follows when a table has become LIVE, leftovers among it; what is told of tables;
/// the statements; what queries and watchers ask; the end.
public final class Tables implements TableService, TableDirectory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private static final Duration TIDY_AGAIN = Duration.ofSeconds(5);

    private final TableContext context;
    private final Function<String, CreateTable> parser;
    private final CatalogTopic catalog;
    private final PositionTopic positions;
    private final LoaderGroup loaders;
    private final TopicWatch topics;
    private final Indexes indexes;
    private final ViewWatch views;
    private final Snapshots snapshots;
    private final LiveTable.Shared shared;
    private final Map<TableName, LiveTable> tables = new ConcurrentSkipListMap<>();
    private final Map<TableName, LiveTable> replacements = new ConcurrentSkipListMap<>();
    private final Set<TableName> expected = new HashSet<>();
    /// The tables that may have left something.
    private final Set<TableName> untidy = ConcurrentHashMap.newKeySet();
    private final AtomicLong version = new AtomicLong();
    private volatile boolean isClosed;

    /// @param parser reads a definition that the catalog topic has
    public Tables(TableContext context, Function<String, CreateTable> parser) {
        this.context = context;
        this.parser = parser;
        this.catalog = new CatalogTopic(context.cluster(), context.streams());
        this.positions = new PositionTopic(context.cluster(), context.streams());
        this.loaders = new LoaderGroup(context.cluster(), context.streams());
        this.topics = new TopicWatch(context.cluster());
        this.indexes = new Indexes(catalog);
        this.views = new ViewWatch(context.memory(), this::stores);
        this.snapshots = new Snapshots(context.snapshots(), context.clock());
        this.shared = new LiveTable.Shared(
                positions, loaders, topics, new MemoryGuard(context.memory(), this::bytes), views, indexes, snapshots);
    }

    /// Starts the tables of the config folder and those that sessions made before. Each is there before one begins,
    /// so that whichever comes first finds those that it selects from.
    public synchronized void start(List<CreateTable> fromFiles) {
        topics.start();
        views.start();
        catalog.ensure();
        positions.ensure();
        loaders.start();
        Map<TableName, String> fromSessions = catalog.read();
        catalog.readIndexes().forEach(this::knowIndex);
        expected.addAll(fromSessions.keySet());
        fromFiles.forEach(create -> expected.add(create.definition().name()));
        for (CreateTable create : fromFiles) {
            addAtStart(create.definition().name(), () -> create);
        }
        fromSessions.forEach((name, sql) -> {
            if (tables.containsKey(name)) {
                LOG.warn("table={} a definition in the config folder hides the one made at run time", name);
            } else {
                addAtStart(name, () -> parser.apply(sql));
            }
        });
        removeForgotten();
        expected.clear();
        tables.values().forEach(LiveTable::start);
        changed();
    }

    private void knowIndex(String name, String sql) {
        try {
            if (StatementParser.parse(sql) instanceof Statement.CreateIndex create) {
                indexes.know(List.of(new TableIndex(name, create.table(), create.columns(), create.kind())));
            }
        } catch (AlluviumException e) {
            LOG.error("index={} is not there: {}", name, e.getMessage());
        }
    }

    /// Deletes what is on disk of tables that there are no more.
    private void removeForgotten() {
        String prefix = context.streams().prefix();
        List<Names> present =
                expected.stream().map(name -> new Names(prefix, name)).toList();
        Predicate<String> isForgotten =
                found -> found.startsWith(prefix) && present.stream().noneMatch(names -> names.isOwn(found));
        context.rocks().remove(isForgotten);
        snapshots.delete(isForgotten);
    }

    private void addAtStart(TableName name, Supplier<CreateTable> create) {
        try {
            tables.put(name, newTable(create.get()));
        } catch (AlluviumException e) {
            LOG.error("table={} does not start: {}", name, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("table={} does not start; this is a fault of Alluvium", name, e);
        }
    }

    private void launch(CreateTable create) {
        LiveTable table = newTable(create);
        tables.put(table.name(), table);
        table.start();
        changed();
    }

    private LiveTable newTable(CreateTable parsed) {
        ErrorTable.refuseName(parsed.definition().name());
        CreateTable create = resolved(parsed);
        TablePlanner.checkSources(create.definition());
        TableDefinition definition = create.definition();
        EffectiveOptions options =
                OptionCatalog.resolve(definition.sources(), definition.options(), context.settingOf());
        checkMisfits(definition);
        return new LiveTable(
                create,
                options,
                context,
                shared,
                name -> Optional.ofNullable(tables.get(name)),
                this::changed,
                this::becameLive);
    }

    private static void checkMisfits(TableDefinition definition) {
        if (definition.declared().isEmpty()
                && "null".equals(definition.options().get("on.cast.error"))) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "\"on.cast.error\" = \"null\" needs declared columns: those that are discovered take every value",
                    "Declare them: CREATE TABLE " + definition.name() + " (column TYPE, …) AS SELECT …");
        }
    }

    /// A bare name is a table where there is one of that name, otherwise a topic.
    private CreateTable resolved(CreateTable create) {
        List<SourceDefinition> sources = new ArrayList<>();
        for (SourceDefinition source : create.definition().sources()) {
            boolean isTopic = source instanceof SourceDefinition.OtherTable(TableName table)
                    && (table.equals(create.definition().name())
                            || (!tables.containsKey(table) && !expected.contains(table)));
            sources.add(isTopic ? new SourceDefinition.KafkaTopic(topic(create, source, sources.size())) : source);
        }
        return create.withSources(sources);
    }

    private static String topic(CreateTable create, SourceDefinition source, int number) {
        try {
            return TopicNames.check(source.name());
        } catch (AlluviumException e) {
            throw e.at(StatementParser.placeOfSource(create.sql(), number));
        }
    }

    /// A table has come as far as its source: it takes the place of the one that it replaces, and what nothing uses
    /// any more goes: that of former definitions, and of former topics that this one has read until now.
    private void becameLive(LiveTable table) {
        Thread.ofVirtual().start(() -> {
            synchronized (this) {
                if (replacements.remove(table.name(), table)) {
                    LiveTable before = tables.put(table.name(), table);
                    changed();
                    if (before != null) {
                        before.discard();
                        table.showMeters();
                    }
                    remember(table);
                    table.forgetImpossibleIndexes();
                    rebuildDependants(table.name());
                }
                if (tables.get(table.name()) == table) {
                    untidy.add(table.name());
                }
            }
            tidy();
        });
    }

    /// Removes what is left of tables and used no longer; tries again while Kafka does not answer.
    private void tidy() {
        try {
            while (!isClosed && !untidy.stream().allMatch(this::removeLeftovers)) {
                Thread.sleep(TIDY_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Stream<LiveTable> everyTable() {
        return Stream.concat(tables.values().stream(), replacements.values().stream());
    }

    /// Those that select from a table that was replaced read it through its new definition from now on.
    private void rebuildDependants(TableName name) {
        for (TableName dependant : dependants(name).reversed()) {
            known(dependant).rebuild();
        }
    }

    private void remember(LiveTable table) {
        if (!table.definition().origin().isFile()) {
            catalog.put(table.name(), table.definition().sql());
        }
    }

    /// Deletes the topics, groups and local state of a table that are used no longer, neither by itself nor by
    /// those that select from it.
    ///
    /// @return false when it is worth another try, as Kafka could not be asked
    private synchronized boolean removeLeftovers(TableName name) {
        var names = new Names(context.streams().prefix(), name);
        try {
            List<String> groups = context.cluster().groupsWithPrefix(names.base());
            List<String> topics = context.cluster().topicsWithPrefix(names.base());
            // What is made from here on is not in these lists.
            Set<String> used = new HashSet<>();
            Set<String> read = new HashSet<>();
            everyTable().forEach(table -> {
                if (table.name().equals(name)) {
                    used.addAll(table.ownNames());
                } else {
                    read.addAll(table.reads());
                }
            });
            Predicate<String> isFormer =
                    found -> names.isOwn(found) && used.stream().noneMatch(found::startsWith);
            Predicate<String> isLeft = isFormer.and(found -> !read.contains(found));
            groups.stream().filter(isLeft).forEach(context.cluster()::deleteGroup);
            context.cluster().deleteTopics(topics.stream().filter(isLeft).toList());
            context.streams().removeState(isLeft);
            context.rocks().remove(isLeft);
            snapshots.delete(isLeft);
            if (topics.stream().filter(isFormer).noneMatch(read::contains)) {
                untidy.remove(name);
            }
            return true;
        } catch (AlluviumException e) {
            LOG.warn("table={} something of it is left in Kafka: {}", name, e.getMessage());
            return !e.category().isRetried();
        }
    }

    private void changed() {
        version.incrementAndGet();
    }

    @Override
    public List<TableStatus> tables() {
        return tables.values().stream()
                .flatMap(table -> Stream.concat(Stream.of(status(table)), errorsOf(table)))
                .toList();
    }

    /// The table of a table's errors, where there are some.
    private static Stream<TableStatus> errorsOf(LiveTable table) {
        return table.errors().rows() == 0
                ? Stream.empty()
                : Stream.of(ErrorTable.status(table.definition(), table.errors()));
    }

    /// Counts what queries take towards `alluvium.memory.limit`, too.
    public void countMemory(LongSupplier ofQueries) {
        shared.memory().count(ofQueries);
    }

    @Override
    public Optional<TableMemory> memory(TableName name) {
        return Optional.ofNullable(tables.get(name)).map(LiveTable::memory);
    }

    @Override
    public List<HeldView> views(TableName name) {
        LiveTable table = tables.get(name);
        return table == null
                ? List.of()
                : ViewWatch.shown(table.stores(), context.clock().instant());
    }

    @Override
    public Optional<TableStatus> table(TableName name) {
        return Optional.ofNullable(tables.get(name))
                .map(this::status)
                .or(() -> withErrors(name).map(owner -> ErrorTable.status(owner.definition(), owner.errors())));
    }

    /// The table whose errors a name means.
    private Optional<LiveTable> withErrors(TableName name) {
        return ErrorTable.owner(name).map(tables::get);
    }

    private TableStatus status(LiveTable table) {
        TableStatus status = table.status();
        LiveTable replacement = replacements.get(table.name());
        if (replacement == null) {
            return status;
        }
        TableStatus next = replacement.status();
        return status.with(new TableStatus.Replacement(next.state(), next.progress(), next.retry()));
    }

    @Override
    public synchronized void create(TableDefinition definition, boolean replace) {
        TableName name = definition.name();
        CreateTable create = parser.apply(definition.sql());
        if (!"rocksdb".equals(definition.options().get("table.storage"))) {
            shared.memory().check(name);
        }
        LiveTable present = tables.get(name);
        if (present == null) {
            checkRoom();
            launch(create);
            remember(known(name));
            return;
        }
        if (!replace) {
            throw new AlluviumException(
                    ErrorCode.DUPLICATE_TABLE,
                    "the table " + name + " exists already",
                    "CREATE OR REPLACE TABLE replaces it, CREATE TABLE IF NOT EXISTS leaves it as it is.");
        }
        if (present.definition().sql().equals(definition.sql())) {
            return;
        }
        LiveTable next = newTable(create);
        checkCircle(next.definition());
        LiveTable given = replacements.put(name, next);
        if (given != null) {
            given.close();
        }
        next.start();
    }

    /// A replacement must not select from what selects from the table.
    private void checkCircle(TableDefinition definition) {
        List<TableName> dependants = dependants(definition.name());
        for (TableName parent : definition.dependsOn()) {
            if (dependants.contains(parent)) {
                throw new AlluviumException(
                        ErrorCode.DEPENDENCY_CYCLE,
                        "the definitions would go round in a circle: " + definition.name() + " → " + parent + " → … → "
                                + definition.name(),
                        "Let " + definition.name()
                                + " select from a source, or from a table that does not depend on it.");
            }
        }
    }

    private void checkRoom() {
        if (tables.size() >= context.maxTables()) {
            throw new AlluviumException(
                    ErrorCode.TOO_MANY_TABLES,
                    "there are " + tables.size() + " tables already, and alluvium.tables.max is " + context.maxTables(),
                    "Drop tables that nobody needs, or raise the setting.");
        }
    }

    @Override
    public synchronized void drop(TableName name, boolean cascade) {
        LiveTable table = tables.get(name);
        if (table == null) {
            throw undefined(name);
        }
        List<TableName> dependants = dependants(name);
        if (!dependants.isEmpty() && !cascade) {
            throw new AlluviumException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "the table " + name + " cannot be dropped: " + dependants + " select from it",
                    "DROP TABLE " + name + " CASCADE drops them too.");
        }
        for (TableName dependant : dependants) {
            if (tables.containsKey(dependant)) {
                remove(dependant);
            }
        }
        remove(name);
    }

    /// The tables that read from a table, directly or through others, those farthest away first.
    private List<TableName> dependants(TableName name) {
        Set<TableName> found = new LinkedHashSet<>();
        var open = new ArrayList<>(List.of(name));
        while (!open.isEmpty()) {
            TableName next = open.removeLast();
            for (LiveTable table : tables.values()) {
                if (table.definition().dependsOn().contains(next) && found.add(table.name())) {
                    open.add(table.name());
                }
            }
        }
        return new ArrayList<>(found).reversed();
    }

    private void remove(TableName name) {
        LiveTable table = tables.remove(name);
        changed();
        if (table == null) {
            return;
        }
        table.discard();
        LiveTable replacement = replacements.remove(name);
        if (replacement != null) {
            replacement.discard();
        }
        if (!table.definition().origin().isFile()) {
            catalog.remove(name);
        }
        indexes.removeAll(name);
        positions.remove(name);
        if (!removeLeftovers(name)) {
            untidy.add(name);
            Thread.ofVirtual().name("tidy-" + name).start(this::tidy);
        }
        LOG.info("table={} dropped", name);
    }

    @Override
    public synchronized void refresh(TableName name) {
        known(name).refresh();
    }

    @Override
    public synchronized long replayErrors(TableName name) {
        LiveTable table = known(name);
        long errors = table.errors().rows();
        if (errors > 0) {
            table.refresh();
        }
        return errors;
    }

    @Override
    public synchronized void pause(TableName name) {
        known(name).pause();
        changed();
    }

    @Override
    public synchronized void resume(TableName name) {
        LiveTable paused = known(name);
        paused.close();
        tables.remove(name);
        launch(paused.create());
    }

    @Override
    public synchronized TableIndex createIndex(
            @Nullable String name, TableName table, List<String> columns, TableIndex.Kind kind) {
        LiveTable present = known(table);
        if (name != null && tables.keySet().stream().anyMatch(t -> t.value().equals(name))) {
            throw Indexes.duplicate(name, "a table");
        }
        TableIndex made = indexes.add(name, table, columns, kind, present.columnsToIndex());
        fitIndexes(table);
        return made;
    }

    @Override
    public synchronized void dropIndex(String name) {
        fitIndexes(indexes.remove(name).table());
    }

    private void fitIndexes(TableName table) {
        for (Map<TableName, LiveTable> some : List.of(tables, replacements)) {
            LiveTable there = some.get(table);
            if (there != null) {
                there.fitIndexes();
            }
        }
        changed();
    }

    private LiveTable known(TableName name) {
        LiveTable table = tables.get(name);
        if (table == null) {
            throw undefined(name);
        }
        return table;
    }

    private AlluviumException undefined(TableName name) {
        Optional<LiveTable> owner = withErrors(name);
        if (owner.isPresent()) {
            TableName of = owner.get().name();
            return new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "the table " + name + " belongs to the table " + of + " and comes and goes with it",
                    "REPLAY ERRORS FOR TABLE " + of + " tries its records again.");
        }
        List<String> close = Nearest.to(
                name.value(), tables.keySet().stream().map(TableName::value).toList(), 3);
        return new AlluviumException(
                ErrorCode.UNDEFINED_TABLE,
                "there is no table " + name,
                (close.isEmpty() ? "" : "Did you mean " + String.join(", ", close) + "? ") + "CREATE TABLE " + name
                        + " AS SELECT * FROM kafka_topic('" + name + "') makes it from a topic.");
    }

    @Override
    public List<String> topics() {
        return context.cluster().topics();
    }

    /// What all tables take, with those that are being replaced and what views hold of those that are gone.
    private long bytes() {
        return context.rocks().bytes()
                + stores().stream().mapToLong(TableStorage::bytes).sum()
                + tables.values().stream()
                        .mapToLong(table -> table.errors().bytes())
                        .sum()
                + views.retiredBytes();
    }

    private List<TableStorage> stores() {
        return everyTable().flatMap(table -> table.stores().stream()).toList();
    }

    @Override
    public Optional<TableHandle> find(TableName name) {
        LiveTable table = tables.get(name);
        if (table == null) {
            return withErrors(name).map(LiveTable::errors);
        }
        return Optional.of(
                table.store().filter(store -> table.state().isReadable()).orElseThrow(table::notReady));
    }

    /// The same tables for whoever may block: one that is not readable yet is waited for, as its
    /// `table.wait.timeout` says.
    public TableDirectory waiting() {
        return new TableDirectory() {
            @Override
            public Optional<TableHandle> find(TableName name) {
                LiveTable table = tables.get(name);
                if (table != null) {
                    table.awaitReadable();
                }
                return Tables.this.find(name);
            }

            @Override
            public List<TableName> names() {
                return Tables.this.names();
            }

            @Override
            public long version() {
                return Tables.this.version();
            }
        };
    }

    @Override
    public List<TableName> names() {
        return tables.values().stream()
                .flatMap(table -> table.errors().rows() == 0
                        ? Stream.of(table.name())
                        : Stream.of(table.name(), ErrorTable.of(table.name())))
                .toList();
    }

    @Override
    public long version() {
        return version.get();
    }

    /// Stops every table at the same time; their topics stay.
    @Override
    public void close() {
        isClosed = true;
        List<LiveTable> all = everyTable().toList();
        loaders.close();
        topics.close();
        views.close();
        List<Thread> closing = all.stream()
                .map(table -> Thread.ofVirtual().start(table::close))
                .toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        snapshots.close();
    }
}

package io.alluvium.testkit;

import io.alluvium.catalog.TableDefinition;
import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableService;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Tables whose states and rows a test decides. Commands are recorded in [#commands].
public final class FakeTables implements TableService, TableDirectory {

    public final List<String> commands = new ArrayList<>();
    private final Map<TableName, TableStatus> statuses = new ConcurrentSkipListMap<>();
    private final Map<TableName, TableStore> stores = new ConcurrentHashMap<>();
    private final Set<String> indexes = new HashSet<>();
    private final List<String> topics = new ArrayList<>();

    public FakeTables put(TableStatus status) {
        statuses.put(status.name(), status);
        return this;
    }

    public FakeTables put(TableStatus status, TableStore store) {
        stores.put(status.name(), store);
        return put(status);
    }

    public FakeTables topic(String topic) {
        topics.add(topic);
        return this;
    }

    @Override
    public List<TableStatus> tables() {
        return List.copyOf(new TreeMap<>(statuses).values());
    }

    @Override
    public Optional<TableStatus> table(TableName name) {
        return Optional.ofNullable(statuses.get(name));
    }

    @Override
    public synchronized void create(TableDefinition definition, boolean replace) {
        if (statuses.containsKey(definition.name()) && !replace) {
            throw new AlluviumException(ErrorCode.DUPLICATE_TABLE, "table " + definition.name() + " exists already");
        }
        commands.add((replace ? "replace " : "create ") + definition.name());
    }

    @Override
    public synchronized void drop(TableName name, boolean cascade) {
        if (!statuses.containsKey(name)) {
            throw new AlluviumException(ErrorCode.UNDEFINED_TABLE, "table " + name + " does not exist");
        }
        commands.add("drop " + name + (cascade ? " cascade" : ""));
        statuses.remove(name);
        stores.remove(name);
    }

    @Override
    public synchronized void refresh(TableName name) {
        commands.add("refresh " + name);
    }

    @Override
    public synchronized long replayErrors(TableName name) {
        commands.add("replay " + name);
        return 2;
    }

    @Override
    public synchronized void pause(TableName name) {
        commands.add("pause " + name);
    }

    @Override
    public synchronized void resume(TableName name) {
        commands.add("resume " + name);
    }

    @Override
    public synchronized TableIndex createIndex(
            @Nullable String name, TableName table, List<String> columns, TableIndex.Kind kind) {
        String made = name != null ? name : TableIndex.nameFor(table, columns, indexes::contains);
        if (!indexes.add(made)) {
            throw new AlluviumException(ErrorCode.DUPLICATE_INDEX, "index " + made + " exists already");
        }
        commands.add("index " + made + " " + kind.text() + " " + table + columns);
        return new TableIndex(made, table, columns, kind);
    }

    @Override
    public synchronized void dropIndex(String name) {
        if (!indexes.remove(name)) {
            throw new AlluviumException(ErrorCode.UNDEFINED_INDEX, "index " + name + " does not exist");
        }
        commands.add("drop index " + name);
    }

    @Override
    public List<String> topics() {
        return List.copyOf(topics);
    }

    @Override
    public Optional<TableHandle> find(TableName name) {
        TableStatus status = statuses.get(name);
        if (status == null) {
            return Optional.empty();
        }
        TableStore store = stores.get(name);
        if (store == null || !status.state().isReadable()) {
            throw new AlluviumException(
                    ErrorCode.TABLE_NOT_READY, "table " + name + " is " + status.state(), "Wait until it is LIVE");
        }
        return Optional.of(store);
    }

    @Override
    public List<TableName> names() {
        return List.copyOf(statuses.keySet());
    }

    @Override
    public long version() {
        return 1;
    }
}

package io.alluvium.source.jdbc;

import io.alluvium.data.Column;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.jdbc.cdc.Change;
import io.alluvium.source.jdbc.cdc.MariaConnector;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The binary log of MariaDB. A place is `gtids`, the transactions that are covered, `file` and `pos`, where the
/// next one begins, and `columns`, a fingerprint of the table's columns.
///
/// The engine decodes rows by the columns that the table has when it starts. So a place is lost when the columns
/// are others than those that the table had there.
final class MariaLog implements ChangeLog {

    private static final int PORT = 3306;
    private static final int DENIED = 1227;
    private static final int LEAST_SERVER_ID = 100_000;
    private static final String FILE = "file";
    private static final String POS = "pos";
    private static final String GTIDS = "gtids";
    private static final String COLUMNS = "columns";

    private static final Set<String> KEY_TYPES = Set.of(
            "tinyint",
            "smallint",
            "mediumint",
            "int",
            "bigint",
            "decimal",
            "char",
            "varchar",
            "tinytext",
            "text",
            "enum",
            "date",
            "datetime",
            "timestamp",
            "varbinary");

    /// Types without which the engine cannot read a table's definition.
    private static final Set<String> UNKNOWN_TYPES = Set.of("inet4", "inet6");

    private final JdbcUrl url;
    private final JdbcTable table;
    private volatile @Nullable Target target;

    private record Target(String database, String name) {}

    private record Place(String file, long pos) {
        boolean isBehind(Place other) {
            int files = file.length() == other.file.length()
                    ? file.compareTo(other.file)
                    : Integer.compare(file.length(), other.file.length());
            return files > 0 || (files == 0 && pos > other.pos);
        }
    }

    MariaLog(JdbcUrl url, JdbcTable table) {
        this.url = url;
        this.table = table;
    }

    @Override
    public Map<String, String> begin(Connection connection) throws SQLException {
        Optional<AlluviumException> unfit = unfit(connection);
        if (unfit.isPresent()) {
            throw unfit.get();
        }
        Target found = find(connection);
        checkKey(connection, found);
        String columns = columns(connection, found);
        grants(connection);
        beginSnapshot(connection);
        try {
            Place place = place(connection);
            return Map.of(
                    GTIDS,
                    transactions(connection, place),
                    FILE,
                    place.file(),
                    POS,
                    String.valueOf(place.pos()),
                    COLUMNS,
                    columns);
        } finally {
            end(connection);
        }
    }

    /// What the server's log lacks to be followed.
    private Optional<AlluviumException> unfit(Connection connection) throws SQLException {
        Map<String, String> variables = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW GLOBAL VARIABLES WHERE Variable_name IN"
                        + " ('version', 'log_bin', 'binlog_format', 'binlog_row_image')")) {
            while (result.next()) {
                variables.put(result.getString(1), result.getString(2));
            }
        }
        if (!variables.getOrDefault("version", "").contains("MariaDB")) {
            return Optional.of(new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    url.shown() + " is not MariaDB: jdbc.mode = 'cdc' is there for PostgreSQL and MariaDB",
                    "Take \"jdbc.mode\" = 'incremental' or 'snapshot'."));
        }
        if (!"ON".equals(variables.get("log_bin"))) {
            return Optional.of(LogFaults.configuration(
                    "the log of " + url.shown() + " cannot be followed: the server writes no binary log",
                    "Write into its my.cnf, under [mariadbd]: log_bin, server_id = 1, binlog_format = ROW; then restart"
                            + " the server"));
        }
        if (!"ROW".equals(variables.get("binlog_format"))) {
            return Optional.of(LogFaults.configuration(
                    "the log of " + url.shown() + " cannot be followed: its binlog_format is "
                            + variables.get("binlog_format"),
                    "SET GLOBAL binlog_format = 'ROW'; and binlog_format = ROW in my.cnf"));
        }
        if (!"FULL".equals(variables.get("binlog_row_image"))) {
            return Optional.of(LogFaults.configuration(
                    "the log of " + url.shown() + " cannot be followed: its binlog_row_image is "
                            + variables.get("binlog_row_image"),
                    "SET GLOBAL binlog_row_image = 'FULL'; and binlog_row_image = FULL in my.cnf"));
        }
        return Optional.empty();
    }

    private Target find(Connection connection) throws SQLException {
        List<Relation.Part> parts = table.relation().parts();
        String database = parts.size() > 1 ? parts.get(parts.size() - 2).name() : connection.getCatalog();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            statement.setString(1, database);
            statement.setString(2, parts.getLast().name());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new SQLException(
                            "there is no table " + table.relation().text(), "42S02", 1146);
                }
                if (!"BASE TABLE".equals(result.getString(3))) {
                    throw new AlluviumException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "'" + table.relation().text() + "' of " + url.shown()
                                    + " is no ordinary table: its changes are not in the log",
                            "Name an ordinary table, or take another \"jdbc.mode\".");
                }
                var found = new Target(result.getString(1), result.getString(2));
                target = found;
                return found;
            }
        }
    }

    private void checkKey(Connection connection, Target found) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            statement.setString(1, found.database());
            statement.setString(2, found.name());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String column = result.getString(1);
                    if (UNKNOWN_TYPES.contains(result.getString(2))) {
                        throw new AlluviumException(
                                ErrorCode.FEATURE_NOT_SUPPORTED,
                                "'" + table.relation().text() + "' has the column '" + column + "' of the type "
                                        + result.getString(2) + ", which jdbc.mode = 'cdc' does not know",
                                "Take another \"jdbc.mode\" for this table.");
                    }
                    if (table.key().stream().map(Column::name).anyMatch(column::equalsIgnoreCase)
                            && !KEY_TYPES.contains(result.getString(2))) {
                        throw new AlluviumException(
                                ErrorCode.FEATURE_NOT_SUPPORTED,
                                "the key column '" + column + "' is of the type " + result.getString(2)
                                        + ", by which rows are not found in the log",
                                "Take another \"jdbc.mode\", or a key of numbers, text or times.");
                    }
                }
            }
        }
    }

    private static String columns(Connection connection, Target found) throws SQLException {
        var text = new StringBuilder();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION")) {
            statement.setString(1, found.database());
            statement.setString(2, found.name());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    text.append(result.getString(1))
                            .append(' ')
                            .append(result.getString(2))
                            .append(' ')
                            .append(result.getString(3))
                            .append('\n');
                }
            }
        }
        return SlotName.hash(text.toString());
    }

    /// Asks for what only those may ask for who may follow the log.
    private void grants(Connection connection) throws SQLException {
        logs(connection);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW GRANTS")) {
            while (result.next()) {
                String grant = result.getString(1).toUpperCase(Locale.ROOT);
                if (grant.contains(" ON *.* ")
                        && (grant.contains("ALL PRIVILEGES") || grant.contains("REPLICATION SLAVE"))) {
                    return;
                }
            }
        }
        throw denied(null);
    }

    private AlluviumException denied(@Nullable Throwable cause) {
        return LogFaults.denied(
                "The database " + url.shown() + " does not let the user read its log",
                cause,
                "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO '"
                        + url.properties().getProperty("user", "app") + "'@'%';");
    }

    /// The files of the log from the oldest on, each with its length.
    private SequencedMap<String, Long> logs(Connection connection) throws SQLException {
        SequencedMap<String, Long> logs = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW BINARY LOGS")) {
            while (result.next()) {
                logs.put(result.getString(1), result.getLong(2));
            }
            return logs;
        } catch (SQLException e) {
            if (e.getErrorCode() == DENIED) {
                throw denied(e);
            }
            throw e;
        }
    }

    private static void beginSnapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        }
    }

    /// The place in the log up to which the snapshot sees everything.
    private Place place(Connection connection) throws SQLException {
        Map<String, String> status = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW STATUS LIKE 'binlog_snapshot_%'")) {
            while (result.next()) {
                status.put(result.getString(1).toLowerCase(Locale.ROOT), result.getString(2));
            }
        }
        String file = status.getOrDefault("binlog_snapshot_file", "");
        if (file.isEmpty()) {
            throw LogFaults.configuration(
                    "the log of " + url.shown() + " cannot be followed: the server does not say where it stands",
                    "Use MariaDB 10.5 or later with log_bin in its my.cnf.");
        }
        return new Place(file, Long.parseLong(status.getOrDefault("binlog_snapshot_position", "0")));
    }

    private String transactions(Connection connection, Place place) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            statement.setString(1, place.file());
            statement.setLong(2, place.pos());
            try (ResultSet result = statement.executeQuery()) {
                String transactions = result.next() ? result.getString(1) : null;
                if (transactions == null || transactions.isEmpty()) {
                    throw LogFaults.configuration(
                            "the binary log of " + url.shown() + " has no transaction yet to begin behind",
                            "Change a row there, in any table, and create the table again.");
                }
                return transactions;
            }
        }
    }

    @Override
    public void check(Connection connection, Map<String, String> place) throws SQLException {
        Target found = find(connection);
        // What was written meanwhile may not be in the log; to load again says what to do.
        Optional<AlluviumException> unfit = unfit(connection);
        if (unfit.isPresent()) {
            throw LogFaults.lost(String.valueOf(unfit.get().getMessage()));
        }
        SequencedMap<String, Long> logs = logs(connection);
        Long length = logs.get(String.valueOf(place.get(FILE)));
        if (length == null || length < Long.parseLong(place.getOrDefault(POS, "0"))) {
            throw LogFaults.lost(
                    "the binary log of " + url.shown() + " no longer has " + place.get(FILE) + " " + place.get(POS));
        }
        checkTransactions(connection, logs.sequencedKeySet().getFirst(), place.getOrDefault(GTIDS, ""));
        if (!columns(connection, found).equals(place.get(COLUMNS))) {
            throw LogFaults.lost("'" + table.relation().text() + "' of " + url.shown() + " was defined anew");
        }
    }

    /// A file of the same name may be that of another log: after `RESET MASTER` the names begin anew.
    private void checkTransactions(Connection connection, String oldest, String covered) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT BINLOG_GTID_POS(?, 4), @@GLOBAL.gtid_binlog_pos")) {
            statement.setString(1, oldest);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                Map<String, Long> place = sequences(covered);
                Map<String, Long> begin = sequences(result.getString(1));
                Map<String, Long> end = sequences(result.getString(2));
                boolean isPurged = begin.entrySet().stream()
                        .anyMatch(first -> place.getOrDefault(first.getKey(), 0L) < first.getValue());
                boolean isOther = place.entrySet().stream()
                        .anyMatch(last -> end.getOrDefault(last.getKey(), 0L) < last.getValue());
                if (isPurged || isOther) {
                    throw LogFaults.lost("the binary log of " + url.shown() + " does not go on behind " + covered
                            + ": it goes from " + result.getString(1) + " to " + result.getString(2));
                }
            }
        }
    }

    /// The last transaction of each domain in a list such as `0-1-270,1-2-5`.
    private static Map<String, Long> sequences(@Nullable String transactions) {
        Map<String, Long> sequences = new HashMap<>();
        if (transactions != null && !transactions.isBlank()) {
            for (String transaction : transactions.split(",", -1)) {
                String[] parts = transaction.strip().split("-", 3);
                sequences.merge(parts[0], Long.parseLong(parts[2]), Math::max);
            }
        }
        return sequences;
    }

    @Override
    public Map<String, String> settings() {
        Endpoint server = Endpoint.of(url, PORT);
        Map<String, String> settings = new HashMap<>(server.settings());
        Target found = target;
        if (found == null) {
            throw new IllegalStateException("a log is checked before it is followed");
        }
        settings.put("connector.class", MariaConnector.class.getName());
        settings.put(
                "database.server.id",
                String.valueOf(ThreadLocalRandom.current().nextInt(LEAST_SERVER_ID, Integer.MAX_VALUE)));
        settings.put("database.ssl.mode", server.properties().getOrDefault("sslmode", "verify-full"));
        settings.put("database.include.list", Endpoint.literally(found.database()));
        settings.put(
                "table.include.list", Endpoint.literally(found.database()) + "\\." + Endpoint.literally(found.name()));
        // The columns are read from the table at each start; see the place's `columns`.
        settings.put("snapshot.mode", "recovery");
        settings.put("snapshot.locking.mode", "none");
        settings.put("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
        settings.put("schema.history.internal.store.only.captured.tables.ddl", "true");
        settings.put("schema.history.internal.skip.unparseable.ddl", "true");
        // Statements are read as they are written; see MariaStatement.
        settings.put("include.schema.changes", "false");
        // A client that connects again by itself goes on behind the transaction that it was in. The interval is what
        // the server goes by when it has nothing to send.
        settings.put("connect.keep.alive", "false");
        settings.put("connect.keep.alive.interval.ms", "10000");
        settings.put("connect.timeout.ms", "10000");
        return settings;
    }

    @Override
    public String offset(Map<String, String> place) {
        return "{\"file\":\"" + place.get(FILE) + "\",\"pos\":" + place.get(POS) + ",\"gtids\":\"" + place.get(GTIDS)
                + "\"}";
    }

    @Override
    public Map<String, String> reached(Change change, Map<String, String> before) {
        return change.place().get(FILE) instanceof String file
                        && change.place().get(POS) instanceof Long pos
                        && change.place().get(GTIDS) instanceof String gtids
                        && !gtids.isEmpty()
                ? Map.of(GTIDS, gtids, FILE, file, POS, String.valueOf(pos), COLUMNS, before.getOrDefault(COLUMNS, ""))
                : before;
    }

    @Override
    public boolean begin(Connection connection, List<Change.Row> changes) throws SQLException {
        beginSnapshot(connection);
        Place seen = place(connection);
        return changes.isEmpty() || seen.isBehind(placeIn(changes.getLast().source()));
    }

    private static Place placeIn(Map<String, Object> source) {
        return new Place(String.valueOf(source.get(FILE)), source.get(POS) instanceof Long pos ? pos : 0);
    }

    @Override
    public void end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
    }

    @Override
    public String identityHint() {
        return "SET GLOBAL binlog_row_image = 'FULL';";
    }

    @Override
    public boolean concernsTable(String database, String sql) {
        return effect(database, sql) != MariaStatement.Effect.NONE;
    }

    @Override
    public boolean replacesTable(Change.Definition definition) {
        return effect(definition.database(), definition.sql()) == MariaStatement.Effect.REPLACES;
    }

    private MariaStatement.Effect effect(String database, String sql) {
        Target found = target;
        return found == null
                ? MariaStatement.Effect.NONE
                : MariaStatement.effect(sql, database, found.database(), found.name());
    }
}

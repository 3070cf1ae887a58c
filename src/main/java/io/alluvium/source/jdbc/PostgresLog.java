package io.alluvium.source.jdbc;

import io.alluvium.data.Column;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.jdbc.cdc.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The write-ahead log of PostgreSQL, through a replication slot and a publication of the table's own. A place is
/// `lsn`, the commit up to which everything is covered, and `columns`, a fingerprint of the table's columns.
///
/// Transactions that committed after `lsn` are read again as a whole.
final class PostgresLog implements ChangeLog {

    private static final int PORT = 5432;
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final String LSN = "lsn";
    private static final String COLUMNS = "columns";

    /// Types whose values are the same text in the log and in a query.
    private static final Set<String> KEY_TYPES = Set.of(
            "int2",
            "int4",
            "int8",
            "oid",
            "numeric",
            "text",
            "varchar",
            "bpchar",
            "citext",
            "uuid",
            "bool",
            "date",
            "timestamp",
            "timestamptz",
            "bytea");

    private final JdbcUrl url;
    private final JdbcTable table;
    private final String name;
    private @Nullable Target target;

    /// The table as the catalog has it.
    ///
    /// @param identity which columns of a deleted row are in the log: `d` those of the primary key, `i` those of an
    ///     index, `f` all, `n` none
    private record Target(long id, String schema, String name, String kind, String identity) {
        String quoted() {
            return quote(schema) + "." + quote(name);
        }
    }

    /// @param name of slot and publication
    PostgresLog(JdbcUrl url, JdbcTable table, String name) {
        this.url = url;
        this.table = table;
        this.name = name;
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public Map<String, String> begin(Connection connection) throws SQLException, InterruptedException {
        connection.rollback();
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
        try {
            return make(connection);
        } finally {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
        }
    }

    private Map<String, String> make(Connection connection) throws SQLException, InterruptedException {
        String level = one(connection, "SHOW wal_level");
        if (!"logical".equals(level)) {
            throw LogFaults.configuration(
                    "the log of " + url.shown() + " cannot be followed: its wal_level is " + level,
                    "ALTER SYSTEM SET wal_level = 'logical'; then restart the server");
        }
        Target found = find(connection);
        checkKey(connection, found);
        publish(connection, found);
        drop(connection);
        String columns = columns(connection, found);
        try {
            String lsn =
                    one(connection, "SELECT lsn::text FROM pg_create_logical_replication_slot(?, 'pgoutput')", name);
            return Map.of(LSN, String.valueOf(number(String.valueOf(lsn))), COLUMNS, columns);
        } catch (SQLException e) {
            throw slotRefused(e);
        }
    }

    private AlluviumException slotRefused(SQLException e) throws SQLException {
        return switch (String.valueOf(e.getSQLState())) {
            case "42501" ->
                LogFaults.denied(
                        "The database " + url.shown() + " does not let the user make a replication slot",
                        e,
                        "ALTER ROLE " + quote(url.properties().getProperty("user", "app")) + " REPLICATION;");
            case "53400" ->
                LogFaults.configuration(
                        "All replication slots of " + url.shown() + " are in use",
                        "ALTER SYSTEM SET max_replication_slots = 20; then restart the server",
                        "See which are not needed: SELECT slot_name, active FROM pg_replication_slots;");
            default -> throw e;
        };
    }

    private Target find(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relreplident::text FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)")) {
            statement.setString(1, table.relation().text());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new SQLException(
                            "there is no table " + table.relation().text(), "42P01");
                }
                var found = new Target(
                        result.getLong(1),
                        result.getString(2),
                        result.getString(3),
                        result.getString(4),
                        result.getString(5));
                if (!found.kind().equals("r")) {
                    throw new AlluviumException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "'" + table.relation().text() + "' of " + url.shown()
                                    + " is no ordinary table: its changes are not followed by the log",
                            "Name an ordinary table, such as one partition, or take another \"jdbc.mode\".");
                }
                target = found;
                return found;
            }
        }
    }

    /// The log has to have the key of a row that is deleted, in a form that is that of the scan.
    private void checkKey(Connection connection, Target found) throws SQLException {
        Set<String> identity = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT a.attname, t.typname, t.typtype::text, EXISTS (SELECT FROM pg_index i WHERE i.indrelid ="
                        + " a.attrelid AND a.attnum = ANY(i.indkey) AND (i.indisprimary AND ? = 'd' OR i.indisreplident"
                        + " AND ? = 'i')) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                        + " WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped")) {
            statement.setString(1, found.identity());
            statement.setString(2, found.identity());
            statement.setLong(3, found.id());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String column = result.getString(1).toLowerCase(Locale.ROOT);
                    if (result.getBoolean(4) || found.identity().equals("f")) {
                        identity.add(column);
                    }
                    if (isKey(column)
                            && !KEY_TYPES.contains(result.getString(2))
                            && !result.getString(3).equals("e")) {
                        throw new AlluviumException(
                                ErrorCode.FEATURE_NOT_SUPPORTED,
                                "the key column '" + result.getString(1) + "' is of the type " + result.getString(2)
                                        + ", by which rows are not found in the log",
                                "Take another \"jdbc.mode\", or a key of numbers, text, uuid or times.");
                    }
                }
            }
        }
        if (!table.key().stream().allMatch(c -> identity.contains(c.name().toLowerCase(Locale.ROOT)))) {
            throw LogFaults.configuration(
                    "the log of " + url.shown() + " does not say which row of '"
                            + table.relation().text() + "' was deleted: its replica identity does not have the key "
                            + table.key().stream().map(Column::name).toList(),
                    identityHint());
        }
    }

    private boolean isKey(String column) {
        return table.key().stream().anyMatch(c -> c.name().equalsIgnoreCase(column));
    }

    @Override
    public String identityHint() {
        Target found = target;
        return "ALTER TABLE " + (found == null ? table.relation().text() : found.quoted()) + " REPLICA IDENTITY FULL;";
    }

    private void publish(Connection connection, Target found) throws SQLException {
        if (isPublished(connection, found)) {
            return;
        }
        String sql = "CREATE PUBLICATION " + name + " FOR TABLE " + found.quoted();
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PUBLICATION IF EXISTS " + name);
            statement.execute(sql);
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                throw LogFaults.denied(
                        "The database " + url.shown() + " does not let the user publish '"
                                + table.relation().text() + "'",
                        e,
                        "Have the table's owner run: " + sql + ";",
                        "Let the user make publications: GRANT CREATE ON DATABASE "
                                + quote(connection.getCatalog()) + " TO "
                                + quote(url.properties().getProperty("user", "app")) + "; and own the table");
            }
            throw e;
        }
    }

    private boolean isPublished(Connection connection, Target found) throws SQLException {
        return one(
                        connection,
                        "SELECT 1 FROM pg_publication_tables WHERE pubname = ? AND schemaname = ? AND tablename = ?",
                        name,
                        found.schema(),
                        found.name())
                != null;
    }

    private static String columns(Connection connection, Target found) throws SQLException {
        String text = one(
                connection,
                "SELECT md5(string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ',' ORDER BY"
                        + " attnum)) FROM pg_attribute WHERE attrelid = CAST(? AS oid) AND attnum > 0 AND NOT"
                        + " attisdropped",
                String.valueOf(found.id()));
        return found.id() + ":" + text;
    }

    @Override
    public void check(Connection connection, Map<String, String> place) throws SQLException {
        Target found = find(connection);
        if (!place.containsKey(LSN)) {
            throw LogFaults.lost("the position has no place in the log of " + url.shown());
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COALESCE(wal_status, ''), restart_lsn IS NULL FROM pg_replication_slots"
                        + " WHERE slot_name = ? AND database = current_database()")) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw LogFaults.lost("the replication slot " + name + " of " + url.shown() + " is gone");
                }
                if (result.getString(1).equals("lost") || result.getBoolean(2)) {
                    throw LogFaults.lost("the replication slot " + name + " of " + url.shown()
                            + " has lost its log (max_slot_wal_keep_size)");
                }
            }
        }
        if (!isPublished(connection, found)) {
            throw LogFaults.lost("the publication " + name + " of " + url.shown() + " has '"
                    + table.relation().text() + "' no longer");
        }
        if (!columns(connection, found).equals(place.get(COLUMNS))) {
            throw LogFaults.lost("'" + table.relation().text() + "' of " + url.shown() + " was defined anew");
        }
    }

    /// Ends a former reader of the slot, which nobody else has a use for.
    @Override
    public void takeOver(Connection connection) throws SQLException, InterruptedException {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (one(
                        connection,
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                                + " WHERE slot_name = ? AND active_pid IS NOT NULL",
                        name)
                != null) {
            if (System.currentTimeMillis() > until) {
                throw new SQLException("the replication slot " + name + " stays in use", "08006");
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private void drop(Connection connection) throws SQLException, InterruptedException {
        takeOver(connection);
        one(
                connection,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?",
                name);
    }

    @Override
    public void forget(Connection connection) throws SQLException, InterruptedException {
        connection.rollback();
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
        drop(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PUBLICATION IF EXISTS " + name);
        }
    }

    @Override
    public Map<String, String> settings() {
        Endpoint server = Endpoint.of(url, PORT);
        Map<String, String> settings = new HashMap<>(server.settings());
        Target found = target;
        if (found == null) {
            throw new IllegalStateException("a log is checked before it is followed");
        }
        settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.put("plugin.name", "pgoutput");
        settings.put(
                "database.dbname",
                server.database().isEmpty() ? server.properties().getOrDefault("user", "") : server.database());
        settings.put("slot.name", name);
        settings.put("slot.drop.on.stop", "false");
        settings.put("slot.max.retries", "3");
        settings.put("slot.retry.delay.ms", "500");
        // The driver confirms what the log has of other tables, once all of this one is confirmed.
        settings.put("lsn.flush.mode", "connector_and_driver");
        settings.put("status.update.interval.ms", "2000");
        settings.put("publication.name", name);
        settings.put("publication.autocreate.mode", "disabled");
        settings.put("snapshot.mode", "no_data");
        String relation = Endpoint.literally(found.schema()) + "\\." + Endpoint.literally(found.name());
        settings.put("table.include.list", relation);
        // The engine need not make values of the columns that nobody asks it for.
        settings.put(
                "column.include.list",
                table.key().stream()
                        .map(column -> relation + "\\." + Endpoint.literally(column.name()))
                        .collect(Collectors.joining(",")));
        for (String property : List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword")) {
            String value = server.properties().get(property);
            if (value != null) {
                settings.put("database." + property, value);
            }
        }
        return settings;
    }

    @Override
    public String offset(Map<String, String> place) {
        return "{\"lsn\":" + place.get(LSN) + ",\"ts_usec\":0}";
    }

    @Override
    public Map<String, String> reached(Change change, Map<String, String> before) {
        return change.place().get("lsn_commit") instanceof Long commit
                        && Long.compareUnsigned(commit, Long.parseLong(before.getOrDefault(LSN, "0"))) > 0
                ? Map.of(LSN, String.valueOf(commit), COLUMNS, before.getOrDefault(COLUMNS, ""))
                : before;
    }

    /// Whether no transaction of the changes is still on its way in the snapshot that the connection now reads.
    @Override
    public boolean begin(Connection connection, List<Change.Row> changes) throws SQLException {
        String[] snapshot = String.valueOf(one(connection, "SELECT txid_current_snapshot()::text"))
                .split(":", -1);
        int end = (int) Long.parseLong(snapshot[1]);
        Set<Integer> running = snapshot[2].isEmpty()
                ? Set.of()
                : List.of(snapshot[2].split(",")).stream()
                        .map(id -> (int) Long.parseLong(id))
                        .collect(Collectors.toSet());
        return changes.stream()
                .map(change -> change.source().get("txId"))
                .filter(Long.class::isInstance)
                .mapToInt(id -> ((Long) id).intValue())
                .distinct()
                .allMatch(id -> id - end < 0 && !running.contains(id));
    }

    @Override
    public void end(Connection connection) throws SQLException {
        connection.rollback();
    }

    private static @Nullable String one(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? String.valueOf(result.getString(1)) : null;
            }
        }
    }

    /// A place in the log as PostgreSQL writes it, `16/B374D848`.
    private static long number(String lsn) {
        String[] halves = lsn.split("/", 2);
        return (Long.parseLong(halves[0], 16) << 32) | Long.parseLong(halves[1], 16);
    }
}

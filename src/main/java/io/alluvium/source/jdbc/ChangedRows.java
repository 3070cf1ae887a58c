package io.alluvium.source.jdbc;

import io.alluvium.source.jdbc.cdc.Change;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// Reads rows by their keys, as they are once some changes can be seen.
final class ChangedRows {

    private static final int MOST_KEYS = 256;
    private static final long LOOK_AGAIN_MILLIS = 2;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private final Database database;
    private final JdbcTable table;
    private final ChangeLog log;
    private final String keyColumns;

    ChangedRows(Database database, JdbcTable table, ChangeLog log) {
        this.database = database;
        this.table = table;
        this.log = log;
        String columns =
                table.onlyKey().columns().stream().map(JdbcColumn::select).collect(Collectors.joining(", "));
        this.keyColumns = table.key().size() == 1 ? columns : "(" + columns + ")";
    }

    /// The rows that there are, as of one moment after the changes.
    List<Batch> read(List<Change.Row> changes, Collection<RowKeys.Key> keys) throws InterruptedException {
        return keys.isEmpty() ? List.of() : database.ask(connection -> read(connection, changes, List.copyOf(keys)));
    }

    private List<Batch> read(Connection connection, List<Change.Row> changes, List<RowKeys.Key> keys)
            throws SQLException, InterruptedException {
        while (!log.begin(connection, changes)) {
            log.end(connection);
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        var batches = new ArrayList<Batch>();
        RowEncoder encoder = table.encoder();
        for (int from = 0; from < keys.size(); from += MOST_KEYS) {
            List<RowKeys.Key> some = keys.subList(from, Math.min(keys.size(), from + MOST_KEYS));
            var batch = new Batch(0);
            try (PreparedStatement statement = database.watched(connection.prepareStatement(select(some.size())))) {
                try {
                    bind(statement, some);
                    try (ResultSet result = statement.executeQuery()) {
                        while (result.next()) {
                            encoder.encode(result, batch);
                            if (batch.isFull()) {
                                batches.add(batch);
                                batch = new Batch(0);
                            }
                        }
                    }
                } finally {
                    database.unwatch(statement);
                }
            }
            batches.add(batch);
        }
        log.end(connection);
        return batches;
    }

    private String select(int count) {
        String one = table.key().size() == 1
                ? "?"
                : "(" + String.join(", ", Collections.nCopies(table.key().size(), "?")) + ")";
        return table.select() + " WHERE " + keyColumns + " IN (" + String.join(", ", Collections.nCopies(count, one))
                + ")";
    }

    private void bind(PreparedStatement statement, List<RowKeys.Key> keys) throws SQLException {
        int index = 1;
        for (RowKeys.Key key : keys) {
            for (Object value : key.values()) {
                if (database.dialect() == Dialect.POSTGRESQL) {
                    // The server takes the type from the column, so that it uses the index.
                    statement.setObject(index, text(value), Types.OTHER);
                } else {
                    set(statement, index, value);
                }
                index++;
            }
        }
    }

    private static void set(PreparedStatement statement, int index, Object value) throws SQLException {
        switch (value) {
            case Long number -> statement.setLong(index, number);
            case Boolean flag -> statement.setInt(index, flag ? 1 : 0);
            case BigDecimal number -> statement.setBigDecimal(index, number);
            case byte[] bytes -> statement.setBytes(index, bytes);
            default -> statement.setString(index, text(value));
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case BigDecimal number -> number.toPlainString();
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case LocalDateTime stamp -> STAMP.format(stamp);
            case OffsetDateTime moment -> STAMP.format(moment.withOffsetSameInstant(ZoneOffset.UTC));
            default -> value.toString();
        };
    }
}

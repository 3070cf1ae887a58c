package io.alluvium.source.jdbc;

import io.alluvium.source.jdbc.Scan.Query;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A table cut into ranges of its key, a whole number. The first and the last range are open, so that together they
/// have every row, also one whose key was beyond the others when the ranges were made.
///
/// @param least the least key when they were made
/// @param greatest the greatest
/// @param count how many ranges there are
record KeyRanges(long least, long greatest, int count) {

    private static final long ROWS = 50_000;
    private static final int MOST = 256;

    /// The whole table.
    static final KeyRanges ONE = new KeyRanges(0, 0, 1);

    KeyRanges {
        if (count < 1 || count > MOST || least > greatest) {
            throw new IllegalArgumentException(least + "," + greatest + "," + count);
        }
    }

    /// Ranges of about equal width, at least `atLeast` of them where there are as many keys.
    ///
    /// @param key the key's column in quotes
    static KeyRanges find(Connection connection, JdbcTable table, String key, int atLeast) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT MIN(" + key + "), MAX(" + key + ")" + table.from());
                ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                return ONE;
            }
            long least = result.getLong(1);
            boolean none = result.wasNull();
            return none ? ONE : of(least, result.getLong(2), atLeast);
        }
    }

    static KeyRanges of(long least, long greatest, int atLeast) {
        BigInteger keys = keys(least, greatest);
        long wanted = Math.clamp(
                keys.divide(BigInteger.valueOf(ROWS))
                        .min(BigInteger.valueOf(MOST))
                        .longValue(),
                atLeast,
                MOST);
        return new KeyRanges(
                least, greatest, keys.min(BigInteger.valueOf(wanted)).intValue());
    }

    private static BigInteger keys(long least, long greatest) {
        return BigInteger.valueOf(greatest).subtract(BigInteger.valueOf(least)).add(BigInteger.ONE);
    }

    /// The least key of a range.
    private long from(int range) {
        return BigInteger.valueOf(least)
                .add(keys(least, greatest).multiply(BigInteger.valueOf(range)).divide(BigInteger.valueOf(count)))
                .longValue();
    }

    /// The statements that together read the table.
    ///
    /// @param key the key's column in quotes; not used when there is one range
    List<Query> queries(JdbcTable table, String key) {
        var queries = new ArrayList<Query>();
        for (int range = 0; range < count; range++) {
            var conditions = new ArrayList<String>();
            var parameters = new ArrayList<Watermark>();
            if (range > 0) {
                conditions.add(key + " >= ?");
                parameters.add(new Watermark.Whole(from(range)));
            }
            if (range < count - 1) {
                conditions.add(key + " < ?");
                parameters.add(new Watermark.Whole(from(range + 1)));
            }
            String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
            queries.add(new Query(table.select() + where, parameters));
        }
        return queries;
    }

    String text() {
        return least + "," + greatest + "," + count;
    }

    /// Reads what [#text()] wrote.
    static KeyRanges parse(String text) {
        String[] parts = text.split(",", -1);
        return new KeyRanges(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }
}

package io.alluvium.catalog;

import io.alluvium.data.ValueType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The options of a table over a database.
final class JdbcOptions {

    static final Set<String> JDBC = Set.of("jdbc");

    private static final String MODE = "jdbc.mode";
    private static final String COLUMN = "jdbc.incremental.column";
    private static final Duration LONGEST = Duration.ofHours(1);

    static final List<OptionKey> OPTIONS = List.of(
            OptionKey.unset(
                    JDBC,
                    MODE,
                    new ValueType.Choice(List.of("snapshot", "incremental", "cdc"), Map.of(), List.of()),
                    "`incremental` with `jdbc.incremental.column`, else `snapshot`",
                    "How changes are found: `snapshot` reads everything again and compares, `incremental` reads what a"
                            + " growing column says is new, `cdc` follows the log of PostgreSQL or MariaDB."),
            OptionKey.unset(
                    JDBC,
                    COLUMN,
                    new ValueType.Text("the name of a column"),
                    "none",
                    "The column that grows with each change: a time of the last change, or a number."),
            OptionKey.of(
                    JDBC,
                    "jdbc.poll.interval",
                    new ValueType.Time(Duration.ofMillis(100), LONGEST),
                    "5s",
                    "How often the database is asked for changes."),
            OptionKey.unset(
                    JDBC,
                    "jdbc.overlap",
                    new ValueType.Form(
                            Pattern.compile("[0-9]{1,18}(\\.[0-9]+)?\\s*(ms|s|m|h|d)?"),
                            "a duration such as 10s, or for a column of numbers a whole number"),
                    "`10s` for a column of times, `0` for others",
                    "How far before the last value the next look begins, so that transactions that commit late are"
                            + " not missed."),
            OptionKey.unset(
                    JDBC,
                    "jdbc.reconcile.interval",
                    new ValueType.Time(Duration.ofMillis(100), Duration.ofDays(365)),
                    "off",
                    "How often all keys are read, so that rows that were deleted go; only for `incremental`."),
            OptionKey.unset(
                    JDBC,
                    "key",
                    new ValueType.Text("column names with commas between them"),
                    "the primary key in the database",
                    "The key columns of the table, with commas between them."),
            OptionKey.unset(
                    JDBC,
                    "jdbc.user",
                    new ValueType.Text("text that is not empty"),
                    "what the URL says",
                    "The user of the database."),
            OptionKey.unset(
                    JDBC,
                    "jdbc.password",
                    new ValueType.Text("text that is not empty"),
                    "what the URL says",
                    "Its password; never shown."),
            OptionKey.of(
                    JDBC,
                    "jdbc.fetch.size",
                    new ValueType.Whole(1, 1_000_000),
                    "2000",
                    "How many rows the driver takes from the server at a time."),
            OptionKey.of(
                    JDBC,
                    "jdbc.partitions",
                    new ValueType.Whole(1, 32),
                    "1",
                    "How many connections read a table at the same time, where its key is one whole number."));

    private JdbcOptions() {}

    /// @throws AlluviumException CONFIGURATION when options contradict each other
    static void checkTogether(EffectiveOptions options) {
        String mode = options.find(MODE).orElse("");
        boolean hasColumn = options.find(COLUMN).isPresent();
        if (mode.equals("incremental") && !hasColumn) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "jdbc.mode = 'incremental' needs a column that grows with each change",
                    "Name it: \"jdbc.incremental.column\" = 'updated_at'; without one: \"jdbc.mode\" = 'snapshot'.");
        }
        if (!mode.isEmpty() && !mode.equals("incremental") && hasColumn) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "jdbc.incremental.column is given, and jdbc.mode = '" + mode + "' has no use for it",
                    "Take one of the two out.");
        }
        for (String other : List.of("jdbc.overlap", "jdbc.reconcile.interval")) {
            if (!hasColumn && options.isGiven(other)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        other + " belongs to jdbc.mode = 'incremental', and this table has no"
                                + " jdbc.incremental.column",
                        "Take it out: in the other modes every change and deletion is found anyway.");
            }
        }
    }
}

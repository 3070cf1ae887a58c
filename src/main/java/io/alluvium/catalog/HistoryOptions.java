package io.alluvium.catalog;

import io.alluvium.data.ValueType;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The options of a table whose source is followed by a topic: `… THEN kafka_topic('t')`.
final class HistoryOptions {

    private static final Set<String> HISTORY = Set.of("history");

    private static final String TIMESTAMP = "then.from.timestamp";
    private static final String OFFSET = "then.from.offset.column";
    private static final String PARTITION = "then.from.partition.column";

    static final List<OptionKey> OPTIONS = List.of(
            OptionKey.unset(
                    HISTORY,
                    TIMESTAMP,
                    new ValueType.Form(
                            Pattern.compile("[0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?"),
                            "a time such as 2026-03-01T00:00:00Z, a day, or milliseconds since 1970"),
                    "the topic's first record",
                    "From when on the topic's records are read after the history; UTC where no zone is given."),
            OptionKey.unset(
                    HISTORY,
                    OFFSET,
                    new ValueType.Text("the name of a column"),
                    "none",
                    "The column of the history that has the offset of a row's record: the topic is read after the"
                            + " greatest one."),
            OptionKey.unset(
                    HISTORY,
                    PARTITION,
                    new ValueType.Text("the name of a column"),
                    "none",
                    "The column of the history that has the partition of a row's record; needed where the topic has"
                            + " more than one."));

    private HistoryOptions() {}

    /// @throws AlluviumException CONFIGURATION when options contradict each other
    static void checkTogether(EffectiveOptions options) {
        if (options.find(TIMESTAMP).isPresent() && options.find(OFFSET).isPresent()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    TIMESTAMP + " and " + OFFSET + " both say where the topic goes on",
                    "Take one of the two out.");
        }
        if (options.find(PARTITION).isPresent() && options.find(OFFSET).isEmpty()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    PARTITION + " is given without " + OFFSET,
                    "Name the column that has the offsets, too.");
        }
    }
}

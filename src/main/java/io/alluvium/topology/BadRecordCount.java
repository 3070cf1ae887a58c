package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the records of a table that could not become rows, or with `error.handling = fail` lets the first one
/// fail the table, and says so in the log: the first ones each, later ones once for every doubling of their number.
/// Safe from any thread.
final class BadRecordCount {

    private static final Logger LOG = LoggerFactory.getLogger(BadRecordCount.class);
    private static final int SHOWN_BYTES = 200;

    private final TableName table;
    private final boolean fails;
    private final Runnable count;
    private final AtomicLong total = new AtomicLong();

    /// @param fails whether one such record is the end of the table
    /// @param count counts one in the metrics
    BadRecordCount(TableName table, boolean fails, Runnable count) {
        this.table = table;
        this.fails = fails;
        this.count = count;
    }

    long total() {
        return total.get();
    }

    /// @throws AlluviumException DATA when one such record fails the table
    void add(BadRecord bad) {
        long number = total.incrementAndGet();
        count.run();
        if (fails) {
            throw new AlluviumException(
                    ErrorCode.DATA,
                    "a record at " + bad.place() + " cannot become a row" + column(bad) + ": " + bad.reason(),
                    "Mend the source, or have such records set aside in the table " + ErrorTable.of(table)
                            + ": WITH (\"error.handling\" = \"dead_letter\"). The record is " + shown(bad.raw()));
        }
        if (number <= 3 || Long.bitCount(number) == 1) {
            LOG.warn(
                    "table={} bad record number {} at {}{}: {}; the record is left out: {}",
                    table,
                    number,
                    bad.place(),
                    column(bad),
                    bad.reason(),
                    shown(bad.raw()));
        }
    }

    private static String column(BadRecord bad) {
        return bad.column() == null ? "" : ", column " + bad.column();
    }

    private static String shown(byte @Nullable [] raw) {
        if (raw == null) {
            return "null";
        }
        String text = new String(raw, 0, Math.min(raw.length, SHOWN_BYTES), StandardCharsets.UTF_8);
        return raw.length > SHOWN_BYTES ? text + "… (" + raw.length + " bytes)" : text;
    }
}

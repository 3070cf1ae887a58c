package io.alluvium.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What is counted and shown of one table.
public final class TableMeters {

    private final Meters meters;
    private final Tags tags;
    private final Counter bulk;
    private final Counter incremental;
    private final Counter bad;

    TableMeters(Meters meters, String table) {
        this.meters = meters;
        tags = Tags.of(Meters.TABLE, table);
        bulk = meters.counter(MetricNames.TABLE_LOADED_RECORDS, tags.and("phase", "bulk"));
        incremental = meters.counter(MetricNames.TABLE_LOADED_RECORDS, tags.and("phase", "incremental"));
        bad = meters.counter(MetricNames.BAD_RECORDS, tags);
    }

    /// Shows the size of the table as it is when it is asked for.
    ///
    /// @param bytes by the part of the table
    public void size(LongSupplier rows, Map<String, LongSupplier> bytes) {
        meters.gauge(MetricNames.TABLE_ROWS, tags, rows::getAsLong);
        bytes.forEach((part, size) -> meters.gauge(MetricNames.TABLE_BYTES, tags.and("part", part), size::getAsLong));
    }

    /// Shows the lag as it is when it is asked for; empty while it is not known.
    public void lag(Supplier<OptionalLong> records) {
        meters.gauge(MetricNames.TABLE_LAG_RECORDS, tags, () -> {
            OptionalLong lag = records.get();
            return lag.isPresent() ? lag.getAsLong() : Double.NaN;
        });
    }

    /// Shows what is on disk as it is when it is asked for; the age is empty while nothing is.
    public void snapshot(LongSupplier bytes, Supplier<Optional<Duration>> age) {
        meters.gauge(MetricNames.TABLE_SNAPSHOT_BYTES, tags, bytes::getAsLong);
        meters.gauge(
                MetricNames.TABLE_SNAPSHOT_AGE,
                tags,
                () -> age.get().map(passed -> passed.toMillis() / 1e3).orElse(Double.NaN));
    }

    /// Shows the state as it is when it is asked for, one series for each of `all`.
    public void state(List<String> all, Supplier<String> current) {
        for (String state : all) {
            meters.gauge(
                    MetricNames.TABLE_STATE,
                    tags.and("state", state),
                    () -> current.get().equals(state) ? 1 : 0);
        }
    }

    public void loadedBulk(long records) {
        bulk.increment((double) records);
    }

    public void loadedIncremental(long records) {
        incremental.increment((double) records);
    }

    public void bad(long records) {
        bad.increment((double) records);
    }
}

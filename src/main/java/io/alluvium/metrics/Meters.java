package io.alluvium.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// The registry of everything that is measured, and its text for Prometheus. Safe from any thread.
public final class Meters implements AutoCloseable {

    /// The content type of [#scrape()].
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    static final String TABLE = "table";

    private static final Duration[] WAITS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10)
    };
    private static final Duration[] ANSWERS = {
        Duration.ofNanos(10_000),
        Duration.ofNanos(100_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final ConcurrentHashMap<List<String>, Timer> timers = new ConcurrentHashMap<>();
    /// Kept here because the registry holds them weakly.
    private final List<LongSupplier> counts = new CopyOnWriteArrayList<>();

    public Meters() {
        garbageCollection.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// The meters of one table that waits for its source.
    ///
    /// @param source the topic, the path or the pattern
    /// @param retriedCategories the categories whose attempts are shown as 0 before the first
    public RetryMeters retry(String table, String source, List<String> retriedCategories) {
        return new RetryMeters(this, table, source, retriedCategories);
    }

    /// The meters of one table.
    public TableMeters table(String table) {
        return new TableMeters(this, table);
    }

    /// Counts how often the directories of a table's files are listed.
    public Runnable fileListings(String table) {
        return counter(MetricNames.FILE_LISTINGS, Tags.of(TABLE, table))::increment;
    }

    /// Takes away every meter of a table that was dropped.
    public void remove(String table) {
        List<Meter> gone = registry.getMeters().stream()
                .filter(m -> table.equals(m.getId().getTag(TABLE)))
                .toList();
        gone.forEach(registry::remove);
    }

    /// Counts and times one query.
    ///
    /// @param protocol `http` or `pg`
    public void query(String protocol, boolean ok, long nanos) {
        answered(MetricNames.QUERY, "protocol", protocol, "outcome", ok ? "ok" : "error", nanos);
    }

    /// What counts a query that ended in this way.
    ///
    /// @param outcome `ok`, `error` or `canceled`
    public Runnable queries(String outcome) {
        return counter(MetricNames.QUERIES, Tags.of("outcome", outcome))::increment;
    }

    /// Shows how many queries run.
    public void runningQueries(LongSupplier running) {
        gauge(MetricNames.QUERIES_RUNNING, Tags.empty(), running::getAsLong);
    }

    /// Counts and times one HTTP request.
    ///
    /// @param route the pattern of the path, one of a bounded number
    public void httpRequest(String method, String route, int status, long nanos) {
        timers.computeIfAbsent(
                        List.of(MetricNames.HTTP_REQUESTS, method, route, Integer.toString(status)),
                        key -> timer(
                                MetricNames.HTTP_REQUESTS,
                                ANSWERS,
                                Tags.of("method", method, "route", route, "status", Integer.toString(status))))
                .record(Duration.ofNanos(nanos));
    }

    /// Shows the counts that the plan cache keeps.
    public void planCache(LongSupplier hits, LongSupplier misses, LongSupplier evictions) {
        counted(MetricNames.PLAN_CACHE_HITS, hits);
        counted(MetricNames.PLAN_CACHE_MISSES, misses);
        counted(MetricNames.PLAN_CACHE_EVICTIONS, evictions);
    }

    /// Everything in Prometheus' text format.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    Counter counter(String name, Tags tags) {
        return Counter.builder(name).tags(tags).register(registry);
    }

    Timer waits(String name, Tags tags) {
        return timer(name, WAITS, tags);
    }

    /// Shows a value from now on, instead of one that was shown under the same name and tags before.
    void gauge(String name, Tags tags, DoubleSupplier value) {
        Gauge before = registry.find(name).tags(tags).gauge();
        if (before != null) {
            registry.remove(before);
        }
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private void answered(String name, String tag1, String value1, String tag2, String value2, long nanos) {
        timers.computeIfAbsent(
                        List.of(name, value1, value2), key -> timer(name, ANSWERS, Tags.of(tag1, value1, tag2, value2)))
                .record(Duration.ofNanos(nanos));
    }

    private Timer timer(String name, Duration[] buckets, Tags tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
    }

    private void counted(String name, LongSupplier count) {
        counts.add(count);
        FunctionCounter.builder(name, count, LongSupplier::getAsLong).register(registry);
    }
}

package io.alluvium.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What is counted while one table waits for its source.
public final class RetryMeters {

    private final Meters meters;
    private final Tags tableTag;
    private final Tags tags;
    private final Counter successes;
    private final Counter timeouts;
    private final Timer delays;
    private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private volatile String waitingFor = "";

    RetryMeters(Meters meters, String table, String source, List<String> categories) {
        this.meters = meters;
        tableTag = Tags.of(Meters.TABLE, table);
        tags = tableTag.and("source", source);
        successes = meters.counter(MetricNames.RETRY_SUCCESSES, tags);
        timeouts = meters.counter(MetricNames.RETRY_TIMEOUTS, tags);
        delays = meters.waits(MetricNames.RETRY_DELAY, tags);
        categories.forEach(this::attempts);
    }

    /// An attempt failed.
    public void attempt(String category) {
        attempts(category).increment();
    }

    /// The wait before the next attempt.
    public void delay(Duration delay) {
        delays.record(delay);
    }

    /// The source is there after at least one failure.
    public void success() {
        successes.increment();
    }

    /// The wait is over without the source.
    public void timeout() {
        timeouts.increment();
    }

    /// The table waits, for this reason from now on.
    public void waiting(String category) {
        waitingFor = category;
        if (shown.add(category)) {
            meters.gauge(
                    MetricNames.SOURCE_WAITING,
                    tableTag.and("category", category),
                    () -> waitingFor.equals(category) ? 1 : 0);
        }
    }

    /// The table waits no longer.
    public void notWaiting() {
        waitingFor = "";
    }

    private Counter attempts(String category) {
        Counter known = attempts.get(category);
        return known != null
                ? known
                : attempts.computeIfAbsent(
                        category, c -> meters.counter(MetricNames.RETRY_ATTEMPTS, tags.and("category", c)));
    }
}

package io.alluvium.perf;

import io.alluvium.data.Durations;
import io.alluvium.metrics.Meters;
import io.alluvium.metrics.RetryMeters;
import io.alluvium.retry.Backoff;
import io.alluvium.retry.BackoffPolicy;
import io.alluvium.source.kafka.KafkaFaults;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does the small work of waiting for a source cost: durations that are parsed, delays between attempts,
/// metrics of attempts, exceptions that get their category? One thread.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SmallWorkBenchmark {

    static final List<String> KINDS =
            List.of("3,000 durations parsed", "1,000 delays", "2,000 metric records", "1,000 exceptions categorised");

    private static final String[] DURATIONS = {"30s", "5m", "1.5 hours", "250ms", "2.5s", "7d"};

    @Param("3,000 durations parsed")
    public String peer;

    private final BackoffPolicy policy =
            new BackoffPolicy.Exponential(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(2), 0.1);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Duration delay = Duration.ofSeconds(3);
    private final Throwable[] errors = {
        new ExecutionException(new UnknownTopicOrPartitionException("orders")),
        new TimeoutException("late", new ConnectException("refused")),
        new ExecutionException(new SaslAuthenticationException("no")),
        new IllegalStateException("what", new RuntimeException("why"))
    };
    private Meters meters;
    private RetryMeters retry;

    @Setup
    public void make() {
        meters = new Meters();
        retry = meters.retry("orders", "orders", List.of("NETWORK"));
    }

    @TearDown
    public void compare() throws Exception {
        long answer = work();
        meters.close();
        Answer.give(answer, "");
    }

    @Benchmark
    public long work() {
        return switch (KINDS.indexOf(peer)) {
            case 0 -> durations();
            case 1 -> delays();
            case 2 -> metrics();
            case 3 -> categories();
            default -> throw new IllegalArgumentException(peer);
        };
    }

    /// Each time the same texts: their sum in seconds.
    private long durations() {
        long seconds = 0;
        for (int i = 0; i < 3_000; i++) {
            seconds += Durations.parse(DURATIONS[i % DURATIONS.length]).toSeconds();
        }
        return seconds;
    }

    /// How many are within the policy.
    private long delays() {
        long within = 0;
        for (int i = 0; i < 1_000; i++) {
            long nanos = Backoff.delay(i % 20, policy, random).toNanos();
            within += nanos > 0 && nanos <= 120_000_000_000L ? 1 : 0;
        }
        return within;
    }

    private long metrics() {
        for (int i = 0; i < 1_000; i++) {
            retry.attempt("NETWORK");
            retry.delay(delay);
        }
        return 2_000;
    }

    private long categories() {
        long sum = 0;
        for (int i = 0; i < 1_000; i++) {
            sum += KafkaFaults.categoryOf(errors[i & 3]).ordinal();
        }
        return sum;
    }
}

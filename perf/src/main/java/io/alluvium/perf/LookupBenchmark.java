package io.alluvium.perf;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many look-ups by text key are there in a second, with typed access to two of the row's values? Random keys,
/// one thread. There are a million keys, because the rows of fewer would stay in the processor's cache.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class LookupBenchmark {

    static final int KEYS = 1 << 20;
    static final int LOOKUPS = 128;

    @Param("1000000")
    public int rows;

    @Param("alluvium")
    public String peer;

    private Peer table;
    private int next;

    @Setup
    public void fill() throws Exception {
        table = Peer.named(peer);
        table.insert(0, rows);
        table.keys(Orders.randomNumbers(rows, KEYS));
    }

    @TearDown
    public void compare() throws Exception {
        Answer.give(table.checksum(), "");
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long lookups() throws Exception {
        int at = next;
        next = (at + LOOKUPS) & (KEYS - 1);
        return table.pricesAndQuantities(at, LOOKUPS);
    }
}

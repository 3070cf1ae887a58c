package io.alluvium.perf;

import java.util.concurrent.TimeUnit;
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

/// How long does the sum of one INTEGER column over all rows take?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class ScanBenchmark {

    @Param("1000000")
    public int rows;

    @Param("alluvium")
    public String peer;

    private Peer table;

    @Setup
    public void fill() throws Exception {
        table = Peer.named(peer);
        table.insert(0, rows);
    }

    @TearDown
    public void compare() throws Exception {
        Answer.give(table.sumQuantity(), "");
        table.close();
    }

    @Benchmark
    public long sum() throws Exception {
        return table.sumQuantity();
    }
}

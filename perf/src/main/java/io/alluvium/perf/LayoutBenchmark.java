package io.alluvium.perf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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

/// Where shall a column's values lie: in arrays on the heap, or in memory outside of it? One column of 64-bit
/// values in chunks of 4,096, read at random places and from start to end.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx4g", "-XX:+UseCompactObjectHeaders"})
public class LayoutBenchmark {

    private static final int CHUNK_LOG2 = 12;
    private static final int CHUNK = 1 << CHUNK_LOG2;
    private static final int PLACES = 1 << 16;

    @Param({"1000000", "10000000"})
    public int rows;

    private final int[] places = new int[PLACES];
    private long[][] arrays = {};
    private MemorySegment[] segments = {};
    private final Arena arena = Arena.ofShared();

    @Setup
    public void fill() {
        int chunks = (rows + CHUNK - 1) >> CHUNK_LOG2;
        arrays = new long[chunks][CHUNK];
        segments = new MemorySegment[chunks];
        var random = new SplittableRandom(1);
        for (int c = 0; c < chunks; c++) {
            segments[c] = arena.allocate(8L * CHUNK, 64);
            for (int i = 0; i < CHUNK; i++) {
                long value = random.nextInt(1000);
                arrays[c][i] = value;
                segments[c].setAtIndex(ValueLayout.JAVA_LONG, i, value);
            }
        }
        for (int i = 0; i < PLACES; i++) {
            places[i] = random.nextInt(rows);
        }
    }

    @TearDown
    public void free() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomOnHeap() {
        long sum = 0;
        for (int place : places) {
            sum += arrays[place >>> CHUNK_LOG2][place & (CHUNK - 1)];
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(PLACES)
    public long randomOffHeap() {
        long sum = 0;
        for (int place : places) {
            sum += segments[place >>> CHUNK_LOG2].getAtIndex(ValueLayout.JAVA_LONG, place & (CHUNK - 1));
        }
        return sum;
    }

    @Benchmark
    public long scanOnHeap() {
        long sum = 0;
        for (long[] chunk : arrays) {
            for (int i = 0; i < CHUNK; i++) {
                sum += chunk[i];
            }
        }
        return sum;
    }

    @Benchmark
    public long scanOffHeap() {
        long sum = 0;
        for (MemorySegment chunk : segments) {
            for (int i = 0; i < CHUNK; i++) {
                sum += chunk.getAtIndex(ValueLayout.JAVA_LONG, i);
            }
        }
        return sum;
    }
}

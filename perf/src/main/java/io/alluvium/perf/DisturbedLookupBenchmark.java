package io.alluvium.perf;

import io.alluvium.table.ChangeBatch;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

/// How much do upserts slow look-ups down? Look-ups as in [LookupBenchmark] while another thread upserts 500,000
/// rows a second, 1,000 every 2 ms: into the same table, or into another one, which shows what the machine's second
/// core costs whatever the table does. Rows keep price and quantity, so that the answers stay the same.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class DisturbedLookupBenchmark {

    private static final int ROWS_A_BATCH = 1_000;
    private static final long NANOS_A_BATCH = 2_000_000;
    private static final int CHANGED_ROWS = 200_000;

    @Param("1000000")
    public int rows;

    /// The peer, and behind a colon who upserts: `none`, `other`, `same`.
    @Param("alluvium:same")
    public String peer;

    private Peer table;
    private Peer changed;
    private int next;
    private Thread writer;
    private volatile boolean ending;
    private volatile long written;
    private long begun;
    private volatile Throwable failure;

    @Setup
    public void fill() throws Exception {
        String name = peer.substring(0, peer.indexOf(':'));
        String upserts = peer.substring(name.length() + 1);
        table = Peer.named(name);
        table.insert(0, rows);
        table.keys(Orders.randomNumbers(rows, LookupBenchmark.KEYS));
        if (upserts.equals("none")) {
            return;
        }
        changed = table;
        if (upserts.equals("other")) {
            changed = Peer.named(name);
            changed.insert(0, rows);
        }
        int[] numbers = Orders.shuffledNumbers(rows);
        List<ChangeBatch> batches = UpsertBenchmark.batches(numbers, Math.min(rows, CHANGED_ROWS), ROWS_A_BATCH, 0);
        changed.changes(batches);
        begun = System.nanoTime();
        writer = Thread.ofPlatform().daemon().name("writer").start(() -> write(batches.size()));
    }

    private void write(int batches) {
        try {
            long due = begun;
            for (int batch = 0; !ending; batch = batch + 1 == batches ? 0 : batch + 1) {
                changed.upsert(batch);
                written += ROWS_A_BATCH;
                due += NANOS_A_BATCH;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    @TearDown
    public void compare() throws Exception {
        long checksum = table.checksum();
        String note = "";
        if (writer != null) {
            double seconds = (System.nanoTime() - begun) / 1e9;
            note = String.format(Locale.ROOT, "%,.0f upserts/s", written / seconds);
            ending = true;
            writer.join();
            if (failure != null) {
                throw new IllegalStateException("the writer failed", failure);
            }
        }
        Answer.give(checksum, note);
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(LookupBenchmark.LOOKUPS)
    public long lookups() throws Exception {
        int at = next;
        next = (at + LookupBenchmark.LOOKUPS) & (LookupBenchmark.KEYS - 1);
        return table.pricesAndQuantities(at, LookupBenchmark.LOOKUPS);
    }
}

package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.table.ChangeBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long do parsed rows take into a table, in batches of 2,048, by one thread? All of them new to an empty
/// table, or all of them new values of keys that it has, in an order that jumps about.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
public class UpsertBenchmark {

    @Param("1000000")
    public int rows;

    /// The peer, and behind a colon `insert` or `update`.
    @Param("alluvium:insert")
    public String peer;

    private String name;
    private boolean inserts;
    private List<ChangeBatch> batches;
    private Peer table;

    @Setup
    public void make() throws Exception {
        name = peer.substring(0, peer.indexOf(':'));
        inserts = peer.endsWith(":insert");
        int[] numbers = Orders.shuffledNumbers(rows);
        if (inserts) {
            java.util.Arrays.sort(numbers);
        }
        batches = batches(numbers, rows, RowBatch.DEFAULT_ROWS, inserts ? 0 : rows);
        if (!inserts) {
            table = Peer.named(name);
            table.insert(0, rows);
            table.changes(batches);
        }
    }

    /// Upserts of the first `count` of the numbers.
    ///
    /// @param difference between the number of an order and that of the one whose values it gets
    static List<ChangeBatch> batches(int[] numbers, int count, int rowsABatch, int difference) {
        List<ChangeBatch> batches = new ArrayList<>();
        for (int from = 0; from < count; from += rowsABatch) {
            ChangeBatch batch = Orders.newBatch(Math.min(rowsABatch, count - from));
            for (int i = from; i < Math.min(count, from + rowsABatch); i++) {
                Orders.upsert(batch, numbers[i], numbers[i] + difference);
            }
            batches.add(batch);
        }
        return batches;
    }

    @Setup(Level.Iteration)
    public void empty() throws Exception {
        if (inserts) {
            if (table != null) {
                table.close();
            }
            table = Peer.named(name);
            table.changes(batches);
        }
    }

    @TearDown
    public void compare() throws Exception {
        table.keys(Orders.randomNumbers(rows, LookupBenchmark.KEYS));
        Answer.give(table.checksum(), "");
        table.close();
    }

    @Benchmark
    public void upserts() throws Exception {
        for (int batch = 0; batch < batches.size(); batch++) {
            table.upsert(batch);
        }
    }
}

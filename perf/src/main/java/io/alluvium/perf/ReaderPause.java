package io.alluvium.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/// How long does a reader wait at the worst while a table is loaded? One thread looks up random keys of rows that
/// are there, and takes the time of each look-up; another makes rows and puts them in batches of 2,048 into the
/// table as fast as it can, from empty to the last. Each answer is checked. Beside it the same reader when the load
/// is over: what the machine itself does to it.
final class ReaderPause {

    private static final List<String> PEERS = List.of("alluvium", "concurrent-map");
    private static final int KEYS = 1 << 20;
    private static final int ROWS_A_BATCH = 2_048;
    private static final long RESTING_NANOS = 3_000_000_000L;
    private static final long LONG_NANOS = 1_000_000;

    private final Peer peer;
    private final int rows;
    private final int[] numbers = new int[KEYS];
    private final long[] expected = new long[KEYS];
    private volatile int loaded;
    private volatile Throwable failure;

    private ReaderPause(Peer peer, int rows) {
        this.peer = peer;
        this.rows = rows;
    }

    static void measure(int rows, int rounds) throws Exception {
        StringBuilder out = new StringBuilder();
        out.append(String.format(Locale.ROOT, "### Look-ups during a load of %,d rows%n%n", rows));
        out.append("| peer | run | when | look-ups | p50 µs | p99 | p99.9 | p99.99 | **longest ms** | over 1 ms |");
        out.append(" GC pauses: count, longest, sum | load s | wrong |\n");
        out.append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        long wrong = 0;
        for (int round = 1; round <= rounds; round++) {
            for (String name : PEERS) {
                try (Child child = Child.start("pause", name, Integer.toString(rows))) {
                    for (String when : List.of("load", "rest")) {
                        String result = child.await(when);
                        wrong += Long.parseLong(result.substring(result.lastIndexOf(' ') + 1));
                        String line = "| " + name + " | " + round + " | " + when + " | " + result + " |\n";
                        System.err.print(line);
                        out.append(line);
                    }
                }
            }
        }
        System.out.println(out);
        if (wrong > 0) {
            throw new Report.WrongAnswerException("look-ups during a load gave " + wrong + " wrong answers");
        }
    }

    static void child(String name, int rows) throws Exception {
        try (Peer peer = Peer.named(name)) {
            var run = new ReaderPause(peer, rows);
            run.prepare();
            run.measure();
        }
    }

    private void prepare() {
        for (int i = 0; i < KEYS; i++) {
            numbers[i] = (int) ((long) i * rows / KEYS);
            expected[i] = Orders.priceAndQuantity(numbers[i]);
        }
        peer.keys(numbers);
        System.gc();
    }

    private void measure() throws Exception {
        GcPauses pauses = GcPauses.watch();
        long start = System.nanoTime();
        Thread writer = Thread.ofPlatform().name("writer").start(this::load);
        String result = read(Long.MAX_VALUE);
        writer.join();
        if (failure != null) {
            throw new IllegalStateException("the writer failed", failure);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        pauses.awaitNotes();
        Child.say("load", result.formatted(pauses, Report.number(seconds)));
        GcPauses later = GcPauses.watch();
        String resting = read(System.nanoTime() + RESTING_NANOS);
        later.awaitNotes();
        Child.say("rest", resting.formatted(later, ""));
    }

    private void load() {
        try {
            for (int from = 0; from < rows; from += ROWS_A_BATCH) {
                int to = Math.min(rows, from + ROWS_A_BATCH);
                peer.insert(from, to);
                loaded = to;
            }
        } catch (Throwable e) {
            failure = e;
            loaded = rows;
        }
    }

    /// Looks up until everything is loaded, or from then on until a time.
    private String read(long endNanos) throws Exception {
        boolean loading = endNanos == Long.MAX_VALUE;
        var times = new Histogram(3);
        var random = new SplittableRandom(7);
        long wrong = 0;
        long longOnes = 0;
        for (int there = loaded; loading ? there < rows : System.nanoTime() < endNanos; there = loaded) {
            int choice = (int) ((long) there * KEYS / rows);
            if (choice == 0) {
                Thread.onSpinWait();
                continue;
            }
            int at = random.nextInt(choice);
            long start = System.nanoTime();
            long answer = peer.priceAndQuantity(at);
            long nanos = System.nanoTime() - start;
            times.recordValue(nanos);
            if (nanos >= LONG_NANOS) {
                longOnes++;
            }
            if (answer != expected[at]) {
                wrong++;
            }
        }
        List<String> cells = new ArrayList<>();
        cells.add(String.format(Locale.ROOT, "%,d", times.getTotalCount()));
        for (double percentile : new double[] {50, 99, 99.9, 99.99}) {
            cells.add(String.format(Locale.ROOT, "%.1f", times.getValueAtPercentile(percentile) / 1e3));
        }
        cells.add(String.format(Locale.ROOT, "**%.2f**", times.getMaxValue() / 1e6));
        cells.add(Long.toString(longOnes));
        return String.join(" | ", cells) + " | %s | %s | " + wrong;
    }
}

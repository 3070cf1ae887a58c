package io.alluvium.perf;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/// How much memory does a row take? What the heap has more after garbage collection, and what was taken outside of
/// it, so that nothing hides there.
final class HeapPerRow {

    private static final List<String> PEERS = List.of("alluvium", "hashmap", "map-of-maps", "streams-memory");
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+B?, committed=(\\d+)B?\\)");

    private HeapPerRow() {}

    /// The least of a few rounds says it: garbage that is not found yet only adds.
    static void measure(int rows, int rounds) throws Exception {
        var report = new Report("Heap, %,d rows, after GC".formatted(rows), "bytes a row", Report.Better.LESS);
        for (int round = 0; round < rounds; round++) {
            for (String peer : PEERS) {
                if (round == 0 || peer.equals("alluvium")) {
                    run(report, peer, rows);
                }
            }
        }
        report.print();
    }

    private static void run(Report report, String peer, int rows) throws Exception {
        try (Child child =
                Child.start(List.of("-XX:NativeMemoryTracking=summary"), "heap", peer, Integer.toString(rows))) {
            String[] result = child.await("BYTES").split(" ");
            child.awaitEnd();
            double heap = Double.parseDouble(result[0]);
            double outside = Double.parseDouble(result[1]);
            String note = String.format(Locale.ROOT, "heap %.1f + outside %.1f", heap, outside);
            if (!result[2].equals("0.0")) {
                note += ", " + result[2] + " by its own account";
            }
            report.note(peer, heap + outside, new Answer(Long.parseLong(result[3]), note));
        }
    }

    static void child(String name, int rows) throws Exception {
        try (Peer first = Peer.named(name)) {
            first.insert(0, 10_000);
        }
        long heap = used();
        long outside = outside();
        try (Peer peer = Peer.named(name)) {
            peer.insert(0, rows);
            heap = used() - heap;
            outside = outside() - outside;
            double own = peer instanceof TablePeer table ? (double) table.store.bytes() / rows : 0;
            peer.keys(Orders.randomNumbers(rows, LookupBenchmark.KEYS));
            Child.say(
                    "BYTES",
                    String.format(
                            Locale.ROOT,
                            "%.2f %.2f %.1f %d",
                            (double) heap / rows,
                            (double) outside / rows,
                            own,
                            peer.checksum()));
        }
    }

    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /// What the JVM's accounts of memory have under "Other": memory segments and direct buffers.
    private static long outside() throws Exception {
        String summary = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary", "scale=B"}},
                        new String[] {String[].class.getName()});
        Matcher other = OTHER.matcher(summary);
        return other.find() ? Long.parseLong(other.group(1)) : 0;
    }
}

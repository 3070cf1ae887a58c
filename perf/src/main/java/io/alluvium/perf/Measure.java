package io.alluvium.perf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Answers one question: `Measure <question> <rounds> <rows>`, as `perf/measure` calls it. Prints Markdown on the
/// standard output and progress on the other; ends with 1 when answers differ.
public final class Measure {

    static final String CHILD = "child";

    /// Of more rows some peers take minutes to be filled.
    private static final int MOST_FOR_SLOW_PEERS = 2_000_000;

    private Measure() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        if (args[0].equals(CHILD)) {
            child(args);
            // A peer may have left threads behind.
            System.exit(0);
        }
        try {
            answer(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        } catch (Report.WrongAnswerException e) {
            System.out.println("**WRONG: " + e.getMessage() + "**");
            System.exit(1);
        }
    }

    private static void answer(String question, int rounds, int rows) throws Exception {
        switch (question) {
            case "lookups" -> lookups(rounds, rows);
            case "disturbed" -> disturbed(rounds, rows);
            case "upserts" -> upserts(rounds, rows);
            case "json" -> json(rounds);
            case "scan" -> scan(rounds, rows);
            case "heap" -> HeapPerRow.measure(rows, rounds);
            case "pause" -> ReaderPause.measure(rows, rounds);
            case "topic" -> TopicToLive.measure(rows, rounds);
            case "csv" -> CsvToLive.measure(rows, rounds);
            case "jdbc" -> JdbcToLive.measure(rows, rounds);
            case "cdc" -> ChangesToTable.measure(rows, rounds);
            case "append" -> AppendDelay.measure(rows, rounds);
            case "small" -> small(rounds);
            case "restart" -> Restart.measure(rows, rounds);
            default -> throw new IllegalArgumentException("there is no question " + question);
        }
    }

    private static void child(String[] args) throws Exception {
        switch (args[1]) {
            case "heap" -> HeapPerRow.child(args[2], Integer.parseInt(args[3]));
            case "pause" -> ReaderPause.child(args[2], Integer.parseInt(args[3]));
            case "topic-broker" -> TopicToLive.brokerChild(Path.of(args[2]), Integer.parseInt(args[3]));
            case "topic-consumer" -> TopicToLive.consumerChild(args[2], Integer.parseInt(args[3]));
            case "topic-rocksdb" -> TopicToLive.streamsChild(args[2], true, Integer.parseInt(args[3]));
            case "topic-memory" -> TopicToLive.streamsChild(args[2], false, Integer.parseInt(args[3]));
            case "csv-duckdb" -> CsvToLive.duckDbChild(args[2], args[3], Integer.parseInt(args[4]));
            case "csv-plain" -> CsvToLive.plainChild(args[2], args[3], Integer.parseInt(args[4]));
            case "jdbc-cursor" -> JdbcToLive.cursorChild(args[2]);
            case "cdc-engine" -> ChangesToTable.engineChild(args[2], args[3], Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException("there is no run " + args[1]);
        }
    }

    private static void lookups(int rounds, int rows) throws Exception {
        var report = new Report(
                String.format(Locale.ROOT, "Look-ups by key, %,d rows", rows), "look-ups/s", Report.Better.MORE);
        new Rounds(LookupBenchmark.class, rounds)
                .rows(rows)
                .into(
                        report,
                        List.of("alluvium", "alluvium-batch", "hashmap", "streams-memory"),
                        rows > MOST_FOR_SLOW_PEERS
                                ? List.of("map-of-maps")
                                : List.of("map-of-maps", "streams-rocksdb", "h2", "sqlite", "duckdb"));
    }

    private static void disturbed(int rounds, int rows) throws Exception {
        var report = new Report(
                String.format(Locale.ROOT, "Look-ups by key beside 500,000 upserts/s, %,d rows", rows),
                "look-ups/s",
                Report.Better.MORE);
        new Rounds(DisturbedLookupBenchmark.class, rounds)
                .rows(rows)
                .into(
                        report,
                        List.of("alluvium:none", "alluvium:same"),
                        List.of("alluvium:other", "alluvium-batch:none", "alluvium-batch:same"));
    }

    private static void upserts(int rounds, int rows) throws Exception {
        for (String kind : List.of("insert", "update")) {
            String title = kind.equals("insert") ? "new to an empty table" : "new values in a table of as many";
            var report = new Report(
                    String.format(Locale.ROOT, "%,d parsed rows, %s", rows, title), "rows/s", Report.Better.MORE);
            new Rounds(UpsertBenchmark.class, rounds)
                    .rows(rows)
                    .score(nanos -> rows / (nanos / 1e9))
                    .into(
                            report,
                            kinds(kind, "alluvium", "hashmap"),
                            kinds(kind, "map-of-maps", "streams-memory", "streams-rocksdb"));
        }
    }

    private static List<String> kinds(String kind, String... peers) {
        List<String> names = new ArrayList<>();
        for (String peer : peers) {
            names.add(peer + ":" + kind);
        }
        return names;
    }

    private static void json(int rounds) throws Exception {
        var report = new Report("JSON bytes to rows, without Kafka", "rows/s", Report.Better.MORE);
        new Rounds(JsonBenchmark.class, rounds).into(report, List.of("alluvium", "jackson-maps"), List.of());
    }

    private static void small(int rounds) throws Exception {
        for (String kind : SmallWorkBenchmark.KINDS) {
            new Rounds(SmallWorkBenchmark.class, rounds)
                    .into(new Report(kind, "µs", Report.Better.LESS), List.of(kind), List.of());
        }
    }

    private static void scan(int rounds, int rows) throws Exception {
        var report =
                new Report(String.format(Locale.ROOT, "Sum of one column, %,d rows", rows), "ms", Report.Better.LESS);
        new Rounds(ScanBenchmark.class, rounds)
                .rows(rows)
                .score(micros -> micros / 1e3)
                .into(
                        report,
                        List.of("alluvium", "alluvium-sql", "duckdb-1", "duckdb-2"),
                        List.of("int-array", "hashmap"));
    }
}

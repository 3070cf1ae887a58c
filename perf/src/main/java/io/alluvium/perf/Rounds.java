package io.alluvium.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs a JMH benchmark for several peers in rounds, each run in a JVM of its own, so that what disturbs the
/// machine disturbs all of them.
final class Rounds {

    private final Class<?> benchmark;
    private final int rounds;
    private int rows;
    private DoubleUnaryOperator score = value -> value;

    Rounds(Class<?> benchmark, int rounds) {
        this.benchmark = benchmark;
        this.rounds = rounds;
    }

    Rounds rows(int rows) {
        this.rows = rows;
        return this;
    }

    /// How the benchmark's score becomes the reported value.
    Rounds score(DoubleUnaryOperator score) {
        this.score = score;
        return this;
    }

    /// @param peers take part in each round
    /// @param once take part in the first round alone, because they only show how large things are
    void into(Report report, List<String> peers, List<String> once) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<String> running = new ArrayList<>(peers);
            if (round == 0) {
                running.addAll(once);
            }
            for (String peer : running) {
                run(report, peer);
            }
        }
        report.print();
    }

    private void run(Report report, String peer) throws Exception {
        Path answer = Files.createTempFile("answer", ".txt");
        Path log = Files.createTempFile("jmh", ".log");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + benchmark.getSimpleName() + "\\.")
                .param("peer", peer)
                .forks(1)
                .jvmArgs(Child.jvmOptions().toArray(String[]::new))
                .jvmArgsAppend(Answer.option(answer))
                .shouldDoGC(true)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.NORMAL)
                .output(log.toString());
        if (rows > 0) {
            options.param("rows", Integer.toString(rows));
        }
        try {
            RunResult result = new Runner(options.build()).runSingle();
            report.note(peer, score.applyAsDouble(result.getPrimaryResult().getScore()), Answer.take(answer));
        } catch (Exception e) {
            System.err.println(Files.readString(log));
            throw e;
        } finally {
            Files.deleteIfExists(answer);
            Files.deleteIfExists(log);
        }
    }
}

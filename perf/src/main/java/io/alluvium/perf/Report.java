package io.alluvium.perf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The runs of all peers for one question, printed as a table of Markdown. The peer noted first is the one that the
/// others are compared with.
final class Report {

    /// Whether more of the unit is better.
    enum Better {
        MORE,
        LESS
    }

    private record Run(double value, long checksum, String note) {}

    private final String title;
    private final String unit;
    private final Better better;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    Report(String title, String unit, Better better) {
        this.title = title;
        this.unit = unit;
        this.better = better;
    }

    void note(String peer, double value, Answer answer) {
        runs.computeIfAbsent(peer, p -> new ArrayList<>()).add(new Run(value, answer.checksum(), answer.note()));
        System.err.printf(Locale.ROOT, "%s: %s %s %s %s%n", title, peer, number(value), unit, answer.note());
    }

    double median(String peer) {
        double[] sorted =
                values(peer).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private List<Double> values(String peer) {
        return runs.get(peer).stream().map(Run::value).toList();
    }

    /// @throws WrongAnswerException when the peers' answers differ
    void print() {
        int rounds = runs.values().stream().mapToInt(List::size).max().orElse(0);
        String first = runs.keySet().iterator().next();
        StringBuilder out = new StringBuilder("### ").append(title).append("\n\n| peer |");
        for (int round = 1; round <= rounds; round++) {
            out.append(" run ").append(round).append(" |");
        }
        out.append(" median ").append(unit).append(" | spread | ").append(first).append(" is | answers | |\n|---|");
        out.append("---|".repeat(rounds + 5)).append('\n');
        for (String peer : runs.keySet()) {
            line(out, peer, rounds, first);
        }
        System.out.println(out);
        compare();
    }

    private void line(StringBuilder out, String peer, int rounds, String first) {
        List<Run> all = runs.get(peer);
        out.append("| ").append(peer).append(" |");
        for (int round = 0; round < rounds; round++) {
            out.append(' ')
                    .append(round < all.size() ? number(all.get(round).value()) : "–")
                    .append(" |");
        }
        double median = median(peer);
        double least =
                values(peer).stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double most =
                values(peer).stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double ratio = better == Better.MORE ? median(first) / median : median / median(first);
        out.append(String.format(
                Locale.ROOT,
                " **%s** | %.0f %% | %s | %s | %s |%n",
                number(median),
                100 * (most - least) / median,
                peer.equals(first) ? "" : String.format(Locale.ROOT, "%.2f times as good", ratio),
                all.stream()
                        .map(run -> Long.toHexString(run.checksum()))
                        .distinct()
                        .collect(Collectors.joining(" ")),
                all.stream().map(Run::note).filter(note -> !note.isEmpty()).collect(Collectors.joining("; "))));
    }

    private void compare() {
        var answers = new TreeSet<Long>();
        runs.values().forEach(all -> all.forEach(run -> answers.add(run.checksum())));
        if (answers.size() > 1) {
            throw new WrongAnswerException(title + ": the answers differ, see the column \"answers\"");
        }
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 1_000 ? "%.1f" : "%,.0f", value);
    }

    /// Peers, or a peer and what was written, disagree: nothing that was measured counts.
    static final class WrongAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongAnswerException(String message) {
            super(message);
        }
    }
}

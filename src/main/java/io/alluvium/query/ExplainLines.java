package io.alluvium.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The lines of EXPLAIN: one for each operator, its inputs below it and indented.
final class ExplainLines {

    private final List<String> lines = new ArrayList<>();

    private ExplainLines() {}

    static List<String> of(Operator root) {
        var text = new ExplainLines();
        text.add(root, 0);
        return text.lines;
    }

    static List<String> analyzed(Operator root, boolean planCacheHit, long rows, long nanos) {
        List<String> lines = of(root);
        lines.add("Plan cache: " + (planCacheHit ? "hit" : "miss"));
        lines.add("Total: " + rows + " rows, " + millis(nanos));
        return lines;
    }

    private void add(Operator operator, int depth) {
        OperatorProfile profile = operator.profile();
        String counted = profile == null
                ? ""
                : " (rows " + profile.rows() + ", batches " + profile.batches() + ", " + millis(profile.nanos())
                        + (operator.rowsRead() < 0 ? "" : ", " + operator.rowsRead() + " rows read") + ")";
        lines.add("  ".repeat(depth) + operator.title() + counted);
        operator.inputs().forEach(input -> add(input, depth + 1));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }
}

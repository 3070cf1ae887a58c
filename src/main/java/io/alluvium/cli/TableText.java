package io.alluvium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.WCWidth;

/// Rows in aligned columns, numbers to the right. Control characters are shown, not sent: data must not steer the
/// terminal.
final class TableText implements ResultPrinter {

    private final PrintWriter out;

    TableText(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void print(SqlResult result) {
        if (result.columns().isEmpty()) {
            out.println(result.message().isEmpty() ? "done" : printable(result.message()));
        } else {
            printRows(result);
            int rows = result.rows().size();
            out.printf(Locale.ROOT, "(%,d row%s, %.1f ms)%n", rows, rows == 1 ? "" : "s", result.elapsedMs());
        }
        out.flush();
    }

    private void printRows(SqlResult result) {
        List<SqlResult.Column> columns = result.columns();
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(c -> printable(c.name())).toList());
        for (JsonNode row : result.rows()) {
            List<String> line = new ArrayList<>(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                line.add(printable(Values.text(row.path(i), columns.get(i))));
            }
            cells.add(line);
        }
        int[] widths = new int[columns.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        for (int row = 0; row < cells.size(); row++) {
            out.println(line(cells.get(row), columns, widths));
            if (row == 0) {
                out.println(rule(widths));
            }
        }
    }

    private static String line(List<String> cells, List<SqlResult.Column> columns, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? " " : " | ");
            int padding = widths[i] - width(cells.get(i));
            if (columns.get(i).isNumeric()) {
                line.repeat(' ', padding).append(cells.get(i));
            } else {
                line.append(cells.get(i)).repeat(' ', padding);
            }
        }
        return line.toString().stripTrailing();
    }

    private static String rule(int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : "+").repeat('-', widths[i] + 2);
        }
        return line.toString();
    }

    /// The columns of a terminal that the text takes.
    private static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    private static String printable(String text) {
        if (text.codePoints().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        shown.append("\\u").append(String.format(Locale.ROOT, "%04x", c));
                    } else {
                        shown.appendCodePoint(c);
                    }
                }
            }
        });
        return shown.toString();
    }
}

package io.alluvium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/// Prints the answers to statements.
interface ResultPrinter {

    void print(SqlResult result);

    static ResultPrinter of(ResultFormat format, PrintWriter out) {
        return switch (format) {
            case TABLE -> new TableText(out);
            case CSV -> result -> printCsv(result, out);
            case JSON -> result -> printJson(result, out);
        };
    }

    private static void printCsv(SqlResult result, PrintWriter out) {
        if (result.columns().isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder();
        for (SqlResult.Column column : result.columns()) {
            line.append(line.isEmpty() ? "" : ",").append(csv(column.name()));
        }
        out.print(line.append('\n'));
        for (JsonNode row : result.rows()) {
            line.setLength(0);
            for (int i = 0; i < result.columns().size(); i++) {
                JsonNode value = row.path(i);
                line.append(i == 0 ? "" : ",");
                line.append(
                        value.isNull()
                                ? ""
                                : csv(Values.text(value, result.columns().get(i))));
            }
            out.print(line.append('\n'));
        }
        out.flush();
    }

    private static String csv(String text) {
        boolean quoted = text.isEmpty()
                || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                || text.startsWith(" ")
                || text.endsWith(" ");
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static void printJson(SqlResult result, PrintWriter out) {
        if (result.columns().isEmpty()) {
            return;
        }
        out.print("[");
        String separator = "\n";
        for (JsonNode row : result.rows()) {
            var object = SqlClient.JSON.createObjectNode();
            for (int i = 0; i < result.columns().size(); i++) {
                object.set(result.columns().get(i).name(), row.path(i));
            }
            out.print(separator + object);
            separator = ",\n";
        }
        out.print("\n]\n");
        out.flush();
    }
}

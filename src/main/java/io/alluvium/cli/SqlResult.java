package io.alluvium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// The answer to one statement.
///
/// @param columns empty for statements that return no rows
/// @param rows one array of as many values as there are columns for each row
/// @param message what a statement without rows did, else empty
record SqlResult(List<Column> columns, List<JsonNode> rows, String message, double elapsedMs) {

    record Column(String name, String type) {
        boolean isNumeric() {
            return switch (type.replaceAll("\\(.*", "")) {
                case "INTEGER", "BIGINT", "REAL", "DOUBLE", "DECIMAL" -> true;
                default -> false;
            };
        }
    }

    SqlResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}

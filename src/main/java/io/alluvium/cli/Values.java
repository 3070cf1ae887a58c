package io.alluvium.cli;

import com.fasterxml.jackson.databind.JsonNode;

/// A value of an answer as text.
final class Values {

    private Values() {}

    /// All digits of exact numbers; the shortest form of floating ones.
    static String text(JsonNode value, SqlResult.Column column) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBigDecimal()) {
            return column.type().startsWith("DECIMAL")
                    ? value.decimalValue().toPlainString()
                    : Double.toString(value.doubleValue());
        }
        return value.isNull() ? "NULL" : value.toString();
    }
}

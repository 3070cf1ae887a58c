package io.alluvium.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the columns of JSON objects from a sample: the fields in the order in which they first come, each with the
/// type that holds all of its values. A field that is null everywhere is no column yet; values that are no objects
/// are passed over, and so are fields beyond the greatest number of columns.
public final class JsonDiscovery {

    private final Map<String, Seen> fields = new LinkedHashMap<>();
    private final int mostColumns;

    public JsonDiscovery(int mostColumns) {
        this.mostColumns = mostColumns;
    }

    /// What the values of one field have in common: a type, and for decimals the digits that were really
    /// seen.
    private record Seen(ColumnType type, int wholeDigits, int scale) {

        Seen and(Seen other) {
            return new Seen(
                    Widening.of(type, other.type),
                    Math.max(wholeDigits, other.wholeDigits),
                    Math.max(scale, other.scale));
        }

        ColumnType column() {
            return type.kind() == ColumnType.Kind.DECIMAL ? Widening.decimal(wholeDigits, scale) : type;
        }
    }

    public void add(byte[] value) {
        Map<String, Seen> found = new LinkedHashMap<>();
        try (JsonParser parser = JsonRowDecoder.JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = JsonRowDecoder.columnName(parser);
                JsonToken token = parser.nextToken();
                if (token != JsonToken.VALUE_NULL) {
                    found.put(name, seen(parser, token));
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The value is no JSON: whoever loads it counts it as a bad record.
            return;
        }
        found.forEach((name, seen) -> {
            if (fields.size() < mostColumns || fields.containsKey(name)) {
                fields.merge(name, seen, Seen::and);
            }
        });
    }

    private static Seen seen(JsonParser parser, JsonToken token) throws IOException {
        ColumnType type = JsonTypes.typeOf(parser, token);
        if (!token.isNumeric() || type.kind() == ColumnType.Kind.DOUBLE) {
            return new Seen(type, 0, 0);
        }
        var number = new BigDecimal(parser.getText());
        return new Seen(type, DecimalText.wholeDigits(number), Math.max(0, number.scale()));
    }

    public Schema schema() {
        List<Column> columns = new ArrayList<>();
        fields.forEach((name, seen) -> columns.add(Column.of(name, seen.column())));
        return new Schema(columns);
    }
}

package io.alluvium.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.data.Column;
import io.alluvium.data.Schema;
import io.alluvium.format.ValueReader.BadValueException;
import io.alluvium.format.ValueReader.OtherColumnsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A key that is a value of its own, taken apart: a value alone is one part, and so is an object with one field; an
/// object with more has a part for each field. Kafka Connect's `{"schema": …, "payload": …}` is its payload.
final class KeyParts {

    /// Takes every field, whatever it is called.
    static final TargetColumns TARGET = new TargetColumns(Schema.of(), 0, false, Integer.MAX_VALUE);

    /// The JSON of each part by its name.
    private final Map<String, String> parts = new LinkedHashMap<>();

    private KeyParts() {}

    static KeyParts read(ValueReader reader, byte[] key) throws BadValueException {
        try {
            byte[] json = reader.read(key);
            if (json == null) {
                throw bad("it is null");
            }
            return parse(json);
        } catch (OtherColumnsException e) {
            throw new IllegalStateException("columns that are not open ask for others", e);
        }
    }

    private static KeyParts parse(byte[] json) throws BadValueException {
        var key = new KeyParts();
        try (JsonParser parser = JsonRowDecoder.JSON.createParser(json)) {
            key.readRoot(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw bad("something follows its JSON");
            }
        } catch (IOException e) {
            throw bad("it is not JSON: " + JsonRowDecoder.firstLine(e));
        }
        return key;
    }

    private void readRoot(JsonParser parser, JsonToken token) throws IOException, BadValueException {
        if (token != JsonToken.START_OBJECT) {
            put(parser, token, KeyFormat.KEY_COLUMN);
            return;
        }
        boolean hasSchema = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = JsonRowDecoder.columnName(parser);
            JsonToken value = parser.nextToken();
            if (name.equals("schema") && parts.isEmpty() && (value.isStructStart() || value == JsonToken.VALUE_NULL)) {
                hasSchema = true;
                parser.skipChildren();
            } else if (hasSchema && name.equals("payload") && parts.isEmpty()) {
                readRoot(parser, value);
            } else {
                put(parser, value, name);
            }
        }
    }

    private void put(JsonParser parser, JsonToken token, String name) throws IOException, BadValueException {
        String text = switch (token) {
            case VALUE_STRING -> JsonText.quoted(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> parser.getText();
            case VALUE_NULL -> throw bad("its part " + name + " is null");
            case null -> throw bad("it is empty");
            default -> throw bad("its part " + name + " is nested");
        };
        parts.put(name, text);
    }

    int size() {
        return parts.size();
    }

    List<String> names() {
        return List.copyOf(parts.keySet());
    }

    /// The parts as one object; a single one is called `_key`.
    byte[] json() {
        var json = new StringBuilder("{");
        parts.forEach((name, value) -> json.append(json.length() > 1 ? "," : "")
                .append(JsonText.quoted(parts.size() == 1 ? KeyFormat.KEY_COLUMN : name))
                .append(':')
                .append(value));
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The columns of keys of which some are known: those of the first, each with the type that holds its values.
    static List<Column> columns(ValueFormat format, List<byte[]> sample) {
        ValueReader reader = format.reader(TARGET);
        var found = new JsonDiscovery(Integer.MAX_VALUE);
        List<String> names = List.of();
        for (byte[] key : sample) {
            try {
                KeyParts parts = read(reader, key);
                if (names.isEmpty()) {
                    names = parts.names();
                }
                if (parts.names().equals(names)) {
                    found.add(parts.json());
                }
            } catch (BadValueException e) {
                // Whoever loads the record counts it as a bad one.
            }
        }
        return found.schema().columns();
    }

    static BadValueException bad(String why) {
        return new BadValueException(null, "the record's key cannot be one: " + why);
    }
}

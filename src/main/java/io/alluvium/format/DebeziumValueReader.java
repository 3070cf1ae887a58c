package io.alluvium.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Debezium's change events in JSON: `{"before": …, "after": …, "op": …}`, or the same as the `payload` beside a
/// `schema`, as Kafka Connect's converter writes them. The row is `after` as it stands; `op` `d` says that it is
/// gone.
final class DebeziumValueReader implements ValueReader {

    private static final String NO_EVENT = "the value is not a change event of Debezium: it has no field 'op'"
            + " (rows that were taken out of their events are read with value.format = 'json')";

    private @Nullable String op;
    private int afterFrom;
    private int afterTo;

    @Override
    public byte @Nullable [] read(byte[] value) throws BadValueException {
        op = null;
        afterFrom = -1;
        try (JsonParser parser = JsonRowDecoder.JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadValueException(null, "the value is not a JSON object");
            }
            readEvent(parser, true);
        } catch (IOException e) {
            throw new BadValueException(null, "the value is not JSON: " + JsonRowDecoder.firstLine(e));
        }
        return row(op, afterFrom < 0 ? null : Arrays.copyOfRange(value, afterFrom, afterTo));
    }

    /// What an event says of its row: the row, or null when it is gone.
    ///
    /// @param after null when the event has none
    static byte @Nullable [] row(@Nullable String op, byte @Nullable [] after) throws BadValueException {
        return switch (op) {
            case null -> throw new BadValueException(null, NO_EVENT);
            case "c", "r", "u" -> {
                if (after == null) {
                    throw new BadValueException(null, "the change event with op '" + op + "' has no 'after'");
                }
                yield after;
            }
            case "d" -> null;
            case "t" -> throw new BadValueException(null, "the source table was truncated (op 't'); its rows stay");
            default -> throw new BadValueException(null, "the change event has the unknown op '" + op + "'");
        };
    }

    /// Reads the fields of the object that the parser has just entered.
    private void readEvent(JsonParser parser, boolean mayBeWrapped) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (mayBeWrapped && name.equals("payload") && token == JsonToken.START_OBJECT) {
                readEvent(parser, false);
            } else if (name.equals("op") && token == JsonToken.VALUE_STRING) {
                op = parser.getText();
            } else if (name.equals("after") && token == JsonToken.START_OBJECT) {
                afterFrom = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                afterTo = (int) parser.currentLocation().getByteOffset();
            } else {
                parser.skipChildren();
            }
        }
    }
}

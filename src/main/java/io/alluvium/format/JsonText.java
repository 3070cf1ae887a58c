package io.alluvium.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.alluvium.data.Vector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Values of columns as JSON: numbers with all their digits, times as ISO-8601 in UTC, BYTEA as base64, JSON
/// columns as they are.
public final class JsonText {

    private JsonText() {}

    /// Writes one value; NULL is `null`. A DOUBLE that is no number is written as text, as JSON has no name
    /// for it.
    public static void write(JsonGenerator out, Vector vector, int row) throws IOException {
        if (vector.isNull(row)) {
            out.writeNull();
            return;
        }
        switch (vector.type().kind()) {
            case BOOLEAN -> out.writeBoolean(vector.getBoolean(row));
            case INTEGER, BIGINT -> out.writeNumber(vector.getLong(row));
            case DECIMAL -> out.writeNumber(vector.getDecimal(row).toPlainString());
            case REAL -> writeDouble(out, vector.getDouble(row), Float.toString((float) vector.getDouble(row)));
            case DOUBLE -> writeDouble(out, vector.getDouble(row), Double.toString(vector.getDouble(row)));
            case VARCHAR -> out.writeString(vector.getText(row));
            case DATE -> out.writeString(TemporalText.formatDate(vector.getLong(row)));
            case TIME -> out.writeString(TemporalText.formatTime(vector.getLong(row)));
            case TIMESTAMP -> out.writeString(TemporalText.formatTimestamp(vector.getLong(row)));
            case TIMESTAMPTZ -> out.writeString(TemporalText.formatTimestampUtc(vector.getLong(row)));
            case UUID -> out.writeString(vector.getObject(row).toString());
            case BYTEA -> out.writeString(Base64.getEncoder().encodeToString((byte[]) vector.getObject(row)));
            case JSON -> out.writeRawValue(vector.getText(row));
        }
    }

    private static void writeDouble(JsonGenerator out, double value, String text) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(text);
        } else {
            out.writeString(text);
        }
    }

    /// A field's name as it stands before its value, `"name":`, in UTF-8.
    public static byte[] fieldName(String name) {
        return (quoted(name) + ":").getBytes(StandardCharsets.UTF_8);
    }

    /// Whether bytes are one JSON value and nothing else.
    public static boolean isJson(byte[] data, int from, int to) {
        try (var parser = JsonRowDecoder.JSON.createParser(data, from, to - from)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /// A text as a JSON string, with its quotes.
    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}

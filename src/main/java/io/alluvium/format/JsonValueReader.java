package io.alluvium.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Vector;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.UUID;

/// Reads the JSON values of one column. A text is also taken for a number, a boolean or a time when it reads
/// as one.
final class JsonValueReader {

    private static final long MICROS_PER_MILLI = 1000;

    private final ColumnType type;
    private final long greatestUnscaled;

    JsonValueReader(ColumnType type) {
        this.type = type;
        this.greatestUnscaled = greatest(Math.min(type.precision(), ColumnType.MAX_LONG_DIGITS));
    }

    /// Reads the parser's present value, which is not null, into a row. A nested value is read to its end.
    ///
    /// @return false when the type cannot hold the value; the parser is then still at its beginning
    boolean read(JsonParser parser, JsonToken token, byte[] bytes, Vector target, int row) throws IOException {
        if (token.isStructStart()) {
            return nested(parser, bytes, target, row);
        }
        return switch (type.kind()) {
            case VARCHAR -> {
                target.setObject(row, parser.getText());
                yield true;
            }
            case BIGINT -> whole(parser, token, target, row, Long.MIN_VALUE, Long.MAX_VALUE);
            case INTEGER -> whole(parser, token, target, row, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case DECIMAL -> decimal(parser, token, target, row);
            case REAL, DOUBLE -> number(parser, token, target, row);
            case BOOLEAN -> flag(parser, token, target, row);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> temporal(parser, token, target, row);
            case UUID, BYTEA -> encoded(parser, token, target, row);
            case JSON -> {
                target.setObject(
                        row, token == JsonToken.VALUE_STRING ? JsonText.quoted(parser.getText()) : parser.getText());
                yield true;
            }
        };
    }

    private boolean nested(JsonParser parser, byte[] bytes, Vector target, int row) throws IOException {
        if (type.kind() != ColumnType.Kind.JSON) {
            return false;
        }
        int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        int to = Math.toIntExact(parser.currentLocation().getByteOffset());
        for (int i = from; i < to; i++) {
            // Between tokens control characters are white space, within strings JSON does not allow them.
            if (bytes[i] >= 0 && bytes[i] < ' ') {
                bytes[i] = ' ';
            }
        }
        target.setObject(row, new String(bytes, from, to - from, StandardCharsets.UTF_8));
        return true;
    }

    private static boolean whole(JsonParser parser, JsonToken token, Vector target, int row, long least, long greatest)
            throws IOException {
        long value;
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            value = parser.getLongValue();
        } else if (token == JsonToken.VALUE_STRING) {
            try {
                value = Long.parseLong(parser.getText().strip());
            } catch (NumberFormatException e) {
                return false;
            }
        } else {
            return false;
        }
        if (value < least || value > greatest) {
            return false;
        }
        target.setLong(row, value);
        return true;
    }

    private boolean decimal(JsonParser parser, JsonToken token, Vector target, int row) throws IOException {
        if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
            return false;
        }
        if (type.storage() == ColumnType.Storage.LONG) {
            long unscaled = DecimalText.unscaled(
                    parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), type.scale());
            if (unscaled != DecimalText.NO_FIT
                    && parser.getTextLength() > 0
                    && Math.abs(unscaled) <= greatestUnscaled) {
                target.setLong(row, unscaled);
                return true;
            }
        }
        BigDecimal value = DecimalText.exact(parser.getText().strip(), type);
        if (value == null) {
            return false;
        }
        target.setDecimal(row, value);
        return true;
    }

    private static long greatest(int precision) {
        long bound = 1;
        for (int i = 0; i < precision; i++) {
            bound *= 10;
        }
        return bound - 1;
    }

    private boolean number(JsonParser parser, JsonToken token, Vector target, int row) throws IOException {
        double value;
        if (token.isNumeric()) {
            value = parser.getDoubleValue();
        } else if (token == JsonToken.VALUE_STRING) {
            try {
                value = Double.parseDouble(parser.getText().strip());
            } catch (NumberFormatException e) {
                return false;
            }
        } else {
            return false;
        }
        target.setDouble(row, type.kind() == ColumnType.Kind.REAL ? (float) value : value);
        return true;
    }

    private static boolean flag(JsonParser parser, JsonToken token, Vector target, int row) throws IOException {
        if (token.isBoolean()) {
            target.setBoolean(row, token == JsonToken.VALUE_TRUE);
            return true;
        }
        if (token != JsonToken.VALUE_STRING) {
            return false;
        }
        String text = parser.getText().strip();
        boolean yes = text.equalsIgnoreCase("true");
        if (!yes && !text.equalsIgnoreCase("false")) {
            return false;
        }
        target.setBoolean(row, yes);
        return true;
    }

    private boolean temporal(JsonParser parser, JsonToken token, Vector target, int row) throws IOException {
        boolean timestamp = type.kind() == ColumnType.Kind.TIMESTAMP || type.kind() == ColumnType.Kind.TIMESTAMPTZ;
        if (token == JsonToken.VALUE_NUMBER_INT && timestamp) {
            target.setLong(row, parser.getLongValue() * MICROS_PER_MILLI);
            return true;
        }
        if (token != JsonToken.VALUE_STRING) {
            return false;
        }
        try {
            var text = CharBuffer.wrap(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            target.setLong(
                    row,
                    timestamp
                            ? TemporalText.parseTimestamp(text)
                            : type.kind() == ColumnType.Kind.DATE
                                    ? TemporalText.parseDate(text)
                                    : TemporalText.parseTime(text));
            return true;
        } catch (DateTimeException | ArithmeticException e) {
            return false;
        }
    }

    private boolean encoded(JsonParser parser, JsonToken token, Vector target, int row) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            return false;
        }
        try {
            String text = parser.getText();
            target.setObject(
                    row,
                    type.kind() == ColumnType.Kind.UUID
                            ? UUID.fromString(text)
                            : Base64.getDecoder().decode(text));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
